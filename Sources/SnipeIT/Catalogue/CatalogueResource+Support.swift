import DepotDialect
import DepotModel
import DepotStore
import HTTPTypes
import TextFormats

/// A table of the catalogue as a resource of the API: its messages, its fields and its routes.
struct CatalogueResource: Sendable {
    /// The messages of the answers.
    struct Sentences: Sendable {
        var created: String
        var updated: String
        var deleted: String
        var inUse: String
    }

    /// The path below `/api/v1`, without a slash.
    let path: String
    let table: Catalogue
    let sentences: Sentences
    /// The fields that are stored as attributes.
    var attributes: [SupportAttribute] = []
    /// The smallest number of characters of a name.
    var minimumName = 1
    /// The message for the name of another row.
    var taken = "The name has already been taken."
    /// A Boolean value that is true if the answer to a write has the form of a read, and false if it has the row's
    /// columns.
    var isRich = false
    /// A Boolean value that is true if a list is paged by default.
    var isPaged = true
    /// Checks the fields other than attributes and applies them to the draft.
    var check: @Sendable (inout SupportForm, inout CatalogueDraft, CatalogueEntry?, TenantStore) throws -> Void = {
        _, _, _, _ in
    }
    /// Applies further filters of the list.
    var filter: @Sendable (Sent, inout RowQuery, TenantStore) throws -> Void = { _, _, _ in }
    /// Returns whether a row is referred to in a way that the inventory does not track.
    var isReferred: @Sendable (CatalogueEntry, TenantStore) throws -> Bool = { _, _ in false }
    /// Writes the members of a read row after `id` and `name`.
    var row: @Sendable (inout JSONWriter, CatalogueEntry, TenantStore) throws -> Void
    /// Writes the columns of a flat row besides id, name, attributes and times.
    var columns: @Sendable (inout JSONWriter, CatalogueEntry) -> Void = { _, _ in }
    /// Returns the text in a selectlist.
    var selectText: @Sendable (CatalogueEntry) -> String = { $0.name }

    /// The tables with only the usual routes.
    static let all = [categories, manufacturers, companies, suppliers, models, statusLabels, fields, fieldsets]

    var routes: [DialectRoute] {
        [
            .api(.get, "/\(path)", .viewer, handler: list),
            .api(.get, "/\(path)/selectlist", .viewer, handler: selectlist),
            .api(.post, "/\(path)", .administrator, handler: create),
            .api(.get, "/\(path)/:id", .viewer, handler: get),
            .api(.patch, "/\(path)/:id", .administrator, handler: update),
            .api(.put, "/\(path)/:id", .administrator, handler: update),
            .api(.delete, "/\(path)/:id", .administrator, handler: delete),
        ]
    }

    // MARK: Reading

    /// Returns the row that the path names. Throws `RequestError.notFound`.
    func find(_ call: Call) throws -> CatalogueEntry {
        guard let id: CatalogueID = call.id(), let entry = try call.store.entry(table, id) else {
            throw RequestError.notFound(table.rawValue, call.parameter("id"))
        }
        return entry
    }

    func list(_ call: Call) async throws -> Answer {
        let sent = try await Sent(call)
        let store = try call.store
        var query = RowQuery(sent, isPaged: isPaged)
        try filter(sent, &query, store)
        let (rows, total, isTruncated) = try store.entries(table, query)
        var answer = try Envelope.list(total: total, rows) { json, entry in try write(&json, entry, store) }
        answer.isTruncated = isTruncated
        return answer
    }

    func get(_ call: Call) async throws -> Answer {
        let entry = try find(call)
        let store = try call.store
        return try Envelope.bare(version: entry.version) { try members(&$0, entry, store) }
    }

    func selectlist(_ call: Call) async throws -> Answer {
        var input = try await call.input()
        // The path may contain the type of a category.
        if let type = call.parameters["type"] { input["category_type"] = .string(type) }
        let sent = Sent(input)
        let store = try call.store
        return try selectlistAnswer(sent) { query in
            var query = query
            try filter(sent, &query, store)
            let rows = try store.entries(table, query) { ($0.id.rawValue, selectText($0)) }
            query.limit = 1
            return (rows, try store.entries(table, query).total)
        }
    }

