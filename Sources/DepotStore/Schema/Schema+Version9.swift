extension Schema {
    /// The changes of version 9: one rule for the comparison of texts (`foldedKey(_:)`), one for search and order
    /// (`folded(_:)`), and the use of tokens.
    ///
    /// - The `…_key` columns are written again, but for a key that another row has already: two records that the former
    ///   rule told apart keep their keys.
    /// - `asset.name_order` is the name in the form of search and order, with an index for lists by name.
    /// - `token.last_used_at` is the time of a token's last use, exact to a minute.
    /// - `asset_search` and `person_search` contain folded text. Plain ASCII was found before as it is now, so only other
    ///   rows are written again.
    static let version9 = """
        ALTER TABLE asset ADD COLUMN name_order TEXT;
        UPDATE asset SET name_order = folded(name) WHERE name IS NOT NULL;
        CREATE INDEX asset_name ON asset(tenant_id, name_order);

        \(keys)

        ALTER TABLE token ADD COLUMN last_used_at INTEGER;

        CREATE TEMP TABLE refolded (id INTEGER PRIMARY KEY);
        INSERT INTO refolded SELECT id FROM asset_search_content WHERE \(isWide);
        DELETE FROM asset_search WHERE rowid IN (SELECT id FROM refolded);
        \(fillAssetSearch) WHERE a.id IN (SELECT id FROM refolded);
        DROP TABLE refolded;

        DELETE FROM person_search;
        INSERT INTO person_search (rowid, given, name, username, email, employee_number, badge)
            SELECT id, folded(trim(coalesce(custom_value(attributes, 'first_name'), '') || ' '
                || coalesce(custom_value(attributes, 'last_name'), ''))), folded(name_key), folded(username_key),
                folded(email_key), folded(employee_key), folded(badge_key) FROM person;

        PRAGMA user_version = 9;
        """

    /// Renews the keys by the new rule, one statement for each column.
    private static let keys =
        [
            ("asset", ["tag": "tag_key", "serial": "serial_key"]),
            (
                "person",
                [
                    "name": "name_key", "email": "email_key", "employee_number": "employee_key", "badge": "badge_key",
                    "username": "username_key",
                ]
            ),
            ("location", ["name": "name_key", "code": "code_key"]),
        ].flatMap { table, columns in
            columns.sorted { $0.key < $1.key }.map { text, key in
                "UPDATE OR IGNORE \(table) SET \(key) = folded_key(\(text)) WHERE \(key) IS NOT folded_key(\(text));"
            }
        }.joined(separator: "\n")
        + [
            "status_label", "company", "supplier", "manufacturer", "category", "model", "field", "fieldset",
        ].map { "\nUPDATE OR IGNORE \($0) SET name_key = folded_key(name) WHERE name_key <> folded_key(name);" }
        .joined()

    /// The SQL condition for rows of the search index with text beyond ASCII.
    private static let isWide = (0..<7).map { "length(c\($0)) <> length(CAST(c\($0) AS BLOB))" }
        .joined(separator: " OR ")
}
