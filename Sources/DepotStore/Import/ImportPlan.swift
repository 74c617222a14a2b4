import DepotModel
import Sheets

/// The change for which one row of an import asks, checked and looked up, with nothing written yet.
///
/// A class, made of one, because a row has some thirty texts, and each copy would count all of them.
final class ImportPlan {
    let line: ImportLine
    let session: ImportSession
    /// The asset that has the tag already.
    private let before: AssetDetails?
    private let lifecycle: Lifecycle?
    private let label: StatusLabel?
    var person: HolderDescription?
    var location: LocationID?
    var defaultLocation: LocationID?
    let model: ImportNames.ModelKey?
    var modelID: CatalogueID?
    var supplier: (name: String, id: CatalogueID?)?
    var company: (name: String, id: CatalogueID?)?
    /// A Boolean value that is true if the row changed something besides its asset.
    var changedNames = false

    var writer: TenantWriter { session.writer }
    private var row: ImportRow { line.row }
    var tag: String { line.tag }
    var assignee: PersonIdentity? { line.row.assignee }

    init(_ line: ImportLine, _ session: ImportSession) throws {
        self.line = line
        self.session = session
        if let refusal = line.refusal { throw refusal }
        var before: AssetDetails?
        for key in line.keys where before == nil { before = try session.asset(key) }
        self.before = before
        let state = try line.row.status.map { try session.names.status($0) }
        // The label that the asset has already says nothing new, whoever has the asset.
        let isSame = state?.label != nil && state?.label == before?.asset.status
        (lifecycle, label) = isSame ? (nil, nil) : (state?.lifecycle, state?.label)
        model = if let before { Self.changedModel(of: before, line) } else { line.model }
        try refuseOtherMode()
        try refuseContradiction()
        // Only here it is known which model the row asks for.
        try refuseUnstorable(model?.name, field: "model", limit: TextLimit.line)
        try refuseUnstorable(model?.number, field: "model_number", limit: TextLimit.line)
        if let assignee { person = try session.names.person(assignee) }
        if let name = line.locationName { location = try session.names.location(name) }
        if let name = line.defaultLocationName { defaultLocation = try session.names.location(name) }
        if let model { modelID = try session.names.model(model) }
        if let name = line.supplier { supplier = (name, try session.names.row(.supplier, name)) }
        if let name = line.company { company = (name, try session.names.row(.company, name)) }
        try refuseToMake()
    }

    /// A Boolean value that is true if the row only adds an asset, and everything it names exists.
    var isPlain: Bool { before == nil && hasNames }

    private var hasNames: Bool {
        (assignee == nil || person != nil) && (line.locationName == nil || location != nil)
            && (line.defaultLocationName == nil || defaultLocation != nil)
            && (model == nil || modelID != nil) && (supplier == nil || supplier?.id != nil)
            && (company == nil || company?.id != nil)
    }

    /// Writes the change.
    func make() throws -> ImportOutcome<AssetID> {
        if !hasNames { try makeNames() }
        guard let before else {
            let id = try create()
            try session.noteSerial(line.row.draft.serial, of: id, tag, line)
            return .created(id)
        }
        let isChanged = try update(before)
        return isChanged || changedNames ? .updated(before.asset.id) : .unchanged(before.asset.id)
    }

    private func refuseOtherMode() throws {
        switch session.rules.mode {
        case .create where before != nil:
            throw DepotError(.conflict, "There is an asset with the tag “\(tag)” already, and only new ones are taken.")
        case .update where before == nil:
            throw Refusal(
                .unknownAsset, "There is no asset with the tag “\(tag)”, and only existing ones are changed.",
                facts: ["asset_tag": tag])
        default: break
        }
    }

    private func refuseContradiction() throws(Refusal) {
        let message: String
        switch lifecycle {
        case .deleted: message = "An import does not delete assets."
        case .deployed where assignee == nil && before?.asset.holder == nil:
            message = "\(tag) is to be deployed, but the line does not say to whom."
        case .available, .maintenance, .retired:
            guard let assignee = assignee?.description, let state = lifecycle?.rawValue else { return }
            message = "\(tag) cannot be \(state) and assigned to \(assignee)."
        case .deployed, .other, nil: return
        }
        throw Refusal(.invalidField, message, facts: ["field": "status"])
    }

    /// Refuses the row if it names something that does not exist and that may not be made.
    private func refuseToMake() throws {
        let making = session.rules.making
        if person == nil, let name = assignee?.description, !making.contains(.people) {
            throw Refusal(.unknownHolder, "There is no such person: “\(name)”.", facts: ["holder_name": name])
        }
        if !making.contains(.locations) {
            for (name, id) in [(line.locationName, location), (line.defaultLocationName, defaultLocation)] {
                guard let name, id == nil else { continue }
                throw Refusal(.unknownLocation, "There is no location “\(name)”.", facts: ["field": "location"])
            }
        }
        guard !making.contains(.models) else { return }
        for (noun, name, id) in [
            ("model", model?.name, modelID), ("supplier", supplier?.name, supplier?.id),
            ("company", company?.name, company?.id),
        ] {
            guard let name, id == nil else { continue }
            throw Refusal(.invalidField, "There is no \(noun) “\(name)”.", facts: ["field": noun])
        }
    }

    // MARK: A new asset

    private func create() throws -> AssetID {
        try session.refuseOverLimit()
        if let refusal = line.refusalOfNew { throw refusal }
        var asset = try newAsset()
        let request = try session.nextRequest()
        let steps = try person.map { try hand(asset, to: $0) } ?? []
        return try session.insert(steps.last?.applied.asset ?? asset) { id in
            asset.id = id
            _ = try writer.writer.append(createdEvent(asset, request.operation, request))
            for (applied, transition) in steps {
                var applied = applied
                applied.asset.id = id
                _ = try writer.append(applied, transition, message: applied.message)
            }
        }
    }

