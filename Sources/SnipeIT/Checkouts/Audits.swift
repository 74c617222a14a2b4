import DepotDialect
import DepotModel
import DepotStore
import TextFormats

/// The routes of audits.
enum Audits {
    /// Audits the asset with the id in the path, or with the `asset_tag` in the body, which takes precedence.
    static func audit(_ call: Call) async throws -> Answer {
        let sent = try await Sent(call)
        if sent.text("asset_tag") != nil { return try await audit(call, sent, byTag: sent) }
        guard let id = call.id(as: AssetID.self), let asset = try call.store.asset(id) else {
            throw RequestError.envelope("Asset not found")
        }
        return try await audit(call, sent, asset)
    }

    static func auditByTag(_ call: Call) async throws -> Answer {
        let sent = try await Sent(call)
        return try await audit(call, sent, byTag: sent)
    }

    private static func audit(_ call: Call, _ sent: Sent, byTag: Sent) async throws -> Answer {
        guard let tag = sent.text("asset_tag") else {
            throw RequestError.invalid("asset_tag", "The asset tag field is required.")
        }
        guard let asset = try call.store.asset(tag: tag) else { throw AssetList.missing }
        return try await audit(call, sent, asset)
    }

    static func audit(_ call: Call, _ sent: Sent, _ found: AssetDetails) async throws -> Answer {
        let id = found.asset.id
        var problems: [RequestError.FieldError] = []
        let location = Checkouts.rowID(sent, "location_id", &problems).map { LocationID(rawValue: $0) }
        var next: CalendarDate?
        if let value = sent.filled("next_audit_date") {
            next = parsedDay(value)
            if next == nil {
                problems.append(.init("next_audit_date", "The next audit date field must be a valid date."))
            }
        }
        guard problems.isEmpty else { throw RequestError.invalid(problems) }
        let note = sent.text("note")
        let form = AssetForm(sent.keeping { $0.hasPrefix(CustomColumn.prefix) }, isNew: false)
        let transition = Transition.Kind.audit(location: location, next: next, moves: sent.isTrue("update_location"))
        let expected = call.expectedVersion
        let details = try await call.change { inventory in
            let applied = try inventory.apply(transition, to: id, note: note, version: expected)
            guard !form.custom.isEmpty, let asset = applied.asset?.asset else { return applied.asset }
            var edits: [String: String?] = [:]
            for (key, value) in try AssetWrites.customValues(form, model: asset.model, inventory) {
                edits[FieldChange.customPrefix + key] = .some(value)
            }
            return try inventory.apply(.edit(edits), to: id, step: "edit").asset
        }
        guard let details else { throw RequestError.envelope("Asset not found") }
        let context = try AssetContext(call, [details])
        return Envelope.success("Asset audit successfully logged.", version: details.asset.version) { json in
            json.object { json in
                json.member("id", details.asset.id)
                json.escaped("asset_tag", details.asset.tag)
                json.escaped("note", note)
                json.dateTime("next_audit_date", details.asset.nextAudit?.startOfDay)
                guard !context.columns(of: details.asset).isEmpty else { return }
                json.key("custom_fields")
                context.writeCustomFields(details.asset, &json)
            }
        }
    }
}
