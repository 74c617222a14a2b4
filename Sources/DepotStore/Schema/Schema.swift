/// The tables of schema version 1, which later versions change.
///
/// - Every table of a tenant has `tenant_id` first in a unique key, and foreign keys include it, so that no row can
///   refer to a row of another tenant; the writer ensures this for an asset that holds another (`version6`). Row ids
///   are unique over all tenants, and AUTOINCREMENT never reuses one.
/// - Times are integer milliseconds since 1970, days are text `YYYY-MM-DD`, amounts of money are integer
///   ten-thousandths, and UUIDs are blobs of 16 bytes, big-endian, so that those of version 7 sort by time.
/// - `…_key` columns have the folded form for comparisons (`foldedKey(_:)`).
/// - `event` and `scan` are append-only. The only column of an event that is ever updated is `purged_by`, which its
///   hash does not cover; of a scan, `repeats`.
/// - `event.asset_id` is no foreign key: events outlive a purged asset, so that the chain stays whole.
/// - `asset_search` has its own copy of the text, since SQLite 3.40 lacks contentless deletes; the writer keeps it up
///   to date.
package enum Schema {
    /// The value of `PRAGMA user_version`, which every migration increments.
    static let version = 8
    /// The value of `PRAGMA application_id`: `DPOT`.
    static let applicationID = 0x4450_4F54

    /// The statements that create the tables.
    package static let version1 = """
        CREATE TABLE tenant (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            slug TEXT NOT NULL UNIQUE,
            name TEXT NOT NULL,
            created_at INTEGER NOT NULL
        ) STRICT;

        CREATE TABLE setting (
            tenant_id INTEGER NOT NULL REFERENCES tenant(id),
            key TEXT NOT NULL,
            value TEXT NOT NULL,
            PRIMARY KEY (tenant_id, key)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE status_label (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            tenant_id INTEGER NOT NULL REFERENCES tenant(id),
            name TEXT NOT NULL,
            name_key TEXT NOT NULL,
            type TEXT NOT NULL CHECK (type IN ('deployable', 'pending', 'undeployable', 'archived')),
            UNIQUE (tenant_id, id),
            UNIQUE (tenant_id, name_key)
        ) STRICT;

        \(named("company"))
        \(named("supplier"))
        \(named("manufacturer"))
        \(named("category"))

        CREATE TABLE model (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            tenant_id INTEGER NOT NULL REFERENCES tenant(id),
            name TEXT NOT NULL,
            name_key TEXT NOT NULL,
            number TEXT,
            manufacturer_id INTEGER,
            category_id INTEGER,
            UNIQUE (tenant_id, id),
            FOREIGN KEY (tenant_id, manufacturer_id) REFERENCES manufacturer(tenant_id, id),
            FOREIGN KEY (tenant_id, category_id) REFERENCES category(tenant_id, id)
        ) STRICT;
        CREATE INDEX model_name ON model(tenant_id, name_key);

        CREATE TABLE location (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            tenant_id INTEGER NOT NULL REFERENCES tenant(id),
            uuid BLOB NOT NULL UNIQUE,
            name TEXT NOT NULL,
            name_key TEXT NOT NULL,
            code TEXT,
            code_key TEXT,
            parent_id INTEGER,
            deleted_at INTEGER,
            version INTEGER NOT NULL,
            UNIQUE (tenant_id, id),
            FOREIGN KEY (tenant_id, parent_id) REFERENCES location(tenant_id, id)
        ) STRICT;
        CREATE UNIQUE INDEX location_code ON location(tenant_id, code_key) WHERE deleted_at IS NULL;

        CREATE TABLE person (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            tenant_id INTEGER NOT NULL REFERENCES tenant(id),
            uuid BLOB NOT NULL UNIQUE,
            name TEXT NOT NULL,
            name_key TEXT NOT NULL,
            email TEXT,
            email_key TEXT,
            employee_number TEXT,
            employee_key TEXT,
            badge TEXT,
            badge_key TEXT,
            deleted_at INTEGER,
            version INTEGER NOT NULL,
            UNIQUE (tenant_id, id)
        ) STRICT;
        CREATE UNIQUE INDEX person_badge ON person(tenant_id, badge_key) WHERE deleted_at IS NULL;
        CREATE INDEX person_employee ON person(tenant_id, employee_key) WHERE employee_key IS NOT NULL;

        CREATE TABLE asset (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            tenant_id INTEGER NOT NULL REFERENCES tenant(id),
            uuid BLOB NOT NULL UNIQUE,
            tag TEXT NOT NULL,
            tag_key TEXT NOT NULL CHECK (tag_key <> ''),
            serial TEXT,
            serial_key TEXT,
            name TEXT,
            model_id INTEGER,
            status_id INTEGER NOT NULL,
            holder_person_id INTEGER,
            holder_location_id INTEGER,
            holder_asset_id INTEGER,
            location_id INTEGER,
            default_location_id INTEGER,
            purchase_date TEXT,
            purchase_cost INTEGER,
            order_number TEXT,
            supplier_id INTEGER,
            company_id INTEGER,
            warranty_months INTEGER,
            warranty_expiry TEXT,
            last_checkout INTEGER,
            expected_checkin TEXT,
            last_checkin INTEGER,
            last_audit INTEGER,
            next_audit TEXT,
            checkout_count INTEGER NOT NULL,
            checkin_count INTEGER NOT NULL,
            notes TEXT,
            custom TEXT CHECK (custom IS NULL OR json_valid(custom)),
            created_at INTEGER NOT NULL,
            updated_at INTEGER NOT NULL,
            deleted_at INTEGER,
            version INTEGER NOT NULL,
            UNIQUE (tenant_id, id),
            CHECK ((holder_person_id IS NOT NULL) + (holder_location_id IS NOT NULL) + (holder_asset_id IS NOT NULL) < 2),
            FOREIGN KEY (tenant_id, model_id) REFERENCES model(tenant_id, id),
            FOREIGN KEY (tenant_id, status_id) REFERENCES status_label(tenant_id, id),
            FOREIGN KEY (tenant_id, holder_person_id) REFERENCES person(tenant_id, id),
            FOREIGN KEY (tenant_id, holder_location_id) REFERENCES location(tenant_id, id),
            FOREIGN KEY (tenant_id, holder_asset_id) REFERENCES asset(tenant_id, id),
            FOREIGN KEY (tenant_id, location_id) REFERENCES location(tenant_id, id),
            FOREIGN KEY (tenant_id, default_location_id) REFERENCES location(tenant_id, id),
            FOREIGN KEY (tenant_id, supplier_id) REFERENCES supplier(tenant_id, id),
            FOREIGN KEY (tenant_id, company_id) REFERENCES company(tenant_id, id)
        ) STRICT;
        CREATE UNIQUE INDEX asset_tag ON asset(tenant_id, tag_key) WHERE deleted_at IS NULL;
        CREATE INDEX asset_serial ON asset(tenant_id, serial_key) WHERE serial_key IS NOT NULL;
        CREATE INDEX asset_person ON asset(tenant_id, holder_person_id, deleted_at)
            WHERE holder_person_id IS NOT NULL;
        CREATE INDEX asset_holder_location ON asset(tenant_id, holder_location_id, deleted_at)
            WHERE holder_location_id IS NOT NULL;
        CREATE INDEX asset_holder_asset ON asset(tenant_id, holder_asset_id, deleted_at)
            WHERE holder_asset_id IS NOT NULL;
        CREATE INDEX asset_deleted ON asset(tenant_id, deleted_at) WHERE deleted_at IS NOT NULL;
        CREATE INDEX asset_location ON asset(tenant_id, location_id) WHERE location_id IS NOT NULL;

        CREATE VIRTUAL TABLE asset_search USING fts5(
            tag, serial, name, model, manufacturer, notes, tokenize = 'trigram', columnsize = 0
        );

        CREATE TABLE event (
            number INTEGER PRIMARY KEY,
            station TEXT NOT NULL,
            sequence INTEGER NOT NULL,
            operation BLOB NOT NULL UNIQUE,
            tenant_id INTEGER NOT NULL REFERENCES tenant(id),
            asset_id INTEGER,
            kind TEXT NOT NULL,
            at INTEGER NOT NULL,
            body TEXT NOT NULL,
            hash BLOB NOT NULL,
            purged_by INTEGER,
            UNIQUE (station, sequence)
        ) STRICT;
        CREATE INDEX event_asset ON event(asset_id, number) WHERE asset_id IS NOT NULL;

        CREATE TABLE lane (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            tenant_id INTEGER NOT NULL REFERENCES tenant(id),
            scanner TEXT NOT NULL UNIQUE,
            name TEXT NOT NULL,
            mode TEXT NOT NULL,
            UNIQUE (tenant_id, id)
        ) STRICT;

        CREATE TABLE scan (
            number INTEGER PRIMARY KEY,
            tenant_id INTEGER NOT NULL REFERENCES tenant(id),
            id BLOB NOT NULL UNIQUE,
            at INTEGER NOT NULL,
            lane_id INTEGER,
            scanner TEXT,
            raw BLOB NOT NULL,
            text TEXT,
            symbology TEXT,
            interpretation TEXT,
            outcome TEXT NOT NULL,
            reason TEXT,
            message TEXT NOT NULL,
            event_number INTEGER NOT NULL REFERENCES event(number)
        ) STRICT;

        CREATE TABLE token (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            tenant_id INTEGER REFERENCES tenant(id),
            name TEXT NOT NULL,
            sha256 BLOB NOT NULL UNIQUE,
            role TEXT NOT NULL CHECK (role IN ('viewer', 'operator', 'admin', 'msp', 'screen')),
            created_at INTEGER NOT NULL,
            expires_at INTEGER,
            revoked_at INTEGER
        ) STRICT;
        CREATE UNIQUE INDEX token_name ON token(name) WHERE revoked_at IS NULL;

        PRAGMA application_id = \(applicationID);
        PRAGMA user_version = 1;
        """

    /// Inserts the tenant that every database has, with the usual status labels, as of version 1. It takes the time.
    package static let standardTenant = """
        INSERT INTO tenant (slug, name, created_at) VALUES ('default', 'Default', ?);
        INSERT INTO status_label (tenant_id, name, name_key, type) VALUES
            (1, 'Pending', 'pending', 'pending'), (1, 'Ready to Deploy', 'ready to deploy', 'deployable'),
            (1, 'Archived', 'archived', 'archived'), (1, 'Out for Repair', 'out for repair', 'undeployable');
        """

    private static func named(_ table: String) -> String {
        """
        CREATE TABLE \(table) (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            tenant_id INTEGER NOT NULL REFERENCES tenant(id),
            name TEXT NOT NULL,
            name_key TEXT NOT NULL,
            UNIQUE (tenant_id, id),
            UNIQUE (tenant_id, name_key)
        ) STRICT;
        """
    }
}
