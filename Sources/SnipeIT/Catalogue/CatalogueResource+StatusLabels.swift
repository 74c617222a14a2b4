import DepotDialect
import DepotModel
import DepotStore
import TextFormats

extension CatalogueResource {
    static let statusLabels = CatalogueResource(
        path: "statuslabels", table: .statusLabel,
        sentences: Sentences(
            created: "Status Label created successfully.", updated: "Status Label updated successfully.",
            deleted: "The Status Label was deleted successfully.",
            inUse: """
                This Status Label is currently associated with at least one Asset and cannot be deleted. Please update \
                your assets to no longer reference this status and try again.
                """),
        attributes: [.text("color", 20), .flag("show_in_nav"), .flag("default_label"), .notes],
        check: { form, draft, _, _ in
            guard form.sent.filled("type") != nil || !(form.isNew || form.sent.has("type")) else {
                return form.refuse("type", "Status label type is required.")
            }
            var type = draft.type?.rawValue
            form.choice("type", &type, of: StatusType.allCases.map(\.rawValue))
            draft.type = type.flatMap { StatusType(rawValue: $0) }
        },
        filter: { sent, query, _ in
            // The name in the selectlist is `statusType`.
            query.type = (sent.text("status_type") ?? sent.text("statusType")).flatMap { StatusType(rawValue: $0) }
        },
        row: { json, entry, _ in
            json.member("type", entry.type?.rawValue)
            json.escaped("color", entry.attributes["color"])
            json.flag("show_in_nav", entry.attributes)
            json.flag("default_label", entry.attributes)
            json.member("assets_count", entry.assetCount)
            json.escaped("notes", entry.attributes["notes"])
            json.stamps(entry.createdAt, entry.updatedAt)
            json.actions(["update": true, "delete": entry.assetCount == 0])
        },
        columns: { json, entry in
            json.member("type", entry.type?.rawValue)
            for type in [StatusType.deployable, .pending, .archived] {
                json.key(escaping: type.rawValue)
                json.value(entry.type == type ? 1 : 0)
            }
        })
}
