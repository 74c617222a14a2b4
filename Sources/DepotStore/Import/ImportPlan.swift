import DepotModel

/// What one line of an import asks for, checked and looked up, with nothing written yet.
///
/// A class, and made of one: what a line says is some thirty texts, and each copy would count all of them.
final class ImportPlan {
    private let line: ImportLine
    private let session: ImportSession
    /// The asset that has the tag already.
    private let before: AssetDetails?
    private var person: HolderDescription?
    private var location: LocationID?
    private let model: ImportNames.ModelKey?
    private var modelID: CatalogueID?
    private var supplier: (name: String, id: CatalogueID?)?
    private var company: (name: String, id: CatalogueID?)?

    private var writer: TenantWriter { session.writer }
    private var row: ImportRow { line.row }
    private var tag: String { line.tag }
    private var assignee: String? { line.assignee }
    private var locationName: String? { line.locationName }

    init(_ line: ImportLine, _ session: ImportSession) throws {
        self.line = line
        self.session = session
        if let refusal = line.refusal { throw refusal }
        let before = try session.asset(line.key)
        self.before = before
        model = if let before { Self.changedModel(of: before, line) } else { line.model }
        try refuseContradiction()
        // only here it is known which model the line asks for
        try refuseUnstorable(model?.name, field: "model", limit: TextLimit.line)
        try refuseUnstorable(model?.number, field: "model_number", limit: TextLimit.line)
        if let assignee { person = try session.names.person(assignee) }
        if let locationName { location = try session.names.location(locationName) }
        if let model { modelID = try session.names.model(model) }
        if let name = line.supplier { supplier = (name, try session.names.row(.supplier, name)) }
        if let name = line.company { company = (name, try session.names.row(.company, name)) }
    }

    /// Whether the line only adds an asset, and all it names is there.
    var isPlain: Bool {
        before == nil && (assignee == nil || person != nil) && (locationName == nil || location != nil)
            && (model == nil || modelID != nil) && (supplier == nil || supplier?.id != nil)
            && (company == nil || company?.id != nil)
    }

    /// Writes what the line asks for.
    func make() throws -> ImportOutcome {
        if !isPlain { try makeNames() }
        guard let before else { return .created(try create()) }
        return try update(before) ? .updated(before.asset.id) : .unchanged(before.asset.id)
    }

    private func refuseContradiction() throws(Refusal) {
        let message: String
        switch row.lifecycle {
        case .deleted: message = "An import does not delete assets."
        case .deployed where assignee == nil && before?.asset.holder == nil:
            message = "\(tag) is to be deployed, but the line does not say to whom."
        case .available, .maintenance, .retired:
            guard let assignee, let state = row.lifecycle?.rawValue else { return }
            message = "\(tag) cannot be \(state) and assigned to \(assignee)."
        case .deployed, .other, nil: return
        }
        throw Refusal(.invalidField, message, facts: ["field": "status"])
    }

    // MARK: What the line names

    /// The model that an asset is to have which is there; nil where it keeps its own, or has none.
    private static func changedModel(of before: AssetDetails, _ line: ImportLine) -> ImportNames.ModelKey? {
        guard let now = before.model else { return line.model }
        let said = line.said
        let name = line.row.columns.contains(.model) ? line.model?.name : now.name
        guard let name else { return nil }
        func isSame(_ wanted: String?, _ now: String?) -> Bool {
            wanted == nil || wanted.map(foldedKey) == now.map(foldedKey)
        }
        let sameName = foldedKey(name) == foldedKey(now.name)
        if sameName, isSame(said.number, now.number), isSame(said.manufacturer, now.manufacturer?.name),
            isSame(said.category, now.category?.name)
        {
            return nil
        }
        // of the same model only what the line says differs
        return ImportNames.ModelKey(
            name: sameName ? now.name : name, number: said.number ?? (sameName ? now.number : nil),
            manufacturer: said.manufacturer ?? (sameName ? now.manufacturer?.name : nil),
            category: said.category ?? (sameName ? now.category?.name : nil))
    }

    private func makeNames() throws {
        if let assignee, person == nil {
            let isEmail = assignee.contains("@")
            let made = try writer.createPerson(
                PersonDraft(name: assignee, email: isEmail ? assignee : nil), try session.nextRequest())
            let described = try HolderRows.describe(.person(made.id), writer.tenant, session.connection)
            person = described
            if let described { session.names.remember(described, person: foldedKey(assignee)) }
        }
        if let locationName, location == nil {
            let made = try writer.createLocation(LocationDraft(name: locationName), try session.nextRequest())
            location = made.id
            session.names.remember(made.id, location: foldedKey(locationName))
        }
        if let model, modelID == nil { modelID = try make(model) }
        if let (name, id) = supplier { supplier = (name, try id ?? row(.supplier, name)) }
        if let (name, id) = company { company = (name, try id ?? row(.company, name)) }
    }

    private func row(_ table: Catalogue, _ name: String) throws -> CatalogueID {
        if let known = try session.names.row(table, name) { return known }
        let made = try writer.createEntry(table, CatalogueDraft(name: name), try session.nextRequest())
        session.names.remember(made.id, table, foldedKey(name))
        return made.id
    }

