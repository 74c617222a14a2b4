import DepotModel

/// The subject of an event.
enum EventSubject {
    enum Kind { case asset, person, tenant }

    case asset(AssetID)
    /// The scans of an asset that did not change it.
    case scans(of: AssetID)
    case person(PersonID)
    case tenant(TenantID)

    /// The value in the table.
    var value: SQLValue {
        switch self {
        case .asset(let id): .int(id.rawValue << 2)
        case .scans(let id): .int(id.rawValue << 2 | 1)
        case .person(let id): .int(id.rawValue << 2 | 2)
        case .tenant(let id): .int(id.rawValue << 2 | 3)
        }
    }
}

/// The index of events by asset, person and tenant, behind histories and lists of activity.
///
/// Its entries are spread over the whole index, so no transition writes them: the writer adds those of many events at a
/// time, after their commits. The index contains every event up to the number in `event_subject_end`. The events after
/// that are its backlog, which every reader of the index reads as well, so that nothing is missing between a commit and
/// the index, no matter when the station stops. Purged events are in neither.
enum EventSubjects {
    /// The maximum number of events that wait to be added.
    static let backlogLimit: Int64 = 256
    /// The number of events that are added at a time, which takes some ten milliseconds.
    private static let slice: Int64 = 10_000

    /// Returns the SQL for every entry of the events for which `condition` is true, as `subject`, which may be null,
    /// and `number`. `kinds` restricts it to the needed kinds of entries.
    static func entries(_ kinds: String = "0, 1, 2, 3, 4", where condition: String) -> String {
        """
        SELECT number, CASE entry.kind
            WHEN 0 THEN asset_id << 2 | (event.kind = 'scan')
            WHEN 1 THEN CASE WHEN \(isActivity) THEN tenant_id << 2 | 3 END
            WHEN 2 THEN coalesce(former_person_id, \(earlier(movesHolder, "from.holder"))) << 2 | 2
            WHEN 3 THEN coalesce(person_id, \(earlier(movesHolder, "to.holder"))) << 2 | 2
            WHEN 4 THEN coalesce(person_id, \(earlier("event.kind = 'administration'", "facts.person_id"))) << 2 | 2
            END AS subject
        FROM event NOT INDEXED CROSS JOIN (SELECT value AS kind FROM json_each('[\(kinds)]')) AS entry
        WHERE purged_by IS NULL AND \(condition)
        """
    }

    /// Returns the SQL for the distinct numbers of a subject's events, in no order. It takes the subject as
    /// `parameter`.
    static func numbers(of kind: EventSubject.Kind, parameter: String = "?1") -> String {
        // DISTINCT is one level deeper, so that the index is read in order.
        """
        SELECT number FROM event_subject WHERE subject = \(parameter)
        UNION ALL SELECT number FROM (\(backlog(kind, parameter)))
        """
    }

    /// Returns the SQL for the number of ``numbers(of:parameter:)``, which is several times as fast as counting those.
    static func count(of kind: EventSubject.Kind) -> String {
        """
        SELECT (SELECT count(*) FROM event_subject WHERE subject = ?1)
            + (SELECT count(*) FROM (\(backlog(kind, "?1"))))
        """
    }

    private static func backlog(_ kind: EventSubject.Kind, _ parameter: String) -> String {
        let kinds =
            switch kind {
            case .asset: "0"
            case .person: "2, 3, 4"
            case .tenant: "1"
            }
        // A person may give an asset to themselves.
        return "SELECT DISTINCT number FROM (\(entries(kinds, where: isBacklog))) WHERE subject = \(parameter)"
    }

    /// The SQL condition that is true if the index lacks an event.
    static let isBacklog = "number > (SELECT number FROM event_subject_end)"

    /// Returns the SQL for a member of an event's JSON, which is null if the event is damaged.
    static func json(_ path: String) -> String {
        "CASE WHEN json_valid(unpacked(body)) THEN json_extract(unpacked(body), '$.\(path)') END"
    }

    /// Returns the SQL for the person in an event from before schema version 6, whose rows have no columns for people;
    /// null for another holder.
    private static func earlier(_ condition: String, _ path: String) -> String {
        """
        CASE WHEN typeof(body) = 'text' AND \(condition)
            THEN nullif(CAST(replace(\(json(path)), 'person:', '') AS INTEGER), 0) END
        """
    }

    /// The SQL condition for events that somebody caused.
    private static let isActivity =
        "event.kind NOT IN ('scan', 'scanner_connected', 'scanner_disconnected', 'scanner_failed')"

    /// The SQL condition for events that give an asset another holder.
    private static let movesHolder = "event.kind IN ('checkout', 'checkin', 'transfer', 'undo')"

    // MARK: Writing

    /// Returns the number of the newest event in the index.
    static func end(_ connection: SQLConnection) throws(SQLFailure) -> Int64 {
        try connection.first(end) { $0.int(0) } ?? 0
    }

    /// Adds the oldest part of the backlog, at most up to the event `newest`, and returns the new end.
    static func addBacklog(to newest: Int64, _ connection: SQLConnection) throws(SQLFailure) -> Int64 {
        let before = try end(connection)
        let after = min(newest, before + slice)
        try connection.run(add, [.int(before), .int(after)])
        try connection.run(setEnd, [.int(after)])
        return after
    }

    /// Removes events from every subject before they are marked as purged. It takes a JSON array of their numbers.
    static func remove(_ numbers: SQLValue, _ connection: SQLConnection) throws(SQLFailure) {
        try connection.run(remove, [numbers])
    }

    private static let end = Query("SELECT number FROM event_subject_end")
    private static let setEnd = Query("UPDATE event_subject_end SET number = ?")
    private static let add = Query(
        """
        INSERT OR IGNORE INTO event_subject (subject, number)
            SELECT subject, number FROM (\(entries(where: "number > ?1 AND number <= ?2"))) ORDER BY subject, number
        """)
    private static let remove = Query(
        """
        DELETE FROM event_subject WHERE (subject, number) IN (
            SELECT subject, number FROM (\(entries(where: "number IN (SELECT value FROM json_each(?))"))))
        """)
}
