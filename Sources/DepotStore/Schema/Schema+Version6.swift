extension Schema {
    /// What version 6 changes, so that a transition writes few pages and few bytes.
    ///
    /// - `event.body` is the event's JSON, as text (versions before) or packed (`PackedJSON`); its hash covers the JSON.
    /// - `event.person_id` is who has the asset now, or whom somebody administered, `former_person_id` who had it before;
    ///   events of before have null there, and say so in their JSON.
    /// - `event_subject` replaces the indexes that every event had to be put into (`EventSubjects`).
    /// - A station's sequence is counted from the newest event, which is its own unless the station was renamed:
    ///   `station_sequence` has where each name left off.
    /// - That an asset which holds another is there is the writer's to see: as a foreign key of the table to itself it had
    ///   every index of an asset written whenever its holder changed (`hasFK` in SQLite's update.c).
    ///
    /// What a row looks like does not change. So the tables' definitions are replaced as sqlite.org/lang_altertable.html §7
    /// tells, without copying them; what was the index of a constraint becomes one of its own, which can be dropped.
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
