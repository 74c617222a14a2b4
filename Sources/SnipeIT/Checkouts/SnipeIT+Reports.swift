import DepotDialect
import DepotModel
import DepotStore
import TextFormats

extension SnipeIT {
    /// `GET /reports/activity`: the events of an asset, a user or the whole tenant, newest first.
    func activity(_ call: Call) async throws -> Answer {
        let sent = try await Sent(call)
        let store = try call.store
        let filter = ActivityFilter(sent)
        let (limit, offset) = sent.page
        let found: (rows: [LedgerEvent], total: Int)
        if filter.isNothing {
            found = ([], 0)
        } else if filter.isExact {
            found = try store.activity(asset: filter.asset, person: filter.person, limit: limit, offset: offset)
        } else {
            found = try filter.page(store, limit: limit, offset: offset)
        }
        let writer = ActivityWriter(store, now: call.at)
        return try Envelope.list(total: found.total, found.rows) { json, event in try writer.write(event, to: &json) }
    }
}

/// The filter of a client for the ledger.
private struct ActivityFilter {
    private(set) var asset: AssetID?
    private(set) var person: PersonID?
    /// A Boolean value that is true if the filter matches nothing in the ledger.
    private(set) var isNothing = false
    private var target: Holder?
    private var action: String?
    private var search: String?

    init(_ sent: Sent) {
        action = sent.text("action_type")
        search = sent.text("search")
        if let type = sent.text("item_type").map(Self.word), let value = sent.filled("item_id") {
            switch type {
            case "asset", "hardware": asset = value.id() ?? AssetID(rawValue: 0)
            case "user": person = value.id() ?? PersonID(rawValue: 0)
            default: isNothing = true
            }
        }
        if let type = sent.text("target_type"), let value = sent.filled("target_id") {
            target = HolderKind(className: Self.word(type))?.holder(value.integer ?? 0)
            isNothing = isNothing || target == nil
        }
        // The index over people covers the assets that a person received, too.
        if case .person(let id)? = target, person == nil { person = id }
    }

    private static func word(_ type: String) -> String {
        type.split(separator: "\\").last.map { $0.lowercased() } ?? type
    }

    /// A Boolean value that is true if the store's conditions cover the whole filter.
    var isExact: Bool { target == nil && action == nil && search == nil }

    /// The largest number of events that are read for a page.
    private static let reach = 10_000

    /// Returns a page of the matching events.
    func page(_ store: TenantStore, limit: Int, offset: Int) throws -> (rows: [LedgerEvent], total: Int) {
        var rows: [LedgerEvent] = []
        var total = 0
        var read = 0
        while read < Self.reach {
            let events = try store.activity(asset: asset, person: person, limit: 1000, offset: read).rows
            for event in events where fits(event) {
                if total >= offset, rows.count < limit { rows.append(event) }
                total += 1
            }
            read += events.count
            if events.isEmpty { break }
        }
        return (rows, total)
    }

    private func fits(_ event: LedgerEvent) -> Bool {
        if let target, event.to?.holder != target, event.from?.holder != target { return false }
        if let action, ActivityWriter.action(event) != action, ActivityWriter.stored(event) != action { return false }
        guard let search = search?.lowercased() else { return true }
        let texts = [
            event.asset?.tag, event.asset?.name, event.to?.name, event.from?.name, event.note, event.actor.name,
        ]
        return texts.contains { $0?.lowercased().contains(search) == true }
    }
}

/// Writes events as rows of the history.
private struct ActivityWriter {
    private let store: TenantStore
    private let now: Timestamp

    init(_ store: TenantStore, now: Timestamp) {
        self.store = store
        self.now = now
    }

    /// Returns the action of an event in the API's words.
    static func action(_ event: LedgerEvent) -> String {
        switch event.kind {
        case .created: "create new"
        case .checkout, .transfer: "checkout"
        case .checkin: "checkin from"
        case .audit: "audit"
        case .deleted, .purged: "delete"
        case .restored: "restore"
        case .administration:
            switch event.facts["action"] {
            case "created": "create new"
            case "deleted": "delete"
            case "restored": "restore"
            default: "update"
            }
        default: "update"
        }
    }

    /// Returns the action as stored by the program, which may be another word.
    static func stored(_ event: LedgerEvent) -> String {
        let action = action(event)
        return action == "create new" ? "create" : action
    }

    private static func icon(_ action: String) -> String {
        switch action {
        case "create new": "fas fa-plus"
        case "checkout": "fa-solid fa-rotate-left"
        case "checkin from": "fa-solid fa-rotate-right"
        case "audit": "fas fa-clipboard-check"
        case "delete": "fas fa-trash"
        case "restore": "fas fa-trash-restore"
        default: "fas fa-pencil-alt"
        }
    }

