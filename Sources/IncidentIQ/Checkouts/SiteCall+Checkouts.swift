import DepotDialect
import DepotModel
import DepotStore
import HTTPTypes
import TextFormats

/// The routes below `assets/checkouts`.
extension SiteCall {
    /// `POST checkout-or-transfer`: to a person or a location, in one transaction.
    ///
    /// Answers with one entry for a checkout, two for a transfer (the return and the checkout), or a message without an
    /// entry if the owner has the asset already.
    func checkoutOrTransfer() async throws -> Answer {
        let fields = try await fields()
        let asset = try fields.requiredGUID("AssetId")
        for name in ["FromAssetId", "ToAssetId"] {
            guard let other = try fields.guid(name), other != asset else { continue }
            throw RequestError.invalid(name, "Only one asset can be checked out at a time.")
        }
        let options = try fields.object("InventoryOptions")
        guard try options.integer("Quantity") ?? 1 == 1 else {
            throw RequestError.invalid("InventoryOptions.Quantity", "Quantity must be 1.")
        }
        let owner = try Self.owner(fields, options)
        let due = try fields.day("DueDate")
        let note = try Self.note(fields)
        let done = try await change(asset) { change in
            _ = try change.handOver(to: try Holder(owner, change.inventory), due: due, note: note)
        }
        let details = done.details
        guard let event = done.events.last else {
            let name = details.holder?.name ?? "this owner"
            return list([Exchange](), message: "\(details.asset.tag) is already with \(name).") { _, _ in }
        }
        var answer = try list(try exchanges(of: event)) { try write($1, to: &$0) }
        answer.version = details.asset.version
        return answer
    }

    /// `POST checkin`. 404 if there is no open checkout, or none of the given `OwnerId`.
    func checkin() async throws -> Answer {
        let fields = try await fields()
        let asset = try fields.requiredGUID("AssetId")
        let owner = try fields.guid("OwnerId")
        let place = try fields.guid("LocationRoomId", "LocationId")
        let note = try Self.note(fields)
        do {
            let done = try await change(asset) { change in
                if let owner, let holder = change.details.asset.holder,
                    try Holder(owner, change.inventory) != holder
                {
                    throw Refusal(.notDeployed, "\(change.details.asset.tag) is with somebody else.")
                }
                var location: LocationID?
                if let place {
                    guard let found = try change.inventory.location(uuid: place) else {
                        throw Refusal(.unknownLocation, "There is no location \(place).")
                    }
                    location = found.id
                }
                try change.apply(.checkin(location: location), note: note)
            }
            guard let event = done.events.last, let exchange = try exchanges(of: event).first else {
                throw DepotError(.internal, "The checkin left no event.")
            }
            return try item(version: done.details.asset.version) { try write(exchange, to: &$0) }
        } catch CommitFailure.refused(let refusal) where refusal.code == .notDeployed {
            throw RequestError.notFound("open checkout of asset", asset.description)
        }
    }

    /// `POST undo-exchange-transaction`: undoes the event of `ExchangeActionId`, or else of `AssetCheckoutId`.
    func undoExchange() async throws -> Answer {
        let fields = try await fields()
        let action = try fields.guid("ExchangeActionId")
        let checkout = try fields.guid("AssetCheckoutId")
        guard let guid = action ?? checkout else {
            throw RequestError.invalid("AssetCheckoutId", "AssetCheckoutId is required.")
        }
        let tables: [RowGUID.Table] = action == nil ? [.checkout] : [.checkinAction, .checkoutAction]
        guard let event = try event(guid, tables), let asset = event.asset else {
            throw RequestError.notFound("transaction", guid.description)
        }
        let done = try await change(asset.uuid) { try $0.apply(.undo(event.number)) }
        return try one(done.details, message: done.events.last?.message)
    }

