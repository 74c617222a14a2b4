extension Schema {
    /// What version 5 adds: how long a code was of which only the beginning is kept, how often a scan was repeated that
    /// did nothing, how much is kept of the answers of each actor, and how the newest check of the database ended.
    ///
    /// `request_key_use` is kept in step by triggers, so no request counts the answers. `INSERT OR REPLACE` would not fire
    /// the one of the deletion: an answer is deleted before another takes its place.
    static let version5 = """
        ALTER TABLE scan ADD COLUMN length INTEGER;
        ALTER TABLE scan ADD COLUMN repeats INTEGER;

        CREATE INDEX request_key_actor ON request_key(actor);
        CREATE TABLE request_key_use (
            actor TEXT NOT NULL PRIMARY KEY,
            answers INTEGER NOT NULL,
            bytes INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        INSERT INTO request_key_use (actor, answers, bytes)
            SELECT actor, count(*), sum(\(keptBytes(of: "request_key"))) FROM request_key GROUP BY actor;
        CREATE TRIGGER request_key_kept AFTER INSERT ON request_key BEGIN
            INSERT INTO request_key_use (actor, answers, bytes) VALUES (new.actor, 1, \(keptBytes(of: "new")))
                ON CONFLICT (actor) DO UPDATE SET answers = answers + 1, bytes = bytes + excluded.bytes;
        END;
        CREATE TRIGGER request_key_dropped AFTER DELETE ON request_key BEGIN
            UPDATE request_key_use SET answers = answers - 1, bytes = bytes - \(keptBytes(of: "old"))
                WHERE actor = old.actor;
            DELETE FROM request_key_use WHERE actor = old.actor AND answers <= 0;
        END;

        CREATE TABLE verification (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            at INTEGER NOT NULL,
            problems INTEGER NOT NULL
        ) STRICT;

        PRAGMA user_version = 5;
        """

    /// What a kept answer counts, in bytes.
    private static func keptBytes(of row: String) -> String {
        "length(\(row).body) + length(CAST(\(row).headers AS BLOB)) + length(CAST(\(row).key AS BLOB))"
    }
}