    /// A model of that name, with what the line says of it: one that has no category yet gets it, else a new one.
    private func make(_ model: ImportNames.ModelKey) throws -> CatalogueID {
        let manufacturer = try model.manufacturer.map { try row(.manufacturer, $0) }
        let category = try model.category.map { try row(.category, $0) }
        let values: [SQLValue] = [
            .row(writer.tenant), .text(foldedKey(model.name)), .text(model.number.map(foldedKey)), .row(manufacturer),
        ]
        let id: CatalogueID
        if category != nil,
            let known = try session.connection.first(Self.withoutCategory, values, { CatalogueID(rawValue: $0.int(0)) })
        {
            var draft = CatalogueDraft(try writer.entry(.model, known))
            draft.category = category
            id = try writer.updateEntry(.model, known, draft, version: nil, try session.nextRequest()).id
        } else {
            let request = try session.nextRequest()
            try session.connection.run(
                Self.insertModel,
                [
                    .row(writer.tenant), .text(model.name), .text(foldedKey(model.name)), .text(model.number),
                    .row(manufacturer), .row(category), .time(request.at), .time(request.at),
                ])
            id = CatalogueID(rawValue: session.connection.lastInsertedRow)
            _ = try writer.administration(
                "The model \(model.name) was added.",
                facts: ["model_id": id.description, "name": model.name, "action": "created"], request)
        }
        session.names.remember(id, model.folded)
        return id
    }

    private static let withoutCategory = Query(
        """
        SELECT id FROM model WHERE tenant_id = ? AND name_key = ?2 AND (?3 IS NULL OR folded(number) = ?3)
            AND (?4 IS NULL OR manufacturer_id = ?4) AND category_id IS NULL ORDER BY id LIMIT 1
        """)
    private static let insertModel = Query(
        """
        INSERT INTO model (
            tenant_id, name, name_key, number, manufacturer_id, category_id, created_at, updated_at
        ) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        """)

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

    /// The asset as the line has it, without its id and in nobody's hands.
    private func newAsset() throws -> Asset {
        let status = try session.names.label(row.lifecycle ?? (person == nil ? .available : .deployed), now: nil)
        var asset = Asset(
            id: AssetID(rawValue: 0), tenant: writer.tenant, uuid: try uuid(), tag: tag, status: status,
            createdAt: session.request.at)
        line.fill(&asset)
        asset.model = modelID
        asset.supplier = supplier?.id
        asset.company = company?.id
        asset.location = location
        asset.defaultLocation = location
        return asset
    }

    /// How a new asset comes into somebody's hands.
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
        if let location, steps.last?.applied.asset.location != location {
            try apply(.edit(Self.edit(location)), TransitionFacts(locations: [location]))
        }
        return steps
    }

    /// In the order in which they are made: next to each other in the index of identities.
    private func uuid() throws -> UniqueID {
        if let uuid = row.draft.uuid {
            guard try session.connection.first(TenantWriter.anyUUID, [.id(uuid)], { _ in true }) == nil else {
                throw DepotError(.conflict, "Another asset has the identity \(uuid).")
            }
            return uuid
        }
        // RFC 9562 §6.2: random bits with the line as a counter in front of them
        let line = UInt64(UInt32(truncatingIfNeeded: row.line))
        let bits = session.random ^ line &* 0x9E37_79B9_7F4A_7C15
        return .version7(at: session.request.at, random: (line >> 20, line << 42 | bits & 0x3FF_FFFF_FFFF))
    }

    // MARK: An asset that is there

    /// Whether anything changed.
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
        if asset.holder != nil, person == nil, comesBack { try apply(.checkin()) }
        var wanted = asset
        try change(&wanted)
        if let lifecycle = row.lifecycle ?? (person == nil ? nil : .deployed),
            lifecycle != .deployed || asset.holder == nil
        {
            wanted.status = try session.names.label(lifecycle, now: asset.status)
        }
        let isMoved = person != nil && person?.holder != asset.holder
        if row.columns.contains(.location), !isMoved { wanted.location = location }
        let changes = wanted.changes(since: asset)
        if !changes.isEmpty {
            try apply(.edit(Dictionary(changes.map { ($0.field, $0.to) }, uniquingKeysWith: { $1 })))
        }
        if let person, isMoved {
            let day = row.draft.expectedCheckin
            try apply(
                asset.holder == nil
                    ? .checkout(to: person.holder, expectedCheckin: day)
                    : .transfer(to: person.holder, expectedCheckin: day))
            if row.columns.contains(.location), asset.location != location { try apply(.edit(Self.edit(location))) }
        }
        return isChanged
    }

    /// Whether the line takes the asset from who has it.
    private var comesBack: Bool {
        row.lifecycle.map { $0 != .deployed } ?? row.columns.contains(.assignee)
    }

    private static func edit(_ location: LocationID?) -> [String: String?] {
        [AssetField.location.rawValue: location?.description]
    }

    /// Sets what the line says.
    private func change(_ asset: inout Asset) throws {
        try line.change(&asset)
        if row.columns.contains(.supplier) { asset.supplier = supplier?.id }
        if row.columns.contains(.company) { asset.company = company?.id }
        if let modelID { asset.model = modelID }
    }
}

extension Transition {
    fileprivate init(_ kind: Kind, _ request: ChangeRequest) {
        self.init(
            operation: request.operation, kind: kind, actor: request.actor, origin: request.origin, at: request.at)
    }
}

extension ImportNames.ModelKey {
    /// As it is compared.
    var folded: ImportNames.ModelKey {
        ImportNames.ModelKey(
            name: foldedKey(name), number: number.map(foldedKey), manufacturer: manufacturer.map(foldedKey),
            category: category.map(foldedKey))
    }
}
