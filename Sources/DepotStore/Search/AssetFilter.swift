import DepotModel

/// An ``AssetQuery`` as SQL. Only constants in these files become part of the text; all values from the caller are
/// bound.
///
/// A condition may be null, which counts as false: negation is `IS NOT TRUE`, which selects all other rows.
struct AssetFilter {
    /// A condition on `a`, or the ids of the assets that satisfy it.
    struct Clause {
        var sql: String
        var values: [SQLValue] = []
        /// The query of the search index if the clause is nothing else, or nil.
        var match: TextMatch?
        /// A Boolean value that is true if the clause lists ids, probably few.
        var isList = false

        static let always = Clause(sql: "1")
        static let never = Clause(sql: "0")
    }

    /// The statement that counts; it takes the ``values``.
    private(set) var count: String
    /// The statement that finds ids; it takes the ``values``, the ``orderValues``, the limit and the offset.
    private(set) var page: String
    /// A Boolean value that is true if ``page`` has the number of all rows beside each id: if they are few, one walk
    /// serves both.
    private(set) var countsAlong = false
    private(set) var values: [SQLValue]
    private(set) var orderValues: [SQLValue] = []
    let tenant: TenantID
    let connection: SQLConnection
    let memo: SearchMemo
    /// The newest event in the snapshot.
    let event: Int64
    /// A Boolean value that is true if the query excludes deleted assets.
    let isWithoutDeleted: Bool
    /// The ids of the assets that the search index lacks, or nil if there are none.
    let backlog: ClosedRange<Int64>?

    /// Translates a query. `connection` is in a snapshot whose newest event is `event`.
    init(
        _ query: AssetQuery, _ tenant: TenantID, _ connection: SQLConnection, _ memo: SearchMemo, event: Int64
    ) throws(SQLFailure) {
        self.tenant = tenant
        self.connection = connection
        self.memo = memo
        self.event = event
        (count, page, values) = ("", "", [])
        let shown = query.shown
        isWithoutDeleted = shown == .without
        backlog = try AssetSearch.backlog(connection)
        var conditions = ["a.tenant_id = ?"]
        values = [.row(tenant)]
        switch shown {
        case .without: conditions.append("a.deleted_at IS NULL")
        case .only: conditions.append("a.deleted_at IS NOT NULL")
        case .with: break
        }
        var match: TextMatch?
        var isList = false
        for clause in try conjuncts(query.condition) {
            if let other = clause.match {
                match = match?.and(other) ?? other
            } else if clause.sql != Clause.always.sql {
                conditions.append(clause.sql)
                values += clause.values
                isList = isList || clause.isList
            }
        }
        // The plus keeps SQLite from walking a tenant's index and looking each id up in the list.
        if isList || match != nil { conditions[0] = "+" + conditions[0] }
        let order = AssetOrder(query.sort)
        orderValues = order.values
        let direction = query.descending ? "DESC" : "ASC"
        // The index of texts comes first: it returns its rows in the order of the ids, so a page reads only its own.
        var from = "asset a"
        var id = "a.id"
        if let match, backlog != nil {
            let ids = match.ids
            conditions.append("a.id IN (\(ids.sql))")
            values += ids.values
        } else if let match {
            from = "\(match.source("f")) CROSS JOIN asset a ON a.id = f.rowid"
            id = "f.rowid"
            let found = match.condition("f")
            conditions.insert(found.sql, at: 0)
            values = found.values + values
        }
        let condition = conditions.joined(separator: " AND ")
        let sorted = order.column.map { "\($0) \(direction), \(id) \(direction)" } ?? "\(id) \(direction)"
        count = "SELECT count(*) FROM \(from) WHERE \(condition)"
        countsAlong = match?.isRare ?? false && backlog == nil
        let total = countsAlong ? ", count(*) OVER ()" : ""
        page = "SELECT a.id\(total) FROM \(from) \(order.join) WHERE \(condition) ORDER BY \(sorted) LIMIT ? OFFSET ?"
    }

    /// The maximum depth of nested conditions.
    private static let deepest = 64
    /// The maximum number of texts in one query, each of which may require a look at every asset.
    private static let mostTexts = 100

