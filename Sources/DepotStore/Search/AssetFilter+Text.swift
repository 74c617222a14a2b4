import DepotModel

extension AssetFilter {
    /// Returns `exact`, narrowed by the search index if possible.
    private func narrowed(
        _ text: String, in columns: [String], _ exact: Clause, indexDecides: Bool = false
    ) throws(SQLFailure) -> Clause {
        guard let match = try match(text, in: columns) else { return exact }
        let ids = match.ids
        let found = Clause(sql: "a.id IN (\(ids.sql))", values: ids.values, match: match, isList: true)
        if indexDecides { return found }
        var clause = all([Clause(sql: found.sql, values: found.values), exact])
        clause.isList = true
        return clause
    }

    // MARK: One text

    func equals(_ text: AssetText, _ value: String) throws(SQLFailure) -> Clause {
        guard !value.utf8.contains(0) else { return .never }
        let key = foldedKey(value)
        switch text {
        case .tag: return Clause(sql: "a.tag_key = ?", values: [.text(key)])
        case .serial: return Clause(sql: "a.serial_key = ?", values: [.text(key)])
        case .name: return Clause(sql: "a.name_order = ?", values: [.text(folded(value))])
        case .orderNumber, .notes:
            return try narrowed(
                value, in: [text.indexColumn ?? "more"],
                Clause(sql: "folded(\(text.column)) = ?", values: [.text(folded(value))]))
        case .purchaseCost:
            guard let cost = Money(key) else { return .never }
            return Clause(sql: "a.purchase_cost = ?", values: [.int(cost.tenThousandths)])
        default: return Clause(sql: "\(text.rendered) = ?", values: [.text(key)])
        }
    }

    func contains(_ text: AssetText, _ value: String) throws(SQLFailure) -> Clause {
        guard !value.utf8.contains(0) else { return .never }
        let folded = folded(value)
        let exact = Clause(sql: "instr(\(text.rendered), ?)", values: [.text(folded)])
        switch text {
        case .tag, .serial, .name, .notes:
            return try narrowed(value, in: [text.indexColumn ?? "more"], exact, indexDecides: true)
        case .orderNumber: return try narrowed(value, in: ["more"], exact)
        case .purchaseCost: return try mayBeCost(folded) ? exact : .never
        default: return DayText.mayContain(folded) ? exact : .never
        }
    }

    func custom(_ name: String, _ value: String, isWhole: Bool) throws(SQLFailure) -> Clause {
        guard !value.utf8.contains(0) else { return .never }
        if isWhole {
            return try narrowed(
                value, in: ["more"],
                Clause(
                    sql: "folded(custom_value(a.custom, ?)) = ?", values: [.text(name), .text(folded(value))]))
        }
        return try narrowed(
            value, in: ["more"],
            Clause(
                sql: "instr(folded(custom_value(a.custom, ?)), ?)", values: [.text(name), .text(folded(value))]))
    }

    func related(_ relation: AssetRelation, _ value: String) throws(SQLFailure) -> Clause {
        guard !value.utf8.contains(0) else { return .never }
        let folded = SQLValue.text(folded(value))
        let tenant = SQLValue.row(tenant)
        let wanted: Clause
        switch relation {
        case .model:
            wanted = Clause(
                sql:
                    "IN (SELECT id FROM model WHERE tenant_id = ? AND (instr(folded(name_key), ?) OR instr(folded(number), ?)))",
                values: [tenant, folded, folded])
        case .category, .manufacturer, .status, .company, .supplier, .location, .defaultLocation, .holderLocation:
            wanted = Clause(
                sql: "IN (SELECT id FROM \(relation.table) WHERE tenant_id = ? AND instr(folded(name_key), ?))",
                values: [tenant, folded])
        case .holderPerson: wanted = people(value)
        case .holderAsset, .asset:
            if let match = try match(value, in: ["tag", "name"]) {
                wanted = Clause(sql: "IN (\(match.ids.sql))", values: match.ids.values)
                if relation == .asset {
                    return Clause(sql: "a.id \(wanted.sql)", values: wanted.values, match: match)
                }
            } else {
                wanted = Clause(
                    sql:
                        "IN (SELECT id FROM asset WHERE tenant_id = ? AND (instr(folded(tag_key), ?) OR instr(name_order, ?)))",
                    values: [tenant, folded, folded])
            }
        }
        return within(relation, wanted)
    }

