extension Schema {
    /// The additions of version 5: the length of a code of which only the beginning is kept, the number of repetitions
    /// of a scan that did nothing, the total size of each actor's kept answers, and the result of the newest check of
    /// the database.
    ///
    /// Triggers keep `request_key_use` up to date, so that no request counts the answers. `INSERT OR REPLACE` would not
    /// fire the trigger of the deletion, so an answer is deleted before another takes its place.
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

    /// Returns the SQL for the size of a kept answer in bytes.
    private static func keptBytes(of row: String) -> String {
        "length(\(row).body) + length(CAST(\(row).headers AS BLOB)) + length(CAST(\(row).key AS BLOB))"
    }
}
