public import DepotModel

/// What a list of catalogue rows, people or locations may be sorted by.
public enum RowSort: String, Sendable, CaseIterable {
    case id, name
    case createdAt = "created_at"
    case updatedAt = "updated_at"
    /// Of people: what they hold; of locations: what is there.
    case assetCount = "asset_count"
}

/// Which catalogue rows, people or locations a list shows, and in what order. Conditions add up; what a table has no
/// column for is no condition for it.
public struct RowQuery: Hashable, Sendable {
    /// Occurs without case in what people read of the row: its name; of a model also number, manufacturer and category;
    /// of a location its code; of a person also first and last name, username, e-mail address, staff number and badge.
    public var search: String?
    /// The whole name, without case.
    public var name: String?
    /// Attributes that equal these texts, without case of ASCII letters.
    public var attributes: [String: String] = [:]
    /// One of these row ids; nil: any.
    public var ids: [CatalogueID]?
    public var sort: RowSort = .name
    public var descending = false
    /// 1 to 1,000.
    public var limit = 50
    /// From 0 on.
    public var offset = 0
    /// Models: the whole number, without case of ASCII letters.
    public var number: String?
    /// Models.
    public var manufacturer: CatalogueID?
    /// Models.
    public var category: CatalogueID?
    /// Models.
    public var fieldset: CatalogueID?
    /// Status labels.
    public var type: StatusType?
    /// People and locations. True: deleted ones only; false: those that are not deleted.
    public var deleted = false
    /// People: the whole e-mail address, without case.
    public var email: String?
    /// People: the whole username, without case.
    public var username: String?
    /// People: the whole staff number, without case.
    public var employeeNumber: String?
    /// People who work there.
    public var location: LocationID?
    /// Locations that are part of it.
    public var parent: LocationID?
    /// Locations: the whole code, without case.
    public var code: String?

    /// Everything that is not deleted, by name.
    public init() {}
}

/// A ``RowQuery`` as SQL over a table called `t`. Only constants enter the text; everything of the caller is bound.
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
                    "t.name_key", "lower(t.number)", "(SELECT name_key FROM manufacturer WHERE id = t.manufacturer_id)",
                    "(SELECT name_key FROM category WHERE id = t.category_id)",
                ])
        }
    }

    private mutating func addContained(_ search: String, _ columns: [String]) {
        condition += " AND (" + columns.map { "instr(\($0), ?)" }.joined(separator: " OR ") + ")"
        values += columns.map { _ in .text(search) }
    }

    /// What is left of a search that SQLite reads to its end, folded.
    private func searched(_ search: String?) -> String? {
        guard let search = nonEmpty(search?.split(separator: "\0").joined(separator: " ")) else { return nil }
        return foldedKey(String(search.prefix(255)))
    }

    /// How rows are ordered, when `count` is how many assets a row has.
    static func order(_ query: RowQuery, count: String) -> String {
        let column =
            switch query.sort {
            case .id: "t.id"
            case .name: "t.name_key"
            case .createdAt: "t.created_at"
            case .updatedAt: "t.updated_at"
            case .assetCount: count
            }
        let direction = query.descending ? "DESC" : "ASC"
        return "\(column) \(direction), t.id \(direction)"
    }
}

extension SQLConnection {
    /// How many rows of a table fit, and the ids of a page of them.
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
