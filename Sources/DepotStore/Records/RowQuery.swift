public import DepotModel

/// The sort key of a list of catalogue entries, people or locations.
public enum RowSort: String, Sendable, CaseIterable {
    case id, name
    case createdAt = "created_at"
    case updatedAt = "updated_at"
    /// The number of assets that a person holds, that are at a location, or that use an entry.
    case assetCount = "asset_count"
}

/// The filter and order of a list of catalogue entries, people or locations. All conditions must hold; one for which a
/// table has no column is ignored.
public struct RowQuery: Hashable, Sendable {
    /// Text that occurs, compared without case, in a row's readable values: the name; of a model also the number,
    /// manufacturer and category; of a location the code; of a person also the first and last name, username, e-mail
    /// address, employee number and badge.
    public var search: String?
    /// The whole name, compared without case.
    public var name: String?
    /// The attributes and their values, in which the case of ASCII letters is ignored.
    public var attributes: [String: String] = [:]
    /// The row ids, or nil for any.
    public var ids: [CatalogueID]?
    /// The sort key.
    public var sort: RowSort = .name
    /// A Boolean value that is true if the order is descending.
    public var descending = false
    /// The maximum number of rows, 1 to 1,000.
    public var limit = 50
    /// The number of rows to skip.
    public var offset = 0
    /// The whole number of a model, in which the case of ASCII letters is ignored.
    public var number: String?
    /// The manufacturer of a model.
    public var manufacturer: CatalogueID?
    /// The category of a model.
    public var category: CatalogueID?
    /// The fieldset of a model.
    public var fieldset: CatalogueID?
    /// The type of a status label.
    public var type: StatusType?
    /// A Boolean value that selects deleted people or locations if it is true, and the others if it is false.
    public var deleted = false
    /// The whole e-mail address of a person, compared without case.
    public var email: String?
    /// The whole username of a person, compared without case.
    public var username: String?
    /// The whole employee number of a person, compared without case.
    public var employeeNumber: String?
    /// The location at which a person works.
    public var location: LocationID?
    /// The location that contains a location.
    public var parent: LocationID?
    /// The whole code of a location, compared without case.
    public var code: String?

    /// Creates a query for everything that is not deleted, ordered by name.
    public init() {}
}

/// A ``RowQuery`` as SQL over a table called `t`. Only constants become part of the text; all values from the caller
/// are bound.
struct RowFilter {
    private(set) var condition = "t.tenant_id = ?"
    private(set) var values: [SQLValue]

    init(_ query: RowQuery, _ tenant: TenantID) {
        values = [.row(tenant)]
        if let name = query.name { add("t.name_key = ?", .text(foldedKey(name))) }
        for (key, value) in query.attributes.sorted(by: { $0.key < $1.key }) {
            add(
                "EXISTS (SELECT 1 FROM json_each(t.attributes) WHERE key = ? AND value = ? COLLATE NOCASE)", .text(key),
                .text(value))
        }
        if let ids = query.ids {
            let list = "[" + ids.map(\.description).joined(separator: ",") + "]"
            add("t.id IN (SELECT value FROM json_each(?))", .text(list))
        }
    }

    mutating func add(_ condition: String, _ values: SQLValue...) {
        self.condition += " AND " + condition
        self.values += values
    }

    mutating func add(person query: RowQuery) {
        add(query.deleted ? "t.deleted_at IS NOT NULL" : "t.deleted_at IS NULL")
        if let email = query.email { add("t.email_key = ?", .text(foldedKey(email))) }
        if let username = query.username { add("t.username_key = ?", .text(foldedKey(username))) }
        if let number = query.employeeNumber { add("t.employee_key = ?", .text(foldedKey(number))) }
        if let location = query.location { add("t.location_id = ?", .row(location)) }
        guard let search = searched(query.search) else { return }
        guard search.unicodeScalars.count >= 3 else {
            let columns = ["name_key", "username_key", "email_key", "employee_key", "badge_key"]
            return addContained(search, columns.map { "t." + $0 })
        }
        let phrase = search.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"")
        add(
            "t.id IN (SELECT rowid FROM person_search WHERE person_search MATCH ?)", .text("\"" + phrase + "\""))
    }

    mutating func add(location query: RowQuery) {
        add(query.deleted ? "t.deleted_at IS NOT NULL" : "t.deleted_at IS NULL")
        if let parent = query.parent { add("t.parent_id = ?", .row(parent)) }
        if let code = query.code { add("t.code_key = ?", .text(foldedKey(code))) }
        if let search = searched(query.search) { addContained(search, ["t.name_key", "t.code_key"]) }
    }

    mutating func add(_ table: Catalogue, _ query: RowQuery) {
        if table == .statusLabel, let type = query.type { add("t.type = ?", .text(type.rawValue)) }
        guard table == .model else {
            if let search = searched(query.search) { addContained(search, ["t.name_key"]) }
            return
        }
        if let number = query.number { add("t.number = ? COLLATE NOCASE", .text(trimmed(number))) }
        if let manufacturer = query.manufacturer { add("t.manufacturer_id = ?", .row(manufacturer)) }
        if let category = query.category { add("t.category_id = ?", .row(category)) }
        if let fieldset = query.fieldset { add("t.fieldset_id = ?", .row(fieldset)) }
        if let search = searched(query.search) {
            addContained(
                search,
                [
                    "t.name_key", "t.number", "(SELECT name_key FROM manufacturer WHERE id = t.manufacturer_id)",
                    "(SELECT name_key FROM category WHERE id = t.category_id)",
                ])
        }
    }

    private mutating func addContained(_ search: String, _ columns: [String]) {
        condition += " AND (" + columns.map { "instr(folded(\($0)), ?)" }.joined(separator: " OR ") + ")"
        values += columns.map { _ in .text(search) }
    }

    /// Returns the folded search text without NULs, at which SQLite would stop, and cut to 255 characters; nil if it is
    /// empty.
    private func searched(_ search: String?) -> String? {
        guard let search = nonEmpty(search?.split(separator: "\0").joined(separator: " ")) else { return nil }
        return folded(String(search.prefix(255)))
    }

    /// Returns the ORDER BY terms, in which `count` is the SQL for a row's number of assets.
    static func order(_ query: RowQuery, count: String) -> String {
        let column =
            switch query.sort {
            case .id: "t.id"
            case .name: "folded(t.name_key)"
            case .createdAt: "t.created_at"
            case .updatedAt: "t.updated_at"
            case .assetCount: count
            }
        let direction = query.descending ? "DESC" : "ASC"
        return "\(column) \(direction), t.id \(direction)"
    }
}

extension SQLConnection {
    /// Returns the number of matching rows of a table, and the ids of a page of them.
    func page(
        of table: String, _ filter: RowFilter, _ query: RowQuery, count: String
    ) throws(SQLFailure) -> (ids: [Int64], total: Int) {
        let condition = "FROM \(table) t WHERE \(filter.condition)"
        let total = try first(text: "SELECT count(*) \(condition)", filter.values) { Int($0.int(0)) } ?? 0
        let page: [SQLValue] = [.int(Int64(min(max(query.limit, 1), 1000))), .int(Int64(max(query.offset, 0)))]
        let ids = try rows(
            text: "SELECT t.id \(condition) ORDER BY \(RowFilter.order(query, count: count)) LIMIT ? OFFSET ?",
            filter.values + page, { $0.int(0) })
        return (ids, total)
    }
}
