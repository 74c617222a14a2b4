import DepotDialect
import DepotModel
import DepotStore
import TextFormats

extension CatalogueResource {
    // MARK: Categories

    static let categories = CatalogueResource(
        path: "categories", table: .category,
        sentences: Sentences(
            created: "Category created successfully.", updated: "Category updated successfully.",
            deleted: "The category was deleted successfully.",
            inUse: """
                This category is currently associated with at least one model and cannot be deleted. Please update \
                your models to no longer reference this category and try again.
                """),
        attributes: [
            .flag("use_default_eula"), .flag("require_acceptance"), .flag("checkin_email"), .text("eula_text", 65_535),
            .notes, .image,
        ],
        check: { form, draft, before, _ in
            guard !form.isMissing("category_type") else { return }
            let known = before.map(categoryType)
            if let known, let type = form.sent.text("category_type"), type != known {
                return form.refuse("category_type", "You cannot change the category type once it has been created")
            }
            var type = known
            form.choice("category_type", &type, of: categoryTypes)
            draft.attributes["category_type"] = type
        },
        filter: { sent, query, store in
            guard let type = sent.text("category_type")?.lowercased() else { return }
            // A category of another interface has no type and counts as one of assets.
            var everything = RowQuery()
            everything.limit = 1000
            query.ids = try store.entries(.category, everything) { categoryType($0) == type ? $0.id : nil }
                .compactMap(\.self)
        },
        row: { json, entry, _ in
            let type = categoryType(entry)
            json.escaped("image", entry.attributes["image"])
            json.member("category_type", type.prefix(1).uppercased() + type.dropFirst())
            json.member("has_eula", entry.attributes["eula_text"] != nil)
            json.flag("use_default_eula", entry.attributes)
            json.escaped("eula", entry.attributes["eula_text"])
            json.flag("checkin_email", entry.attributes)
            json.flag("require_acceptance", entry.attributes)
            json.member("item_count", entry.assetCount)
            json.member("assets_count", entry.assetCount)
            for name in ["accessories_count", "consumables_count", "components_count", "licenses_count"]
                as [StaticString]
            {
                json.member(name, 0)
            }
            json.escaped("notes", entry.attributes["notes"])
            json.stamps(entry.createdAt, entry.updatedAt)
            json.actions(["update": true, "delete": entry.assetCount == 0])
        },
        columns: { json, entry in json.member("category_type", categoryType(entry)) })

    private static let categoryTypes = ["asset", "accessory", "consumable", "component", "license"]

    /// Returns the type of a category, which is that of assets by default.
    static func categoryType(_ entry: CatalogueEntry) -> String { entry.attributes["category_type"] ?? "asset" }

    // MARK: Manufacturers

    static let manufacturers = CatalogueResource(
        path: "manufacturers", table: .manufacturer,
        sentences: Sentences(
            created: "Manufacturer created successfully.", updated: "Manufacturer updated successfully.",
            deleted: "The Manufacturer was deleted successfully.",
            inUse: """
                This manufacturer is currently associated with at least one model and cannot be deleted. Please update \
                your models to no longer reference this manufacturer and try again.
                """),
        attributes: [
            .text("url"), .text("support_url"), .text("warranty_lookup_url"), .text("support_phone"),
            .email("support_email"), .notes, .image,
        ],
        minimumName: 2,
        row: { json, entry, _ in
            json.escaped("url", entry.attributes["url"] ?? "")
            json.escaped("image", entry.attributes["image"])
            for key in ["support_url", "warranty_lookup_url", "support_phone", "support_email"] as [StaticString] {
                json.escaped(key, entry.attributes[key.description] ?? "")
            }
            json.escaped("notes", entry.attributes["notes"])
            json.member("assets_count", entry.assetCount)
            for name in ["licenses_count", "consumables_count", "accessories_count", "components_count"]
                as [StaticString]
            {
                json.member(name, 0)
            }
            json.stamps(entry.createdAt, entry.updatedAt)
            json.null("deleted_at")
            json.actions(["update": true, "restore": false, "delete": entry.assetCount == 0])
        })

    // MARK: Companies

    static let companies = CatalogueResource(
        path: "companies", table: .company,
        sentences: Sentences(
            created: "Company created successfully.", updated: "Company updated successfully.",
            deleted: "The Company was deleted successfully.",
            inUse: """
                This company is currently associated with at least one asset and cannot be deleted. Please update your \
                assets to no longer reference this company and try again.
                """),
        attributes: [.text("phone"), .text("fax"), .email("email"), .notes, .image],
        isRich: true,
        isReferred: { entry, store in try userCount(entry, store) > 0 },
        row: { json, entry, store in
            json.escaped(["phone", "fax", "email", "image"], of: entry.attributes)
            json.member("assets_count", entry.assetCount)
            for name in ["licenses_count", "accessories_count", "consumables_count", "components_count"]
                as [StaticString]
            {
                json.member(name, 0)
            }
            let users = try userCount(entry, store)
            json.member("users_count", users)
            json.escaped("notes", entry.attributes["notes"])
            json.stamps(entry.createdAt, entry.updatedAt)
            json.actions(["update": true, "delete": entry.assetCount == 0 && users == 0])
        })

    private static func userCount(_ company: CatalogueEntry, _ store: TenantStore) throws -> Int {
        var members = RowQuery()
        members.attributes = ["company_id": company.id.description]
        members.limit = 1
        return try store.people(members).total
    }

    // MARK: Suppliers

    static let suppliers = CatalogueResource(
        path: "suppliers", table: .supplier,
        sentences: Sentences(
            created: "Supplier created successfully.", updated: "Supplier updated successfully.",
            deleted: "The supplier was deleted successfully.",
            inUse: """
                This supplier is currently associated with at least one asset and cannot be deleted. Please update \
                your assets to no longer reference this supplier and try again.
                """),
        attributes: SupportAttribute.address + [
            .text("fax"), .text("phone"), .email("email"), .text("contact"), .text("url"), .notes, .image,
        ],
        row: { json, entry, _ in
            json.escaped(["image", "url"], of: entry.attributes)
            json.escaped(SupportAttribute.address.map(\.key), of: entry.attributes)
            json.escaped(["fax", "phone", "email", "contact"], of: entry.attributes)
            json.member("assets_count", entry.assetCount)
            for name in ["accessories_count", "licenses_count", "consumables_count", "components_count"]
                as [StaticString]
            {
                json.member(name, 0)
            }
            json.escaped("notes", entry.attributes["notes"])
            json.stamps(entry.createdAt, entry.updatedAt)
            json.actions(["update": true, "delete": entry.assetCount == 0])
        })
}