    /// Refuses conditions that SQLite would not parse, or that are too many to be meant.
    static func refuseTooLarge(_ predicate: AssetPredicate) throws(DepotError) {
        let texts = try texts(predicate, 0)
        guard texts <= mostTexts else {
            throw DepotError(
                .badRequest, "A query may search for at most \(mostTexts) texts; this one has \(texts).",
                hint: "split the query, or look up by tag, serial number or id")
        }
    }

    private static func texts(_ predicate: AssetPredicate, _ depth: Int) throws(DepotError) -> Int {
        guard depth < deepest else { throw DepotError(.badRequest, "The conditions are nested too deeply.") }
        switch predicate {
        case .all(let list), .any(let list):
            var sum = 0
            for one in list { sum += try texts(one, depth + 1) }
            return sum
        case .not(let one): return try texts(one, depth + 1)
        case .contains, .related, .custom, .customContains, .words, .phrase: return 1
        default: return 0
        }
    }

    // MARK: Composition

    private func conjuncts(_ predicate: AssetPredicate) throws(SQLFailure) -> [Clause] {
        guard case .all(let list) = predicate else { return [try clause(predicate)] }
        var clauses: [Clause] = []
        for one in list { clauses += try conjuncts(one) }
        return clauses
    }

    private func clauses(_ list: [AssetPredicate]) throws(SQLFailure) -> [Clause] {
        var clauses: [Clause] = []
        for one in list { clauses.append(try clause(one)) }
        return clauses
    }

    /// Joins clauses as a balanced tree: SQLite limits the depth to a thousand, and a caller's list may be longer.
    private func joined(_ clauses: ArraySlice<Clause>, _ word: String, _ empty: Clause) -> Clause {
        guard let first = clauses.first else { return empty }
        if clauses.count == 1 { return first }
        let middle = clauses.startIndex + clauses.count / 2
        let left = joined(clauses[..<middle], word, empty)
        let right = joined(clauses[middle...], word, empty)
        return Clause(sql: "(\(left.sql) \(word) \(right.sql))", values: left.values + right.values)
    }

    func all(_ clauses: [Clause]) -> Clause { joined(clauses[...], "AND", .always) }
    func any(_ clauses: [Clause]) -> Clause { joined(clauses[...], "OR", .never) }

    private func clause(_ predicate: AssetPredicate) throws(SQLFailure) -> Clause {
        switch predicate {
        case .all(let list): return all(try clauses(list))
        case .any(let list): return any(try clauses(list))
        case .not(let one):
            let clause = try clause(one)
            return Clause(sql: "(\(clause.sql) IS NOT TRUE)", values: clause.values)
        case .row(let relation, let ids): return row(relation, ids)
        case .missing(let relation): return missing(relation)
        case .equals(let text, let value): return try equals(text, value)
        case .contains(let text, let value): return try contains(text, value)
        case .related(let relation, let value): return try related(relation, value)
        case .custom(let name, let value): return try custom(name, value, isWhole: true)
        case .customContains(let name, let value): return try custom(name, value, isWhole: false)
        case .date(let date, let from, let through): return self.date(date, from, through)
        case .hasDate(let date): return Clause(sql: "\(date.column) IS NOT NULL")
        case .cost(let from, let through):
            return range(
                "a.purchase_cost", from.map { .int($0.tenThousandths) }, through.map { .int($0.tenThousandths) })
        case .lifecycle(let list): return any(Lifecycle.allCases.filter(list.contains).map(lifecycle))
        case .statusType(let types): return status(types)
        case .isHeld: return Clause(sql: Self.held)
        case .requestable: return Clause(sql: "a.requestable <> 0")
        case .byod: return Clause(sql: "a.byod <> 0")
        case .words(let text): return try words(text)
        case .phrase(let text): return try phrase(text)
        }
    }

    // MARK: Rows

