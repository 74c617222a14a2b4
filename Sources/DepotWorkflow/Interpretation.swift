public import BarcodeData
public import DepotModel

/// Returns the keys to look up for the identifiers of a code, in order and each once; a key that is both exact and
/// derived is exact.
public func lookupKeys(_ identifiers: [Identifier]) -> [LookupKey] {
    var keys: [LookupKey] = []
    for identifier in identifiers {
        let key = LookupKey(lookupKind(identifier.kind), identifier.value, isDerived: identifier.isDerived)
        if let index = keys.firstIndex(where: { $0.kind == key.kind && $0.value == key.value }) {
            if !key.isDerived { keys[index].isDerived = false }
        } else {
            keys.append(key)
        }
    }
    return keys
}

private func lookupKind(_ kind: Identifier.Kind) -> LookupKey.Kind {
    switch kind {
    case .tag: .tag
    case .serial: .serial
    case .uuid: .uuid
    case .assetID: .assetID
    case .locationID: .locationID
    case .badge: .badge
    case .employeeNumber: .employeeNumber
    case .locationCode: .locationCode
    }
}

/// Returns the reading that was used, for the journal, in at most 80 characters, or nil if none was.
func interpretation(of scan: LaneScan) -> String? {
    reading(of: scan).map { String($0.prefix(80)) }
}

private func reading(of scan: LaneScan) -> String? {
    switch scan.reading {
    case .rejected: return nil
    case .command(let command): return "command \(name(command))"
    case .identifiers(let identifiers):
        switch scan.resolution {
        case .one(_, let key, _): return "\(name(key.kind)) \(key.value)"
        case .several: return nil
        case .nothing:
            guard scan.looksLikeBadge, let badge = identifiers.first(where: { $0.kind == .badge }) else { return nil }
            return "badge \(badge.value)"
        }
    }
}

private func name(_ kind: LookupKey.Kind) -> String {
    switch kind {
    case .tag: "tag"
    case .serial: "serial"
    case .uuid: "uuid"
    case .assetID: "asset id"
    case .locationID: "location id"
    case .badge: "badge"
    case .employeeNumber: "employee number"
    case .locationCode: "location code"
    }
}

private func name(_ command: Command) -> String {
    switch command {
    case .mode(let mode): "mode \(mode)"
    case .done: "done"
    case .cancel: "cancel"
    case .undo: "undo"
    case .operator(let badge): "operator \(badge)"
    case .unknown(let text): "unknown \(text)"
    }
}
