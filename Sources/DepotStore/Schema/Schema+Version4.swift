extension Schema {
    /// What version 4 adds: what ended a scanned code, what ends the codes of a lane's scanner and where it is plugged in,
    /// and by what scanners that call themselves the same are told apart.
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
