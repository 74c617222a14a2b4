import DepotDialect
import DepotModel
import DepotStore
import HTTPTypes
import TextFormats

/// The routes of single assets.
enum AssetRoutes {
    static func all(qr: String) -> [DialectRoute] {
        [
            DialectRoute(.get, "/api/assets", .viewer, handler: AssetList.answer),
            DialectRoute(.post, "/api/assets", .operator, handler: create),
            DialectRoute(.get, "/api/assets/:id", .viewer) { call in assetAnswer(try located(call).details) },
            DialectRoute(.put, "/api/assets/:id", .operator, handler: update),
            DialectRoute(.delete, "/api/assets/:id", .administrator, handler: delete),
            DialectRoute(.post, "/api/assets/:id/checkout", .operator, handler: checkout),
            DialectRoute(.post, "/api/assets/:id/checkin", .operator, handler: checkin),
            DialectRoute(.get, "/api/assets/:id/history", .viewer, handler: AssetHistory.answer),
            DialectRoute(.get, "/api/assets/:id/qr", .anyone) { call in
                let (_, details) = try located(call)
                return try QRCode.answer(details.asset, qr)
            },
        ]
    }

    /// Returns the asset of the path and its tenant's store. Throws for a deleted asset.
    static func located(_ call: Call) throws -> (store: TenantStore, details: AssetDetails) {
        let id: AssetID = try call.rowID("asset")
        let found = try call.find("asset") { store in
            try store.asset(id).flatMap { $0.asset.deletedAt == nil ? $0 : nil }
        }
        return (found.store, found.value)
    }

    private static func create(_ call: Call) async throws -> Answer {
        let store = try call.store
        let body = try AssetBody(try await call.fields(), requiring: ["asset_tag", "name", "status"])
        guard body.status != .deployed else { throw notByEdit }
        let label = try Labels(store).first(body.status)
        let known = try body.choice.known(store)
        let applied = try await store.change(call.change) { inventory in
            try inventory.create(try body.draft(label, known, inventory))
        }
        guard let details = applied.asset else { throw RequestError.notFound("asset", body.tag) }
        return assetAnswer(details, .created)
    }

    private static func update(_ call: Call) async throws -> Answer {
        let (store, before) = try located(call)
        let body = try AssetBody(try await call.fields(), requiring: AssetBody.keys)
        let labels = try Labels(store)
        let known = try body.choice.known(store)
        let version = call.expectedVersion
        let details = try await store.change(call.change) { inventory in
            let details = try current(before.asset.id, inventory)
            var edits = try body.edits(of: details, known, inventory)
            var expected = version
            if body.status.lifecycle != details.asset.lifecycle {
                guard body.status != .deployed else { throw notByEdit }
                if details.asset.lifecycle == .deployed {
                    guard body.status != .available else {
                        throw DepotError(
                            .badRequest, "\(details.asset.tag) is deployed: check it in with POST …/checkin.")
                    }
                    _ = try inventory.apply(
                        .checkin(location: details.place(inventory)), to: details.asset.id, version: expected,
                        step: "checkin")
                    expected = nil
                }
                if !body.status.types.contains(details.asset.status.type) {
                    edits[AssetField.status.rawValue] = try labels.first(body.status).description
                }
            }
            if edits.isEmpty, expected == nil || expected == details.asset.version {
                return try current(before.asset.id, inventory)
            }
            return try inventory.apply(.edit(edits), to: details.asset.id, version: expected).asset ?? details
        }
        return assetAnswer(details)
    }

    private static func delete(_ call: Call) async throws -> Answer {
        let (store, before) = try located(call)
        let version = call.expectedVersion
        try await store.change(call.change) { inventory in
            let details = try current(before.asset.id, inventory)
            var expected = version
            if details.asset.holder != nil {
                _ = try inventory.apply(
                    .checkin(location: details.place(inventory)), to: details.asset.id, version: expected,
                    step: "checkin")
                expected = nil
            }
            _ = try inventory.apply(.purge, to: details.asset.id, version: expected)
        }
        return okAnswer()
    }

    private static func checkout(_ call: Call) async throws -> Answer {
        let (store, before) = try located(call)
        var fields = try await call.fields()
        fields.require(["employee_id"])
        let person: PersonID? = fields.id("employee_id")
        if fields.object.has("employee_id"), person == nil, fields.problems.isEmpty {
            fields.refuse("employee_id", "A valid id is expected.")
        }
        let note = fields.text("note", limit: 65_536)
        try fields.finish()
        guard let person else { throw RequestError.notFound("employee", "") }
        return try await apply(note, call, store, before.asset.id) { _ in .checkout(to: .person(person)) }
    }

