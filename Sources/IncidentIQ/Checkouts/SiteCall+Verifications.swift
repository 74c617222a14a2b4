import DepotDialect
import DepotModel
import DepotStore
import HTTPTypes
import TextFormats

/// The routes of verifications, which are this inventory's audits.
extension SiteCall {
    /// The beginning of the note of a failed verification.
    private static let failed = "Verification failed"

    /// `POST assets/{id}/verifications/new`: sets the last audit, to `CreatedDate` if that is in the past. The location is
    /// recorded and does not move the asset. If `IsSuccessful` is false, an event is recorded and the last audit stays
    /// unchanged.
    func verify() async throws -> Answer {
        let guid = try guid("AssetId")
        let fields = try await fields()
        let place = try fields.guid("LocationRoomId", "LocationId")
        let isSuccessful = try fields.flag("IsSuccessful") ?? true
        let comments = try fields.filled("Comments")
        let at = try fields.time("CreatedDate")
        let done = try await change(guid) { change in
            var location: LocationID?
            if let place {
                guard let found = try change.inventory.location(uuid: place) else {
                    throw Refusal(.invalidField, "There is no location \(place).", facts: ["field": "LocationId"])
                }
                location = found.id
            }
            if isSuccessful {
                try change.apply(.audit(location: location), note: comments, effectiveAt: at)
            } else {
                let note = Self.failed + (comments.map { ": \($0)" } ?? ".")
                try change.apply(.edit([:]), note: note, effectiveAt: at)
            }
        }
        guard let event = done.events.last else { throw DepotError(.internal, "The audit left no event.") }
        let uid = RowGUID.guid(.verification, event.number.rawValue)
        return try item(
            status: .created, version: done.details.asset.version, created: (event.number.rawValue, uid)
        ) { try write(event, to: &$0) }
    }

    /// `GET assets/{id}/verifications`, newest first. Read from the asset's newest 1,000 events and paged in memory.
    func listVerifications() throws -> Answer {
        let page = try Page(call)
        let events = try verifications(of: try asset().asset.id, limit: 1000)
        return try list(page.slice(of: events), page: page, total: events.count) { try write($1, to: &$0) }
    }

    /// `POST assets/verifications`: those of the body's `AssetIds`, at most 200, from the newest 100 events of each.
    func verificationsOfAssets() async throws -> Answer {
        let fields = try await fields()
        let page = try Page(call, fields, size: Page.largest)
        var events: [LedgerEvent] = []
        for guid in try fields.guids("AssetIds", limit: 200) {
            guard let asset = try store.asset(uuid: guid) else {
                throw RequestError.notFound("asset", guid.description)
            }
            events += try verifications(of: asset.asset.id, limit: 100)
        }
        return try list(page.slice(of: events), page: page, total: events.count) { try write($1, to: &$0) }
    }

    private func verifications(of asset: AssetID, limit: Int) throws -> [LedgerEvent] {
        try store.history(asset, limit: limit).reversed().filter { event in
            event.kind == .audit || (event.kind == .edit && event.note?.hasPrefix(Self.failed) == true)
        }
    }

    private func write(_ event: LedgerEvent, to json: inout JSONWriter) throws {
        let place = try event.facts["location_id"].flatMap { Int64($0) }
            .flatMap { try store.location(LocationID(rawValue: $0)) }
        let actor = try event.actor.person.flatMap { try store.person($0)?.uuid }
        let isSuccessful = event.kind == .audit
        json.object { json in
            json.guid("AssetVerificationId", RowGUID.guid(.verification, event.number.rawValue))
            json.guid("AssetId", event.asset?.uuid)
            json.guid("SiteId", site)
            json.guid("VerifiedByUserId", actor)
            json.object("VerifiedBy") { json in
                json.guid("UserId", actor)
                json.member("Name", event.actor.name)
            }
            json.guid("LocationId", place?.uuid)
            json.optional("LocationName", place?.name)
            json.member("IsSuccessful", isSuccessful)
            json.optional("Comments", isSuccessful ? event.note : event.note.map { Self.comments(in: $0) })
            json.time("CreatedDate", event.time(.lastAudit))
        }
    }

    private static func comments(in note: String) -> String {
        let rest = note.dropFirst(failed.count)
        return rest.hasPrefix(": ") ? String(rest.dropFirst(2)) : ""
    }

    /// `GET assets/{id}/activities`: the events of an asset, newest first.
    func activities() throws -> Answer {
        let page = try Page(call)
        let asset = try asset()
        let (events, total) = try store.activity(asset: asset.asset.id, limit: page.size, offset: page.offset)
        return try list(events, page: page, total: total) { json, event in
            let actor = try event.actor.person.flatMap { try store.person($0)?.uuid }
            json.object { json in
                json.guid("ActivityId", RowGUID.guid(.event, event.number.rawValue))
                json.guid("AssetId", event.asset?.uuid)
                json.member("ActivityType", event.kind.rawValue)
                json.optional("Message", event.message)
                json.optional("Comments", event.note)
                json.guid("ByUserId", actor)
                json.member("ByUserName", event.actor.name)
                json.member("Source", event.origin.face == .incidentIQ ? "api" : event.origin.face.rawValue)
                json.time("CreatedDate", event.at)
                json.array("Changes", of: event.changes) { json, change in
                    json.object { json in
                        json.member("Field", change.field)
                        json.optional("FromValue", change.from)
                        json.optional("ToValue", change.to)
                    }
                }
            }
        }
    }
}