    /// Writes a row in the form of a read.
    func write(_ json: inout JSONWriter, _ entry: CatalogueEntry, _ store: TenantStore) throws {
        try json.object { try members(&$0, entry, store) }
    }

    private func members(_ json: inout JSONWriter, _ entry: CatalogueEntry, _ store: TenantStore) throws {
        json.member("id", entry.id)
        json.escaped("name", entry.name)
        try row(&json, entry, store)
    }

    // MARK: Writing

    func create(_ call: Call) async throws -> Answer {
        let sent = try await Sent(call)
        let draft = try draft(sent, nil, try call.store)
        let entry = try await written(call) { try $0.create(table, draft) }
        return try answer(sentences.created, entry, call)
    }

    func update(_ call: Call) async throws -> Answer {
        let sent = try await Sent(call)
        let entry = try await written(call) {
            let before = try find(call)
            let draft = try draft(sent, before, try call.store)
            let version = call.expectedVersion ?? before.version
            return { try $0.update(table, before.id, draft, version: version) }
        }
        return try answer(sentences.updated, entry, call)
    }

    func delete(_ call: Call) async throws -> Answer {
        let entry = try find(call)
        guard try !isReferred(entry, try call.store) else { throw RequestError.envelope(sentences.inUse) }
        do {
            try await call.change { try $0.delete(table, entry.id, version: call.expectedVersion) }
        } catch CommitFailure.refused(let refusal) where refusal.code == .inUse && refusal.facts.count > 2 {
            throw RequestError.envelope(sentences.inUse)
        }
        return Envelope.success(sentences.deleted)
    }

    private func draft(_ sent: Sent, _ before: CatalogueEntry?, _ store: TenantStore) throws -> CatalogueDraft {
        var form = SupportForm(sent, isNew: before == nil)
        var draft = before.map { CatalogueDraft($0) } ?? CatalogueDraft(name: "")
        form.text("name", required: &draft.name, minimum: minimumName)
        try check(&form, &draft, before, store)
        form.attributes(attributes, &draft.attributes)
        try form.finish()
        return draft
    }

    /// Applies the decision of `decide` on the current row.
    private func written(
        _ call: Call, _ write: @escaping @Sendable (Inventory) throws -> CatalogueEntry
    ) async throws -> CatalogueEntry {
        try await written(call) { write }
    }

    private func written(
        _ call: Call, deciding decide: () throws -> @Sendable (Inventory) throws -> CatalogueEntry
    ) async throws -> CatalogueEntry {
        do {
            return try await untilCurrent(call) { try await call.change(try decide()) }
        } catch CommitFailure.failed(let error) where error.code == .conflict {
            throw RequestError.invalid("name", taken)
        }
    }

    private func answer(_ sentence: String, _ entry: CatalogueEntry, _ call: Call) throws -> Answer {
        let store = try call.store
        return try Envelope.success(sentence, version: entry.version) { json in
            if isRich { try write(&json, entry, store) } else { flat(&json, entry) }
        }
    }

    /// Writes the columns of a row.
    func flat(_ json: inout JSONWriter, _ entry: CatalogueEntry) {
        json.object { json in
            json.member("id", entry.id)
            json.member("name", entry.name)
            columns(&json, entry)
            json.flat(attributes, entry.attributes)
            json.null("created_by")
            json.member("created_at", microsecondTime(entry.createdAt))
            json.member("updated_at", microsecondTime(entry.updatedAt))
        }
    }
}

extension JSONWriter {
    /// Writes `created_by`, `created_at` and `updated_at`.
    mutating func stamps(_ created: Timestamp, _ updated: Timestamp) {
        null("created_by")
        dateTime("created_at", created)
        dateTime("updated_at", updated)
    }

    /// Writes `available_actions`.
    mutating func actions(_ actions: KeyValuePairs<StaticString, Bool>) {
        object("available_actions") { json in for action in actions { json.member(action.key, action.value) } }
    }
}