    /// Returns the asset as the row has it, without its id and without a holder.
    private func newAsset() throws -> Asset {
        let status =
            try label ?? session.names.label(lifecycle ?? (person == nil ? .available : .deployed), now: nil)
        var asset = Asset(
            id: AssetID(rawValue: 0), tenant: writer.tenant, uuid: try uuid(), tag: tag, status: status,
            createdAt: session.request.at)
        line.fill(&asset)
        asset.model = modelID
        asset.supplier = supplier?.id
        asset.company = company?.id
        asset.location = location ?? defaultLocation
        asset.defaultLocation = defaultLocation ?? location
        return asset
    }

    /// Returns the transitions by which a new asset comes to a person.
    private func hand(
        _ asset: Asset, to person: HolderDescription
    ) throws -> [(applied: AppliedTransition, transition: Transition)] {
        var steps: [(applied: AppliedTransition, transition: Transition)] = []
        func apply(_ kind: Transition.Kind, _ facts: TransitionFacts) throws {
            let transition = Transition(kind, try session.nextRequest())
            let before = steps.last?.applied.asset ?? asset
            steps.append((try TransitionRules.apply(transition, to: before, facts: facts), transition))
        }
        try apply(
            .checkout(to: person.holder, expectedCheckin: row.draft.expectedCheckin), TransitionFacts(target: person))
        session.batch.checkouts += 1
        if let location, steps.last?.applied.asset.location != location {
            try apply(.edit(Self.edit(location)), TransitionFacts(locations: [location]))
        }
        return steps
    }

    /// Returns the identity of a new asset. Those of one file are next to each other in the index of identities.
    private func uuid() throws -> UniqueID {
        if let uuid = row.draft.uuid {
            guard try session.connection.first(TenantWriter.anyUUID, [.id(uuid)], { _ in true }) == nil else {
                throw DepotError(.conflict, "Another asset has the identity \(uuid).")
            }
            return uuid
        }
        // RFC 9562 §6.2: random bits with the line as a counter in front of them.
        let line = UInt64(UInt32(truncatingIfNeeded: row.line))
        let bits = session.random ^ line &* 0x9E37_79B9_7F4A_7C15
        return .version7(at: session.request.at, random: (line >> 20, line << 42 | bits & 0x3FF_FFFF_FFFF))
    }

    // MARK: An existing asset

    /// Returns true if anything changed.
    private func update(_ before: AssetDetails) throws -> Bool {
        var asset = before.asset
        var isChanged = false
        func apply(_ kind: Transition.Kind) throws {
            let transition = Transition(kind, try session.nextRequest())
            let change = try writer.decide(transition, asset.id)
            let applied = try writer.write(change, transition, message: change.applied.message, indexed: false)
            if AssetSearch.isTouched(by: applied.event.changes) { session.changedText(of: asset.id) }
            asset = change.applied.asset
            isChanged = true
        }
        if asset.holder != nil, person == nil, comesBack {
            try apply(.checkin())
            session.batch.returns += 1
        }
        let isMoved = person != nil && person?.holder != asset.holder
        let changes = try wanted(asset, isMoved: isMoved).changes(since: asset)
        if !changes.isEmpty {
            try apply(.edit(Dictionary(changes.map { ($0.field, $0.to) }, uniquingKeysWith: { $1 })))
        }
        if let person, isMoved {
            let day = row.draft.expectedCheckin
            try apply(
                asset.holder == nil
                    ? .checkout(to: person.holder, expectedCheckin: day)
                    : .transfer(to: person.holder, expectedCheckin: day))
            session.batch.checkouts += 1
            if row.columns.contains(.location), asset.location != location { try apply(.edit(Self.edit(location))) }
        }
        if changes.contains(where: { $0.field == AssetField.serial.rawValue }) {
            try session.noteSerial(asset.serial, of: asset.id, asset.tag, line)
        }
        return isChanged
    }

    /// A Boolean value that is true if the row takes the asset from its holder.
    private var comesBack: Bool {
        lifecycle.map { $0 != .deployed } ?? row.columns.contains(.assignee)
    }

    private static func edit(_ location: LocationID?) -> [String: String?] {
        [AssetField.location.rawValue: location?.description]
    }

    /// Returns the asset with the values of the row, except for its holder.
    private func wanted(_ asset: Asset, isMoved: Bool) throws -> Asset {
        var wanted = asset
        try line.change(&wanted)
        if row.columns.contains(.supplier) { wanted.supplier = supplier?.id }
        if row.columns.contains(.company) { wanted.company = company?.id }
        if let modelID { wanted.model = modelID }
        if let label {
            wanted.status = label
        } else if let lifecycle = lifecycle ?? (person == nil ? nil : .deployed),
            lifecycle != .deployed || asset.holder == nil
        {
            wanted.status = try session.names.label(lifecycle, now: asset.status)
        }
        if row.columns.contains(.location), !isMoved { wanted.location = location }
        if row.columns.contains(.defaultLocation) { wanted.defaultLocation = defaultLocation }
        if row.columns.contains(.expectedCheckin), !isMoved, asset.holder != nil {
            wanted.expectedCheckin = row.draft.expectedCheckin
        }
        return wanted
    }
}

extension Transition {
    fileprivate init(_ kind: Kind, _ request: ChangeRequest) {
        self.init(
            operation: request.operation, kind: kind, actor: request.actor, origin: request.origin, at: request.at)
    }
}
