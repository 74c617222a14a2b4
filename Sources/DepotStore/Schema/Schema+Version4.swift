extension Schema {
    /// The additions of version 4: the end of a scanned code, the terminator and port of a lane's scanner, and the
    /// decisions how to identify scanners that report the same identity.
    static let version4 = """
        ALTER TABLE scan ADD COLUMN ended_by TEXT;
        ALTER TABLE lane ADD COLUMN terminator TEXT;
        ALTER TABLE lane ADD COLUMN port TEXT;

        CREATE TABLE scanner_identity (
            key TEXT NOT NULL PRIMARY KEY,
            known_by TEXT NOT NULL CHECK (known_by IN ('serial', 'port')),
            is_manual INTEGER NOT NULL,
            at INTEGER NOT NULL
        ) STRICT;

        PRAGMA user_version = 4;
        """
}