    /// `POST query/get`: the open checkouts of the assets that the body's `AssetIds`, `OwnerId` and `Filters` select.
    func queryCheckouts() async throws -> Answer {
        let body = try await fields()
        let page = try Page(call, body)
        var query = try query(body)
        var all = [AssetPredicate.isHeld] + [query.predicate].compactMap { $0 }
        var assets = try body.guids("AssetIds", limit: 500)
        if let asset = try body.guid("AssetId") { assets.append(asset) }
        if !assets.isEmpty {
            all.append(.row(.asset, try assets.compactMap { try store.asset(uuid: $0)?.asset.id.rawValue }))
        }
        if let owner = try body.guid("OwnerId", "UserId") {
            var filter = FacetFilter("user", "", place: "OwnerId")
            filter.id = owner
            all += [try facets.predicate([filter])].compactMap { $0 }
        }
        query.predicate = .all(all)
        query.limit = page.size
        query.offset = page.offset
        let (rows, total, isTruncated) = try store.assets(query)
        let open = try rows.compactMap { try opening(of: $0.asset.id, before: nil) }
        var answer = try list(open, page: page, total: total) { json, event in
            try writeCheckout(opened: event, closed: nil, to: &json)
        }
        answer.isTruncated = isTruncated
        return answer
    }

    /// `GET {id}/get`.
    func getCheckout() throws -> Answer {
        let guid = try guid("AssetCheckoutId")
        guard let event = try event(guid, [.checkout]), let asset = event.asset, event.to != nil else {
            throw RequestError.notFound("checkout", guid.description)
        }
        let closed = try closing(of: event, asset.id)
        return try item { try writeCheckout(opened: event, closed: closed, to: &$0) }
    }

    // MARK: Input

    /// Returns the owner: `OwnerId`, or else `ToOwnerId`, or else the location or entity of `InventoryOptions`.
    private static func owner(_ fields: Fields, _ options: Fields) throws(RequestError) -> UniqueID {
        if let owner = try fields.guid("OwnerId", "ToOwnerId") { return owner }
        if let place = try options.guid("ToLocationRoomId", "ToLocationId") { return place }
        guard let entity = try options.guid("ToEntityId") else {
            throw .invalid("OwnerId", "OwnerId, ToOwnerId or InventoryOptions.ToLocationId is required.")
        }
        return entity
    }

    private static func note(_ fields: Fields) throws(RequestError) -> String? {
        for name in ["ToAssetReason", "FromAssetReason", "Notes", "Comments"] {
            if let text = try fields.filled(name) { return text }
        }
        return nil
    }

    // MARK: Events

    /// An entry of an answer: a checkout with the event on it.
    private struct Exchange {
        /// The event that opened the checkout, or nil if it is no longer known.
        var opened: LedgerEvent?
        var done: LedgerEvent
        var isCheckin: Bool
    }

    /// Returns the event with a GUID of one of the tables.
    private func event(_ guid: UniqueID, _ tables: [RowGUID.Table]) throws -> LedgerEvent? {
        guard let row = tables.lazy.compactMap({ RowGUID.row(guid, $0) }).first,
            let event = try call.depot.event(EventNumber(rawValue: row)), event.tenant == store.id
        else { return nil }
        return event
    }

    /// Returns the entries of an event in Incident IQ's form: the return by the old holder, the checkout to the new one.
    private func exchanges(of event: LedgerEvent) throws -> [Exchange] {
        var exchanges: [Exchange] = []
        if event.from != nil, let asset = event.asset {
            let opened = try opening(of: asset.id, before: event.number)
            exchanges.append(Exchange(opened: opened, done: event, isCheckin: true))
        }
        if event.to != nil { exchanges.append(Exchange(opened: event, done: event, isCheckin: false)) }
        return exchanges
    }

    /// Returns the newest event before the given one that handed the asset to a holder.
    private func opening(of asset: AssetID, before: EventNumber?) throws -> LedgerEvent? {
        var before = before
        for _ in 0..<50 {
            let events = try store.history(asset, limit: 200, before: before)
            if let found = events.last(where: { $0.to != nil }) { return found }
            guard let first = events.first else { return nil }
            before = first.number
        }
        return nil
    }

    /// Returns the first event after `event` that took the asset from its holder, or nil if the holder still has it.
    private func closing(of event: LedgerEvent, _ asset: AssetID) throws -> LedgerEvent? {
        var closing: LedgerEvent?
        var before: EventNumber?
        for _ in 0..<50 {
            let events = try store.history(asset, limit: 200, before: before)
            for later in events.reversed() {
                if later.number <= event.number { return closing }
                if later.from != nil { closing = later }
            }
            guard let first = events.first else { return closing }
            before = first.number
        }
        return closing
    }