    /// Returns the ids of people whose names, username, e-mail address or employee number contain this text, including
    /// deleted people, who may still have assets.
    private func people(_ value: String) -> Clause {
        if let query = Self.peopleMatch(value) {
            return Clause(
                sql: "IN (SELECT rowid FROM person_search WHERE person_search MATCH ?)", values: [.text(query)])
        }
        let folded = SQLValue.text(folded(value))
        return Clause(
            sql: """
                IN (SELECT id FROM person WHERE tenant_id = ? AND (instr(folded(name_key), ?) OR instr(folded(email_key), ?)
                    OR instr(folded(employee_key), ?) OR instr(folded(username_key), ?)
                    OR instr(folded(custom_value(attributes, 'first_name')), ?)
                    OR instr(folded(custom_value(attributes, 'last_name')), ?)))
                """, values: [.row(tenant)] + Array(repeating: folded, count: 6))
    }

    /// Returns the query of the index of people, or nil if the text is too short for it or longer than any name.
    private static func peopleMatch(_ text: String) -> String? {
        let text = folded(text)
        guard (indexed...TextLimit.line).contains(text.unicodeScalars.count) else { return nil }
        return "{name given username email employee_number} : " + quoted(text)
    }

    /// Returns true if a cost may contain this text.
    private func mayBeCost(_ folded: String) throws(SQLFailure) -> Bool {
        guard AmountText.mayContain(folded) else { return false }
        // Without a point, the digits are in the units or in the decimals.
        let digits = folded.utf8.filter { $0 != UInt8(ascii: "-") }.count
        guard digits > 4, !folded.contains(".") else { return true }
        return digits <= String(try costBound() / 10_000).utf8.count
    }

    // MARK: Words

    func words(_ text: String) throws(SQLFailure) -> Clause {
        // FTS5 reads its query up to the first NUL, which no field contains anyway.
        let terms = text.split { $0.isWhitespace || $0 == "\0" }.prefix(20)
        var found: TextMatch?
        var clauses: [Clause] = []
        for term in terms {
            let term = String(term.prefix(100))
            if let match = try match(term, in: Self.wordColumns) {
                found = found?.and(match) ?? match
            } else {
                clauses.append(start(foldedKey(term)))
            }
        }
        if let found {
            let ids = found.ids
            let clause = Clause(sql: "a.id IN (\(ids.sql))", values: ids.values, match: found)
            if clauses.isEmpty { return clause }
            clauses.append(Clause(sql: clause.sql, values: clause.values))
        }
        return all(clauses)
    }

    /// The columns in which words are searched; the index has more.
    private static let wordColumns = ["tag", "serial", "name", "model", "manufacturer", "notes"]

    /// Returns the condition that the tag or serial number starts with this text.
    private func start(_ start: String) -> Clause {
        let end = start + "\u{10FFFF}"
        let deleted = isWithoutDeleted ? "AND deleted_at IS NULL" : ""
        return Clause(
            sql: """
                a.id IN (
                    SELECT id FROM asset WHERE tenant_id = ? \(deleted) AND tag_key >= ? AND tag_key < ?
                    UNION
                    SELECT id FROM asset WHERE tenant_id = ? AND serial_key >= ? AND serial_key < ?
                )
                """,
            values: [.row(tenant), .text(start), .text(end), .row(tenant), .text(start), .text(end)], isList: true)
    }

    // MARK: A phrase anywhere

    func phrase(_ text: String) throws(SQLFailure) -> Clause {
        if text.isEmpty { return .always }
        guard !text.utf8.contains(0) else { return .never }
        let folded = folded(text)
        let match = try match(text)
        var branches = [match?.ids ?? scan(folded)]
        for relation in try relations(text, folded) { branches.append(try assets(relation, text)) }
        let mayBeCost = try mayBeCost(folded)
        if mayBeCost || DayText.mayContain(folded) { branches.append(scanDays(folded, withCost: mayBeCost)) }
        return Clause(
            sql: "a.id IN (\(branches.map(\.sql).joined(separator: " UNION ")))", values: branches.flatMap(\.values),
            match: branches.count == 1 ? match : nil, isList: true)
    }

    /// Returns the ids of the assets whose related row's name contains the text, driven by the related rows if `asset`
    /// has an index for them.
    private func assets(_ relation: AssetRelation, _ text: String) throws(SQLFailure) -> Clause {
        switch relation {
        case .status, .supplier, .company, .location, .holderLocation:
            return Clause(
                sql: """
                    SELECT a.id FROM \(relation.table) x
                    CROSS JOIN asset a ON a.tenant_id = x.tenant_id AND \(relation.column) = x.id
                    WHERE x.tenant_id = ? AND instr(folded(x.name_key), ?)
                    """, values: [.row(tenant), .text(folded(text))])
        case .holderPerson:
            let wanted = people(text)
            return Clause(
                sql: """
                    SELECT a.id FROM person x
                    CROSS JOIN asset a ON a.tenant_id = x.tenant_id AND a.holder_person_id = x.id
                    WHERE x.id \(wanted.sql) AND x.tenant_id = ?
                    """, values: wanted.values + [.row(tenant)])
        default:
            let wanted = try related(relation, text)
            // Otherwise SQLite walks the tenant's assets and looks each id up in the list.
            let led = wanted.isList ? "+" : ""
            return Clause(
                sql: "SELECT a.id FROM asset a WHERE \(led)a.tenant_id = ? AND \(wanted.sql)",
                values: [.row(tenant)] + wanted.values)
        }
    }