    private func row(_ relation: AssetRelation, _ ids: [Int64]) -> Clause {
        guard let first = ids.first else { return .never }
        let wanted =
            ids.count == 1
            ? Clause(sql: "= ?", values: [.int(first)])
            : Clause(sql: "IN (SELECT value FROM json_each(?))", values: [.utf8(LedgerJSON.encode(ids))])
        return within(relation, wanted)
    }

    /// Returns the condition that the related row's id satisfies `wanted`.
    func within(_ relation: AssetRelation, _ wanted: Clause) -> Clause {
        if relation == .defaultLocation {
            let values = [SQLValue.row(tenant)] + wanted.values
            // Each of two indexes has a half.
            return Clause(
                sql: """
                    a.id IN (
                        SELECT id FROM asset WHERE tenant_id = ? AND location_id \(wanted.sql)
                            AND default_location_id = location_id
                        UNION ALL SELECT id FROM asset WHERE tenant_id = ? AND default_location_id \(wanted.sql)
                            AND \(Schema.isAway))
                    """, values: values + values, isList: true)
        }
        guard let through = relation.throughModel else {
            return Clause(sql: "\(relation.column) \(wanted.sql)", values: wanted.values)
        }
        return Clause(
            sql: "a.model_id IN (SELECT id FROM model WHERE tenant_id = ? AND \(through) \(wanted.sql))",
            values: [.row(tenant)] + wanted.values)
    }

    private func missing(_ relation: AssetRelation) -> Clause {
        switch relation {
        case .asset, .status: .never
        default:
            if let through = relation.throughModel {
                Clause(
                    sql: """
                        (a.model_id IS NULL
                            OR a.model_id IN (SELECT id FROM model WHERE tenant_id = ? AND \(through) IS NULL))
                        """, values: [.row(tenant)])
            } else {
                Clause(sql: "\(relation.column) IS NULL")
            }
        }
    }

    // MARK: States

    private static let held =
        "(a.holder_person_id IS NOT NULL OR a.holder_location_id IS NOT NULL OR a.holder_asset_id IS NOT NULL)"
    private static let unheld =
        "a.holder_person_id IS NULL AND a.holder_location_id IS NULL AND a.holder_asset_id IS NULL"

    private func lifecycle(_ lifecycle: Lifecycle) -> Clause {
        if lifecycle == .deleted { return Clause(sql: "a.deleted_at IS NOT NULL") }
        let live = isWithoutDeleted ? Clause.always : Clause(sql: "a.deleted_at IS NULL")
        let unheld = Clause(sql: Self.unheld)
        return switch lifecycle {
        case .available: all([live, unheld, status([.deployable])])
        case .maintenance: all([live, unheld, status([.pending, .undeployable])])
        case .retired: all([live, unheld, status([.archived])])
        case .deployed, .deleted: all([live, Clause(sql: Self.held)])
        case .other: .never
        }
    }

    private func status(_ types: [StatusType]) -> Clause {
        let list = StatusType.allCases.filter { types.contains($0) }.map { "'\($0.rawValue)'" }
        return Clause(
            sql: """
                a.status_id IN (
                    SELECT id FROM status_label WHERE tenant_id = ? AND type IN (\(list.joined(separator: ", "))))
                """, values: [.row(tenant)])
    }

    // MARK: Days and amounts

    private func date(_ date: AssetDate, _ from: CalendarDate?, _ through: CalendarDate?) -> Clause {
        guard date.isTime else { return range(date.column, from.map { .date($0) }, through.map { .date($0) }) }
        let end = through.map { $0.startOfDay.advanced(byMilliseconds: 86_399_999) }
        return range(date.column, from.map { .time($0.startOfDay) }, end.map { .time($0) })
    }

    private func range(_ column: String, _ from: SQLValue?, _ through: SQLValue?) -> Clause {
        var conditions: [String] = []
        var values: [SQLValue] = []
        if let from {
            conditions.append("\(column) >= ?")
            values.append(from)
        }
        if let through {
            conditions.append("\(column) <= ?")
            values.append(through)
        }
        if conditions.isEmpty { return Clause(sql: "\(column) IS NOT NULL") }
        return Clause(sql: "(\(conditions.joined(separator: " AND ")))", values: values)
    }
}
