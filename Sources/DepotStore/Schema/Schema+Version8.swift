extension Schema {
    /// The additions of version 8: audit walks.
    ///
    /// - `audit_walk.scope` is the JSON of an `AuditScope` with sorted keys, by which walks of the same scope are found;
    ///   only one of them is open or paused. `started_by`, `closed_by` and `applied_by` are JSON of an `Actor`.
    /// - `audit_expected` has the assets that a walk expects, as of its start. Its rows are removed when the walk is
    ///   closed, as each asset then has a line.
    /// - `audit_line` has one row for each asset that was seen or is missing, and for each code that no asset has, for
    ///   which `asset_id` is 0. A scan therefore changes one page. `code` is the asset's tag, or the code.
    /// - Neither refers to assets: lines outlive a purged asset.
    /// - `audit_policy` has the number of days between audits for a category (`kind` is `category`) or a location.
    static let version8 = """
        CREATE TABLE audit_walk (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            tenant_id INTEGER NOT NULL REFERENCES tenant(id),
            name TEXT NOT NULL,
            scope TEXT NOT NULL,
            blind INTEGER NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('open', 'paused', 'closed', 'applied')),
            expected INTEGER NOT NULL,
            started_at INTEGER NOT NULL,
            started_by TEXT NOT NULL,
            closed_at INTEGER,
            closed_by TEXT,
            applied_at INTEGER,
            applied_by TEXT,
            UNIQUE (tenant_id, id)
        ) STRICT;
        CREATE INDEX audit_walk_scope ON audit_walk(tenant_id, scope);
        CREATE UNIQUE INDEX audit_walk_open ON audit_walk(tenant_id, scope) WHERE state IN ('open', 'paused');

        CREATE TABLE audit_expected (
            walk_id INTEGER NOT NULL REFERENCES audit_walk(id),
            asset_id INTEGER NOT NULL,
            tag TEXT NOT NULL,
            location_id INTEGER,
            PRIMARY KEY (walk_id, asset_id)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE audit_line (
            walk_id INTEGER NOT NULL REFERENCES audit_walk(id),
            asset_id INTEGER NOT NULL,
            code_key TEXT NOT NULL,
            code TEXT NOT NULL,
            verdict TEXT NOT NULL,
            at INTEGER,
            by TEXT,
            lane_id INTEGER,
            place_id INTEGER,
            home_id INTEGER,
            holder TEXT,
            event_number INTEGER,
            repeats INTEGER NOT NULL DEFAULT 0,
            action TEXT,
            action_event INTEGER,
            PRIMARY KEY (walk_id, asset_id, code_key)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE audit_policy (
            tenant_id INTEGER NOT NULL REFERENCES tenant(id),
            kind TEXT NOT NULL CHECK (kind IN ('category', 'location')),
            row_id INTEGER NOT NULL,
            days INTEGER NOT NULL,
            PRIMARY KEY (tenant_id, kind, row_id)
        ) STRICT, WITHOUT ROWID;

        PRAGMA user_version = 8;
        """
}