    /// Returns the relations outside the search index in which some name contains the text. Usually there are none, and
    /// the index alone answers.
    private func relations(_ text: String, _ folded: String) throws(SQLFailure) -> [AssetRelation] {
        var values: [SQLValue] = [.row(tenant), .text(folded)]
        var query = Self.namesShort
        if let match = Self.peopleMatch(text) {
            values.append(.text(match))
            query = Self.names
        }
        let found = try connection.first(query, values) { row in (0..<6).map { row.int($0) != 0 } } ?? []
        var relations: [AssetRelation] = []
        for (relation, isFound) in zip(Self.named, found) where isFound { relations += relation }
        return relations
    }

    private static let named: [[AssetRelation]] = [
        [.status], [.supplier], [.company], [.location, .defaultLocation, .holderLocation], [.holderPerson],
        [.holderAsset],
    ]
    private static let names = Query(
        "SELECT \(somewhere), EXISTS (SELECT 1 FROM person_search WHERE person_search MATCH ?3), \(heldByAsset)")
    private static let namesShort = Query(
        "SELECT \(somewhere), EXISTS (SELECT 1 FROM person WHERE tenant_id = ?1), \(heldByAsset)")
    private static let somewhere = ["status_label", "supplier", "company", "location"]
        .map { "EXISTS (SELECT 1 FROM \($0) WHERE tenant_id = ?1 AND instr(folded(name_key), ?2))" }.joined(
            separator: ", ")
    private static let heldByAsset =
        "EXISTS (SELECT 1 FROM asset WHERE tenant_id = ?1 AND holder_asset_id IS NOT NULL)"

    /// Returns the ids found by reading every text of the index, for a text that is too short for it.
    private func scan(_ folded: String) -> Clause {
        let sql = """
            SELECT a.id FROM asset a LEFT JOIN model m ON m.id = a.model_id
            LEFT JOIN manufacturer mf ON mf.id = m.manufacturer_id LEFT JOIN category c ON c.id = m.category_id
            WHERE a.tenant_id = ? AND (any_contains(?, a.tag_key, a.serial_key, a.name_order, a.notes, a.order_number,
                    m.name_key, m.number, mf.name_key, c.name_key)
                OR EXISTS (SELECT 1 FROM json_each(a.custom) WHERE any_contains(?, value)))
            """
        return Clause(sql: sql, values: [.row(tenant), .text(folded), .text(folded)])
    }

    private func scanDays(_ folded: String, withCost: Bool) -> Clause {
        var texts: [AssetText] = withCost ? [.purchaseCost] : []
        if DayText.mayContain(folded) {
            texts += [
                .purchaseDate, .warrantyExpiry, .endOfLife, .expectedCheckin, .nextAudit, .lastCheckout, .lastCheckin,
                .lastAudit, .created, .updated,
            ]
        }
        return Clause(
            sql: """
                SELECT a.id FROM asset a WHERE a.tenant_id = ?
                    AND (\(texts.map { "instr(\($0.rendered), ?)" }.joined(separator: " OR ")))
                """, values: [.row(tenant)] + texts.map { _ in .text(folded) })
    }
}

/// The form in which days are compared with text: `YYYY-MM-DD`.
enum DayText {
    /// Returns true if a day may contain this text.
    static func mayContain(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard (1...10).contains(bytes.count) else { return false }
        return (0...(10 - bytes.count)).contains { start in
            bytes.indices.allSatisfy { index in
                let isDash = start + index == 4 || start + index == 7
                return isDash ? bytes[index] == UInt8(ascii: "-") : (48...57).contains(bytes[index])
            }
        }
    }
}

/// The form in which amounts are compared with text, that of `Money`.
enum AmountText {
    /// Returns true if an amount may contain this text.
    static func mayContain(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        let point = UInt8(ascii: ".")
        guard (1...21).contains(bytes.count), bytes.filter({ $0 == point }).count <= 1 else { return false }
        return bytes.enumerated().allSatisfy {
            (48...57).contains($0.element) || $0.element == point || ($0.offset == 0 && $0.element == UInt8(ascii: "-"))
        }
    }
}
