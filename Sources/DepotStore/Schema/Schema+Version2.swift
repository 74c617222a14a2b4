extension Schema {
    /// The additions of version 2. Existing rows receive their creation times from ``fillTimes(_:)``.
    ///
    /// - An added column cannot have a key over two columns, so `person.location_id` and `model.fieldset_id` are keys
    ///   by row id alone; the writer ensures that both rows belong to one tenant.
    /// - A purge sets `ticket.asset_id` to null, so that no ticket prevents it.
    /// - `person_search` has its own copy of the text, folded; `given` is the first and last name.
    /// - The indexes of `event` over its JSON cost time only for administration and for events that move an asset, not
    ///   for an import.
    static let version2 = """
        ALTER TABLE asset ADD COLUMN requestable INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE asset ADD COLUMN byod INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE asset ADD COLUMN end_of_life TEXT;
        CREATE INDEX asset_model ON asset(tenant_id, model_id, deleted_at) WHERE model_id IS NOT NULL;
        CREATE INDEX asset_status ON asset(tenant_id, status_id, deleted_at);
        CREATE INDEX asset_company ON asset(tenant_id, company_id, deleted_at) WHERE company_id IS NOT NULL;
        CREATE INDEX asset_supplier ON asset(tenant_id, supplier_id, deleted_at) WHERE supplier_id IS NOT NULL;
        CREATE INDEX asset_default_location ON asset(tenant_id, default_location_id)
            WHERE default_location_id IS NOT NULL;
        CREATE INDEX asset_next_audit ON asset(tenant_id, next_audit) WHERE next_audit IS NOT NULL;
        CREATE INDEX asset_expected_checkin ON asset(tenant_id, expected_checkin) WHERE expected_checkin IS NOT NULL;

        CREATE TABLE field (\(definedColumns)) STRICT;
        CREATE TABLE fieldset (\(definedColumns)) STRICT;
        CREATE TABLE fieldset_field (
            tenant_id INTEGER NOT NULL REFERENCES tenant(id),
            fieldset_id INTEGER NOT NULL,
            field_id INTEGER NOT NULL,
            position INTEGER NOT NULL,
            PRIMARY KEY (tenant_id, fieldset_id, field_id),
            FOREIGN KEY (tenant_id, fieldset_id) REFERENCES fieldset(tenant_id, id),
            FOREIGN KEY (tenant_id, field_id) REFERENCES field(tenant_id, id)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX fieldset_field_field ON fieldset_field(tenant_id, field_id);

        \(timed("location"))
        \(timed("person"))
        \(defined("status_label"))
        \(defined("company"))
        \(defined("supplier"))
        \(defined("manufacturer"))
        \(defined("category"))
        \(defined("model"))
        ALTER TABLE model ADD COLUMN fieldset_id INTEGER REFERENCES fieldset(id);
        ALTER TABLE model ADD COLUMN eol_months INTEGER;
        CREATE INDEX model_manufacturer ON model(tenant_id, manufacturer_id);
        CREATE INDEX model_category ON model(tenant_id, category_id);
        CREATE INDEX model_fieldset ON model(fieldset_id) WHERE fieldset_id IS NOT NULL;
        CREATE INDEX location_name ON location(tenant_id, name_key);
        CREATE INDEX location_parent ON location(tenant_id, parent_id) WHERE parent_id IS NOT NULL;
        CREATE INDEX person_name ON person(tenant_id, name_key);

        ALTER TABLE person ADD COLUMN username TEXT;
        ALTER TABLE person ADD COLUMN username_key TEXT;
        ALTER TABLE person ADD COLUMN location_id INTEGER REFERENCES location(id);
        CREATE UNIQUE INDEX person_username ON person(tenant_id, username_key)
            WHERE deleted_at IS NULL AND username_key IS NOT NULL;
        CREATE INDEX person_email ON person(tenant_id, email_key) WHERE email_key IS NOT NULL;

        CREATE TABLE ticket (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            tenant_id INTEGER NOT NULL REFERENCES tenant(id),
            uuid BLOB NOT NULL UNIQUE,
            number INTEGER NOT NULL,
            subject TEXT NOT NULL,
            description TEXT,
            asset_id INTEGER REFERENCES asset(id) ON DELETE SET NULL,
            requester_id INTEGER,
            is_closed INTEGER NOT NULL,
            attributes TEXT CHECK (attributes IS NULL OR json_valid(attributes)),
            created_at INTEGER NOT NULL,
            updated_at INTEGER NOT NULL,
            UNIQUE (tenant_id, number),
            FOREIGN KEY (tenant_id, requester_id) REFERENCES person(tenant_id, id)
        ) STRICT;
        CREATE INDEX ticket_asset ON ticket(asset_id) WHERE asset_id IS NOT NULL;

        ALTER TABLE tenant ADD COLUMN uuid BLOB;
        CREATE UNIQUE INDEX tenant_uuid ON tenant(uuid);
        CREATE TABLE tenant_host (
            host TEXT NOT NULL PRIMARY KEY,
            tenant_id INTEGER NOT NULL REFERENCES tenant(id)
        ) STRICT, WITHOUT ROWID;

        ALTER TABLE token ADD COLUMN rate INTEGER;

        CREATE TABLE request_key (
            actor TEXT NOT NULL,
            key TEXT NOT NULL,
            fingerprint BLOB NOT NULL,
            status INTEGER NOT NULL,
            headers TEXT NOT NULL CHECK (json_valid(headers)),
            body BLOB NOT NULL,
            at INTEGER NOT NULL,
            PRIMARY KEY (actor, key)
        ) STRICT;
        CREATE INDEX request_key_at ON request_key(at);

        CREATE INDEX event_activity ON event(tenant_id, number, kind, purged_by) WHERE \(isActivity);
        CREATE INDEX event_from ON event(\(json("from.holder"))) WHERE \(movesHolder);
        CREATE INDEX event_to ON event(\(json("to.holder"))) WHERE \(movesHolder);
        CREATE INDEX event_person ON event(\(json("facts.person_id")))
            WHERE kind = 'administration';

        CREATE VIRTUAL TABLE person_search USING fts5(
            name, given, username, email, employee_number, badge, tokenize = 'trigram', columnsize = 0
        );
        INSERT INTO person_search (rowid, name, email, employee_number, badge)
            SELECT id, name_key, email_key, employee_key, badge_key FROM person;

        DROP TABLE asset_search;
        CREATE VIRTUAL TABLE asset_search USING fts5(
            tag, serial, name, model, manufacturer, notes, more, tokenize = 'trigram', columnsize = 0, detail = full
        );
        INSERT INTO asset_search (asset_search, rank) VALUES ('automerge', 8);
        \(fillAssetSearch);

        PRAGMA user_version = 2;
        """

    /// The SQL condition for events that somebody caused, in the words of the index `event_activity`.
    ///
    /// It is spelled out, as in ``movesHolder``, because SQLite builds a temporary table for a list at every insert.
    static let isActivity = """
        kind <> 'scan' AND kind <> 'scanner_connected' AND kind <> 'scanner_disconnected' AND kind <> 'scanner_failed'
            AND purged_by IS NULL
        """

    /// The SQL condition for events that give an asset another holder, in the words of their indexes.
    static let movesHolder = "(kind = 'checkout' OR kind = 'checkin' OR kind = 'transfer' OR kind = 'undo')"

    /// Returns the SQL for a member of an event's JSON, in the words of its indexes; null if the event is damaged.
    static func json(_ path: String) -> String { "iif(json_valid(body), json_extract(body, '$.\(path)'), NULL)" }

    /// Copies the text of assets into the search index; a condition on `a` may follow.
    static let fillAssetSearch =
        "INSERT INTO asset_search (rowid, tag, serial, name, model, manufacturer, notes, more)\n" + assetTexts

    /// Selects the searchable text of assets, folded, in the columns of `asset_search`; a condition on `a` may follow. `more` is
    /// the order number, category and custom values.
    static let assetTexts = """
        SELECT a.id AS id, folded(a.tag) AS tag, folded(a.serial) AS serial, folded(a.name) AS name,
            folded(coalesce(m.name, '') || ' ' || coalesce(m.number, '')) AS model, folded(mf.name) AS manufacturer,
            folded(a.notes) AS notes, folded(coalesce(a.order_number, '')) || char(10) || folded(coalesce(ct.name, ''))
            || CASE WHEN a.custom IS NULL THEN '' ELSE char(10)
            || coalesce((SELECT group_concat(folded(value), char(10)) FROM json_each(a.custom)), '') END AS more
        FROM asset a LEFT JOIN model m ON m.id = a.model_id
        LEFT JOIN manufacturer mf ON mf.id = m.manufacturer_id LEFT JOIN category ct ON ct.id = m.category_id
        """

    /// Returns the SQL that sets the missing times of version 1 to the time of the migration.
    static func fillTimes(_ milliseconds: Int64) -> String {
        ["location", "person", "status_label", "company", "supplier", "manufacturer", "category", "model"]
            .map { "UPDATE \($0) SET created_at = \(milliseconds), updated_at = \(milliseconds);" }
            .joined(separator: "\n")
    }

    private static let definedColumns = """
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        tenant_id INTEGER NOT NULL REFERENCES tenant(id),
        name TEXT NOT NULL,
        name_key TEXT NOT NULL,
        attributes TEXT CHECK (attributes IS NULL OR json_valid(attributes)),
        created_at INTEGER NOT NULL,
        updated_at INTEGER NOT NULL,
        version INTEGER NOT NULL DEFAULT 1,
        UNIQUE (tenant_id, id),
        UNIQUE (tenant_id, name_key)
        """

    private static func timed(_ table: String) -> String {
        """
        ALTER TABLE \(table) ADD COLUMN attributes TEXT CHECK (attributes IS NULL OR json_valid(attributes));
        ALTER TABLE \(table) ADD COLUMN created_at INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE \(table) ADD COLUMN updated_at INTEGER NOT NULL DEFAULT 0;
        """
    }

    private static func defined(_ table: String) -> String {
        timed(table) + "\nALTER TABLE \(table) ADD COLUMN version INTEGER NOT NULL DEFAULT 1;"
    }
}
