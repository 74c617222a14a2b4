import DepotDialect
import DepotModel
import DepotStore
import HTTPTypes
import TextFormats

extension CatalogueResource {
    // MARK: Fields

    static let fields = CatalogueResource(
        path: "fields", table: .field,
        sentences: Sentences(
            created: "Field created successfully.", updated: "Field successfully updated.",
            deleted: "Field successfully deleted.", inUse: "Field is still in use."),
        attributes: [
            .text("element"), .text("format"), .text("field_values", 65_535), .text("help_text", 65_535),
        ] + fieldFlags.map { .flag($0) },
        isPaged: false,
        check: { form, draft, before, _ in
            if !form.isMissing("element") {
                var element: String?
                form.choice("element", &element, of: ["text", "listbox", "textarea", "checkbox", "radio"])
            }
            _ = form.isMissing("format")
        },
        row: { json, entry, _ in fieldMembers(&json, entry) },
        columns: { json, entry in json.member("db_column", CustomColumn(entry).column) })

    private static let fieldFlags = [
        "field_encrypted", "show_in_email", "show_in_requestable_list", "is_unique", "display_in_user_view",
        "auto_add_to_fieldsets", "show_in_listview", "display_checkin", "display_checkout", "display_audit",
    ]

    private static func fieldMembers(_ json: inout JSONWriter, _ entry: CatalogueEntry) {
        json.member("db_column_name", CustomColumn(entry).column)
        json.escaped("format", entry.attributes["format"] ?? "ANY")
        let values = entry.attributes["field_values"]
        json.escaped("field_values", values)
        json.key("field_values_array")
        if let values {
            json.array(of: values.split(whereSeparator: \.isNewline)) { $0.value(Markup.escaped(String($1))) }
        } else {
            json.null()
        }
        json.escaped("type", entry.attributes["element"] ?? "text")
        json.member("required", false)
        for flag in [
            "display_in_user_view", "auto_add_to_fieldsets", "show_in_listview", "display_checkin", "display_checkout",
            "display_audit",
        ] as [StaticString] { json.flag(flag, entry.attributes) }
        json.dateTime("created_at", entry.createdAt)
        json.dateTime("updated_at", entry.updatedAt)
    }

    /// Returns the fields of a fieldset in their order.
    static func fields(of fieldset: CatalogueEntry, _ store: TenantStore) throws -> [CatalogueEntry] {
        try fieldset.fields.compactMap { try store.entry(.field, CatalogueID(rawValue: $0.id)) }
    }

    // MARK: Fieldsets

    static let fieldsets = CatalogueResource(
        path: "fieldsets", table: .fieldset,
        sentences: Sentences(
            created: "Fieldset created successfully.", updated: "Fieldset successfully updated.",
            deleted: "Fieldset successfully deleted.", inUse: "Fieldset is still in use."),
        isPaged: false,
        row: { json, entry, store in
            let fields = try fields(of: entry, store)
            try list(&json, "fields", total: fields.count, fields) {
                try CatalogueResource.fields.write(&$0, $1, store)
            }
            var query = RowQuery()
            query.fieldset = entry.id
            query.limit = 1000
            let models = try store.entries(.model, query) { Reference(id: $0.id.rawValue, name: $0.name) }
            query.limit = 1
            list(&json, "models", total: try store.entries(.model, query).total, models) { json, model in
                json.object { json in
                    json.member("id", model.id)
                    json.escaped("name", model.name)
                }
            }
            json.dateTime("created_at", entry.createdAt)
            json.dateTime("updated_at", entry.updatedAt)
        })

    private static func list<Row>(
        _ json: inout JSONWriter, _ name: StaticString, total: Int, _ rows: [Row],
        _ row: (inout JSONWriter, Row) throws -> Void
    ) rethrows {
        try json.object(name) { json in
            json.member("total", total)
            try json.array("rows", of: rows, row)
        }
    }
}

extension SnipeIT {
    /// The further routes of fields and fieldsets.
    var fieldRoutes: [DialectRoute] {
        [
            .api(.get, "/fieldsets/:id/fields", .viewer, handler: Self.fieldsOfFieldset),
            .api(.post, "/fieldsets/:id/fields", .viewer, handler: Self.fieldsOfFieldset),
            .api(.post, "/fields/:id/associate", .administrator) { call in
                try await Self.changeFieldset(call) { fields, field, sent in
                    guard !fields.contains(field) else { return }
                    let wanted = sent.filled("order")?.integer ?? .max
                    fields.insert(field, at: Int(min(max(wanted, 0), Int64(fields.count))))
                }
            },
            .api(.post, "/fields/:id/disassociate", .administrator) { call in
                try await Self.changeFieldset(call) { fields, field, _ in fields.removeAll { $0 == field } }
            },
        ]
    }

    private static func fieldsOfFieldset(_ call: Call) async throws -> Answer {
        let store = try call.store
        let fields = try CatalogueResource.fields(of: try CatalogueResource.fieldsets.find(call), store)
        return try Envelope.list(total: fields.count, fields) { try CatalogueResource.fields.write(&$0, $1, store) }
    }

    /// Changes the list of fields of the fieldset that `fieldset_id` names.
    private static func changeFieldset(
        _ call: Call, _ edit: @escaping @Sendable (inout [CatalogueID], CatalogueID, Sent) -> Void
    ) async throws -> Answer {
        let sent = try await Sent(call)
        let field = try CatalogueResource.fields.find(call).id
        guard let id: CatalogueID = sent.filled("fieldset_id")?.id() else {
            throw RequestError.notFound(Catalogue.fieldset.rawValue, sent.text("fieldset_id") ?? "")
        }
        let fieldset: CatalogueEntry? = try await call.change { inventory in
            guard let before = try inventory.entry(.fieldset, id) else { return nil }
            var fields = before.fields.map { CatalogueID(rawValue: $0.id) }
            let known = fields
            edit(&fields, field, sent)
            return fields == known ? before : try inventory.setFields(fields, of: id)
        }
        guard let fieldset else { throw RequestError.notFound(Catalogue.fieldset.rawValue, id.description) }
        return Envelope.success("Fieldset successfully updated.", version: fieldset.version) { json in
            CatalogueResource.fieldsets.flat(&json, fieldset)
        }
    }
}
