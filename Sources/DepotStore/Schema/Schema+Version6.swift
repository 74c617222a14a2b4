extension Schema {
    /// The changes of version 6, with which a transition writes few pages and few bytes.
    ///
    /// - `event.body` is the event's JSON, as text (from earlier versions) or packed (`PackedJSON`); its hash covers
    ///   the JSON.
    /// - `event.person_id` is the person who has the asset after the event or whom the event administered, and
    ///   `former_person_id` the person who had it before. Both are null in earlier events, whose JSON contains them.
    /// - `event_subject` replaces the indexes to which every event had to be added (`EventSubjects`).
    /// - A station's sequence is continued from the newest event, which is its own unless the station was renamed:
    ///   `station_sequence` has the last sequence of each name.
    /// - The writer ensures that an asset which holds another exists: as a foreign key of the table to itself, it had
    ///   every index of an asset written whenever its holder changed (`hasFK` in SQLite's update.c).
    ///
    /// The layout of a row does not change. The definitions of the tables are therefore replaced as described in
    /// sqlite.org/lang_altertable.html §7, without a copy; the implicit index of a constraint becomes an explicit one,
    /// which can be dropped.
    static let version6 = """
        CREATE TABLE station_sequence (
            station TEXT NOT NULL PRIMARY KEY,
            sequence INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        INSERT INTO station_sequence (station, sequence) SELECT station, max(sequence) FROM event GROUP BY station;

        CREATE TABLE event_subject (
            subject INTEGER NOT NULL,
            number INTEGER NOT NULL,
            PRIMARY KEY (subject, number)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE event_subject_end (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            number INTEGER NOT NULL
        ) STRICT;

        DROP INDEX event_asset;
        DROP INDEX event_activity;
        DROP INDEX event_from;
        DROP INDEX event_to;
        DROP INDEX event_person;

        PRAGMA writable_schema = ON;
        UPDATE sqlite_schema SET sql = '\(event)' WHERE type = 'table' AND name = 'event';
        UPDATE sqlite_schema SET name = 'event_sequence', sql = 'CREATE UNIQUE INDEX event_sequence ON event(station, sequence)'
            WHERE type = 'index' AND name = 'sqlite_autoindex_event_2';
        UPDATE sqlite_schema
            SET sql = replace(sql, 'FOREIGN KEY (tenant_id, holder_asset_id) REFERENCES asset(tenant_id, id),', '')
            WHERE type = 'table' AND name = 'asset';
        PRAGMA writable_schema = RESET;
        DROP INDEX event_sequence;

        INSERT OR IGNORE INTO event_subject (subject, number)
            SELECT subject, number FROM (\(EventSubjects.entries(where: "TRUE"))) ORDER BY subject, number;
        INSERT INTO event_subject_end (id, number) SELECT 1, coalesce(max(number), 0) FROM event;

        PRAGMA user_version = 6;
        """

    private static let event = """
        CREATE TABLE event (
            number INTEGER PRIMARY KEY,
            station TEXT NOT NULL,
            sequence INTEGER NOT NULL,
            operation BLOB NOT NULL UNIQUE,
            tenant_id INTEGER NOT NULL REFERENCES tenant(id),
            asset_id INTEGER,
            kind TEXT NOT NULL,
            at INTEGER NOT NULL,
            body ANY NOT NULL,
            hash BLOB NOT NULL,
            purged_by INTEGER,
            person_id INTEGER,
            former_person_id INTEGER
        ) STRICT
        """
}