    // MARK: Answers

    private func write(_ exchange: Exchange, to json: inout JSONWriter) throws {
        let event = exchange.done
        try json.object { json in
            if let opened = exchange.opened {
                json.key("AssetCheckout")
                try writeCheckout(opened: opened, closed: exchange.isCheckin ? event : nil, to: &json)
            }
            json.key(exchange.isCheckin ? "CheckinAction" : "CheckoutAction")
            try writeAction(exchange, to: &json)
            json.time("TransactionDate", event.at)
            json.member("IsCheckIn", exchange.isCheckin)
            json.member("IsCheckOut", !exchange.isCheckin)
        }
    }

    private func writeAction(_ exchange: Exchange, to json: inout JSONWriter) throws {
        let event = exchange.done
        let number = event.number.rawValue
        let entity = try entity(exchange.isCheckin ? event.from : event.to)
        json.object { json in
            json.guid(
                "AssetInventoryActionId", RowGUID.guid(exchange.isCheckin ? .checkinAction : .checkoutAction, number))
            json.guid("AssetInventoryActionTypeId", exchange.isCheckin ? Known.checkinAction : Known.checkoutAction)
            json.guid("EntityTypeId", entity?.type)
            json.guid("EntityId", entity?.id)
            json.member("Quantity", 1)
            json.optional("Notes", event.note)
            json.guid("TransactionId", event.operation)
            json.guid("SiteId", site)
            json.member("IsDeleted", false)
            json.time("CreatedDate", event.at)
            json.time("ModifiedDate", event.at)
            json.guid("AssetCheckoutId", exchange.opened.map { RowGUID.guid(.checkout, $0.number.rawValue) })
            json.guid("AssetId", event.asset?.uuid)
        }
    }

    private func writeCheckout(opened: LedgerEvent, closed: LedgerEvent?, to json: inout JSONWriter) throws {
        let entity = try entity(opened.to)
        let actor = try opened.actor.person.flatMap { try store.person($0)?.uuid }
        json.object { json in
            json.guid("AssetCheckoutId", RowGUID.guid(.checkout, opened.number.rawValue))
            json.guid("AssetId", opened.asset?.uuid)
            json.time("CheckoutDate", opened.time(.lastCheckout))
            json.time("CheckinDate", closed.map { $0.time(.lastCheckin) })
            json.member("QuantityCheckedOut", 1)
            json.member("QuantityCheckedIn", closed == nil ? 0 : 1)
            json.member("AsOfQuantityOutstanding", closed == nil ? 1 : 0)
            json.day("DueDate", opened.value(.expectedCheckin).flatMap { CalendarDate($0) })
            json.member("IsDeleted", false)
            json.guid("ToEntityTypeId", entity?.type)
            json.guid("ToEntityId", entity?.id)
            json.guid("ProductId", Known.assetsProduct)
            json.guid("SiteId", site)
            json.guid("CheckedOutByUserId", actor)
            json.object("CheckedOutByUser") { json in
                json.guid("UserId", actor)
                json.member("Name", opened.actor.name)
            }
            json.member("Source", opened.origin.face == .incidentIQ ? "api" : opened.origin.face.rawValue)
            json.time("ModifiedDate", (closed ?? opened).at)
        }
    }

    /// Returns the GUID of a holder and that of its kind.
    private func entity(_ holder: HolderDescription?) throws -> (type: UniqueID, id: UniqueID)? {
        switch holder?.holder {
        case .person(let id): try store.person(id).map { (Known.userEntity, $0.uuid) }
        case .location(let id): try store.location(id).map { (Known.locationEntity, $0.uuid) }
        case .asset(let id): try store.asset(id).map { (Known.assetEntity, $0.asset.uuid) }
        case .other, nil: nil
        }
    }
}

extension LedgerEvent {
    /// Returns the value to which the event set a field, or nil if it left or removed it.
    func value(_ field: AssetField) -> String? {
        changes.first { $0.field == field.rawValue }?.to
    }

    /// Returns the time in the field if the event set it, or else the time of the request.
    func time(_ field: AssetField) -> Timestamp { value(field).flatMap { Timestamp($0) } ?? at }
}
