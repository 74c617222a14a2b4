import DepotDialect
import DepotModel
import DepotStore
import TextFormats

extension CatalogueResource {
    static let models = CatalogueResource(
        path: "models", table: .model,
        sentences: Sentences(
            created: "Model created successfully.", updated: "Model updated successfully.",
            deleted: "The model was deleted successfully.",
            inUse: """
                This model is currently associated with one or more assets and cannot be deleted. Please delete the \
                assets, and then try deleting again.
                """),
        attributes: [.flag("requestable"), .number("min_amt"), .number("depreciation_id"), .notes, .image],
        taken: "The name must be unique across models and model number.",
        check: { form, draft, _, store in
            form.text("model_number", &draft.number)
            try form.row("manufacturer_id", &draft.manufacturer) { try store.entry(.manufacturer, $0) != nil }
            if !form.isMissing("category_id") {
                try form.row("category_id", &draft.category) { id in
                    try store.entry(.category, id).map { categoryType($0) == "asset" } ?? false
                }
            }
            for key in ["custom_fieldset_id", "fieldset_id"] {
                try form.row(key, &draft.fieldset) { try store.entry(.fieldset, $0) != nil }
            }
            form.number("eol", &draft.eolMonths, maximum: 240)
        },
        filter: { sent, query, _ in
            query.number = sent.text("model_number")
            query.manufacturer = sent.filled("manufacturer_id").map { $0.id() ?? CatalogueID(rawValue: 0) }
            query.category = sent.filled("category_id").map { $0.id() ?? CatalogueID(rawValue: 0) }
            query.fieldset = sent.filled("fieldset_id").map { $0.id() ?? CatalogueID(rawValue: 0) }
        },
        row: { json, entry, store in
            json.reference("manufacturer", id: entry.manufacturer?.id, entry.manufacturer?.name)
            json.escaped("image", entry.attributes["image"])
            json.escaped("model_number", entry.number)
            json.member("min_amt", entry.attributes["min_amt"].flatMap { Int64($0) })
            json.null("depreciation")
            json.member("assets_count", entry.assetCount)
            json.reference("category", id: entry.category?.id, entry.category?.name)
            json.reference("fieldset", id: entry.fieldset?.id, entry.fieldset?.name)
            json.array("default_fieldset_values", of: try fields(ofModel: entry, store)) { json, field in
                json.object { json in
                    json.escaped("name", field.name)
                    json.member("db_column_name", CustomColumn(field).column)
                    json.null("default_value")
                    json.escaped("format", field.attributes["format"])
                    json.member("required", false)
                }
            }
            json.member("eol", entry.eolMonths.map { $0 > 0 ? "\($0) months" : "None" } ?? "None")
            json.flag("requestable", entry.attributes)
            json.escaped("notes", entry.attributes["notes"])
            json.stamps(entry.createdAt, entry.updatedAt)
            json.null("deleted_at")
            json.actions(["update": true, "delete": entry.assetCount == 0, "clone": true, "restore": false])
        },
        columns: { json, entry in
            json.member("model_number", entry.number)
            json.member("manufacturer_id", entry.manufacturer?.id)
            json.member("category_id", entry.category?.id)
            json.member("eol", entry.eolMonths.map { Int64($0) })
            json.member("fieldset_id", entry.fieldset?.id)
            json.null("deleted_at")
        },
        selectText: { entry in
            let maker = entry.manufacturer.map { $0.name + " " } ?? ""
            return maker + entry.name + (entry.number.map { " (#\($0))" } ?? "")
        })

    private static func fields(ofModel model: CatalogueEntry, _ store: TenantStore) throws -> [CatalogueEntry] {
        guard let id = model.fieldset?.id,
            let fieldset = try store.entry(.fieldset, CatalogueID(rawValue: id))
        else { return [] }
        return try fields(of: fieldset, store)
    }
}