    func write(_ event: LedgerEvent, to json: inout JSONWriter) throws {
        try json.object { json in
            let action = Self.action(event)
            json.member("id", event.number)
            json.member("icon", Self.icon(action))
            json.null("file")
            try writeItem(event, &json)
            try writeLocation(event, &json)
            json.dateTime("created_at", event.at)
            json.dateTime("updated_at", event.at)
            let next = change(.nextAudit, event).flatMap { CalendarDate($0) }
            json.date("next_audit_date", next)
            json.member("days_to_next_audit", next.map { $0.daysSinceEpoch - now.date.daysSinceEpoch })
            json.member("action_type", action)
            for key in ["admin", "created_by"] as [StaticString] {
                json.object(key) { json in
                    json.member("id", event.actor.person?.rawValue ?? 0)
                    json.escaped("name", event.actor.name)
                    let names = PersonNames(event.actor.name, first: nil, last: nil)
                    json.escaped("first_name", names.first)
                    json.escaped("last_name", names.last ?? "")
                }
            }
            writeTarget(event, &json)
            json.escaped("note", event.note)
            json.null("signature_file")
            try writeChanges(event, &json)
            let happened = [AssetField.lastCheckout, .lastCheckin, .lastAudit].lazy
                .compactMap { change($0, event) }.first.flatMap { Timestamp($0) }
            json.dateTime("action_date", happened ?? event.at)
            json.member("remote_ip", event.origin.address)
            json.null("user_agent")
            json.member("action_source", event.origin.face == .screen ? "gui" : "api")
        }
    }

    /// Returns the new value of a field.
    private func change(_ field: AssetField, _ event: LedgerEvent) -> String? {
        event.changes.first { $0.field == field.rawValue }?.to
    }

    private func writeItem(_ event: LedgerEvent, _ json: inout JSONWriter) throws {
        json.key("item")
        if let asset = event.asset {
            json.object { json in
                json.member("id", asset.id)
                json.escaped("name", (asset.name.map { "\($0) " } ?? "") + "(\(asset.tag))")
                json.member("type", "asset")
            }
        } else if let id = event.facts["person_id"].flatMap({ Int64($0) }) {
            let person = try store.person(PersonID(rawValue: id))
            json.object { json in
                json.member("id", id)
                json.escaped("name", person?.name ?? event.facts["name"] ?? "")
                json.member("type", "user")
            }
        } else if let id = event.facts["location_id"].flatMap({ Int64($0) }) {
            let location = try store.location(LocationID(rawValue: id))
            json.object { json in
                json.member("id", id)
                json.escaped("name", location?.name ?? event.facts["name"] ?? "")
                json.member("type", "location")
            }
        } else {
            json.null()
        }
    }

    private func writeLocation(_ event: LedgerEvent, _ json: inout JSONWriter) throws {
        // An audit names the place where the asset was seen, which need not be a change.
        let seen = event.kind == .audit ? event.facts["location_id"] : nil
        let id = (seen ?? change(.location, event)).flatMap { Int64($0) }.map { LocationID(rawValue: $0) }
        let location = try id.flatMap { try store.location($0) }
        json.reference("location", id: location?.id.rawValue, location?.name)
    }

    private func writeTarget(_ event: LedgerEvent, _ json: inout JSONWriter) {
        json.key("target")
        guard let target = event.kind == .checkin ? event.from : event.to ?? event.from else { return json.null() }
        json.object { json in
            switch target.holder {
            case .person(let id): json.member("id", id)
            case .location(let id): json.member("id", id)
            case .asset(let id): json.member("id", id)
            case .other: json.null("id")
            }
            json.escaped("name", target.name)
            json.member("type", target.holder.kind == "person" ? "user" : target.holder.kind)
        }
    }

    /// Writes `log_meta`: the changes of an edit by column.
    private func writeChanges(_ event: LedgerEvent, _ json: inout JSONWriter) throws {
        json.key("log_meta")
        guard event.kind == .edit || event.kind == .administration, !event.changes.isEmpty else { return json.null() }
        try json.object { json in
            for change in event.changes {
                json.key(escaping: try column(change.field))
                json.object { json in
                    json.escaped("old", change.from)
                    json.escaped("new", change.to)
                }
            }
        }
    }

    /// Returns the column of a changed field.
    private func column(_ field: String) throws -> String {
        guard field.hasPrefix(FieldChange.customPrefix) else { return SnipeIT.wireName(field) }
        let key = String(field.dropFirst(FieldChange.customPrefix.count))
        var query = RowQuery()
        query.attributes = [CatalogueEntry.fieldKey: key]
        return try store.entries(.field, query).rows.map(CustomColumn.init).first { $0.key == key }?.column ?? key
    }
}
