import DepotDialect
import DepotModel
import DepotStore
import TextFormats

/// The site's status types: “In Use” for deployed assets, and one for each status label.
///
/// For each lifecycle one label is shown under Incident IQ's word for it: the label with that name, or else the oldest one
/// of the type (Available: deployable; Broken: undeployable, else pending; Retired: archived). The others are shown under
/// their own names. A deployed asset is In Use whatever its label.
struct StatusTypes {
    static let inUse = "In Use"
    let labels: [StatusLabel]
    private let words: [StatusLabelID: String]

    init(_ store: TenantStore) throws {
        let labels = try store.statusLabels()
        self.labels = labels
        var words: [StatusLabelID: String] = [:]
        let sought: [(String, [StatusType])] = [
            ("Available", [.deployable]), ("Broken", [.undeployable, .pending]), ("Retired", [.archived]),
        ]
        for (word, types) in sought {
            let fitting = types.flatMap { type in labels.filter { $0.type == type } }
            if let label = fitting.first(where: { Self.same($0.name, word) }) ?? fitting.first {
                words[label.id] = word
            }
        }
        self.words = words
    }

    /// Returns the name under which a label is shown.
    func name(of label: StatusLabel) -> String { words[label.id] ?? label.name }

    /// Returns the condition for assets that are shown under the name or whose label has it, or nil for an unknown name.
    func predicate(named name: String) -> AssetPredicate? {
        let name = name.trimmed
        if Self.same(name, Self.inUse) { return .isHeld }
        var any: [AssetPredicate] = []
        if let lifecycle = Self.lifecycle(name) { any.append(.lifecycle([lifecycle])) }
        let ids = labels.filter { Self.same($0.name, name) || Self.same(self.name(of: $0), name) }.map(\.id.rawValue)
        if !ids.isEmpty { any.append(Self.unheld(ids)) }
        return any.isEmpty ? nil : .any(any)
    }

    /// Returns the condition for assets that are shown with the status type; an unknown GUID matches none.
    func predicate(_ guid: UniqueID) -> AssetPredicate {
        if guid == Known.inUse { return .isHeld }
        return Self.unheld(RowGUID.row(guid, .status).map { [$0] } ?? [])
    }

    private static func unheld(_ labels: [Int64]) -> AssetPredicate {
        .all([.row(.status, labels), .not(.isHeld)])
    }

    private static func same(_ left: String, _ right: String) -> Bool { left.lowercased() == right.lowercased() }

    private static func lifecycle(_ name: String) -> Lifecycle? {
        switch name.lowercased() {
        case "available": .available
        case "broken": .maintenance
        case "retired": .retired
        default: nil
        }
    }

    /// Returns the status of an asset.
    func write(of asset: Asset, to json: inout JSONWriter) {
        if asset.holder != nil { writeInUse(to: &json) } else { write(asset.status, to: &json) }
    }

    /// Returns the GUID of the status of an asset.
    static func guid(of asset: Asset) -> UniqueID {
        asset.holder != nil ? Known.inUse : RowGUID.guid(.status, asset.status.id.rawValue)
    }

    func write(_ label: StatusLabel, to json: inout JSONWriter) {
        json.object { json in
            json.guid("AssetStatusTypeId", RowGUID.guid(.status, label.id.rawValue))
            json.member("Scope", "Site")
            json.member("Name", name(of: label))
            if name(of: label) != label.name { json.member("Description", label.name) }
            json.member("IsRetired", label.type == .archived)
        }
    }

    func writeInUse(to json: inout JSONWriter) {
        json.object { json in
            json.guid("AssetStatusTypeId", Known.inUse)
            json.member("Scope", "Site")
            json.member("Name", Self.inUse)
            json.member("IsRetired", false)
        }
    }
}