    private static func checkin(_ call: Call) async throws -> Answer {
        let (store, before) = try located(call)
        var fields = FieldReader(try await call.object())
        let note = fields.text("note", limit: 65_536)
        try fields.finish()
        let id = before.asset.id
        return try await apply(note, call, store, id) { inventory in
            .checkin(location: try inventory.asset(id)?.place(inventory))
        }
    }

    private static func apply(
        _ note: String?, _ call: Call, _ store: TenantStore, _ id: AssetID,
        _ kind: @escaping @Sendable (Inventory) throws -> Transition.Kind
    ) async throws -> Answer {
        let version = call.expectedVersion
        let applied = try await store.change(call.change) { inventory in
            try inventory.apply(try kind(inventory), to: id, note: note, version: version)
        }
        guard let details = applied.asset else { throw RequestError.notFound("asset", id.description) }
        return assetAnswer(details)
    }

    /// Returns the asset in the transaction. Throws for a deleted one.
    private static func current(_ id: AssetID, _ inventory: Inventory) throws -> AssetDetails {
        guard let details = try inventory.asset(id), details.asset.deletedAt == nil else {
            throw Refusal(.unknownAsset, "There is no asset \(id).", facts: ["asset_id": id.description])
        }
        return details
    }

    private static var notByEdit: DepotError {
        DepotError(.badRequest, "An asset becomes deployed by POST …/checkout with its employee_id.")
    }
}

extension AssetDetails {
    /// Returns the location after a checkin: the default location, or else the current one.
    ///
    /// Nil for an asset with a default location, to which a checkin moves it even if that location is deleted.
    fileprivate func place(_ inventory: Inventory) throws -> LocationID? {
        guard asset.defaultLocation == nil, let here = asset.location else { return nil }
        return try inventory.location(here)?.deletedAt == nil ? here : nil
    }
}

/// Returns the answer `{"ok": true}`.
func okAnswer() -> Answer { .json { json in json.object { $0.member("ok", true) } } }

/// The holders of an asset, from its ledger.
enum AssetHistory {
    @Sendable static func answer(_ call: Call) async throws -> Answer {
        let (store, details) = try AssetRoutes.located(call)
        return .streamedArray { part in
            var last = EventNumber(rawValue: 0)
            while true {
                let page = try store.history(details.asset.id, after: last)
                guard let end = page.last else { return }
                last = end.number
                var places: [EventNumber: String] = [:]
                for event in page where isOfWalk(event) { places[event.number] = try place(event, store) ?? "" }
                try await part { [places] json in
                    for event in page where moves.contains(event.kind) || isOfWalk(event) {
                        if let place = places[event.number] { write(auditAt: place, event, &json) }
                        if let holder = event.from { write("checkin", holder, event, &json) }
                        if let holder = event.to { write("checkout", holder, event, &json) }
                    }
                }
            }
        }
    }

    /// The kinds of events that may change the holder; no other does.
    private static let moves: Set<LedgerEvent.Kind> = [.checkout, .checkin, .transfer, .undo]

    /// Returns whether the event marks the asset as audited by an audit walk.
    private static func isOfWalk(_ event: LedgerEvent) -> Bool {
        event.kind == .audit && event.facts["walk_id"] != nil
    }

    private static func place(_ event: LedgerEvent, _ store: TenantStore) throws -> String? {
        try event.facts["location_id"].flatMap { Int64($0) }
            .flatMap { try store.location(LocationID(rawValue: $0))?.name }
    }

    private static func write(auditAt place: String, _ event: LedgerEvent, _ json: inout JSONWriter) {
        json.object { json in
            json.member("action", "audit")
            json.member("employee_name", "")
            json.member("performed_by", event.actor.name)
            json.member("note", event.note ?? "")
            json.member("timestamp", String(event.at.description.prefix(19)) + "Z")
            json.member("location", place)
        }
    }

    private static func write(
        _ action: String, _ holder: HolderDescription, _ event: LedgerEvent, _ json: inout JSONWriter
    ) {
        json.object { json in
            json.member("action", action)
            json.member("employee_name", holder.name)
            json.member("performed_by", event.actor.name)
            json.member("note", event.note ?? "")
            json.member("timestamp", String(event.at.description.prefix(19)) + "Z")
        }
    }
}
