import DepotModel

/// What events are about.
enum EventSubject {
    enum Kind { case asset, person, tenant }

    case asset(AssetID)
    /// The scans of an asset that did not move it.
    case scans(of: AssetID)
    case person(PersonID)
    case tenant(TenantID)

    /// As the table has it.
    var value: SQLValue {
        switch self {
        case .asset(let id): .int(id.rawValue << 2)
        case .scans(let id): .int(id.rawValue << 2 | 1)
        case .person(let id): .int(id.rawValue << 2 | 2)
        case .tenant(let id): .int(id.rawValue << 2 | 3)
        }
    }
}

/// Which events are about which asset, person and tenant: the index behind histories and lists of activity.
///
/// Its entries lie all over it, so no transition writes them: the writer adds those of many events at a time, behind their
/// commits. It has every event up to the number in `event_subject_end`; what lies behind that is its backlog, which
/// everybody who reads the index reads as well. So nothing is missing between a commit and the index, whenever the
/// station stops. What a purge removed is in neither.
enum EventSubjects {
    /// As many events wait at most, before they are added.
    static let backlogLimit: Int64 = 256
    /// As many are added at a time, some ten milliseconds' worth.
    private static let slice: Int64 = 10_000

    /// Every entry of the events for which `condition` is true, as `subject`, which may be null, and `number`; `kinds`
    /// leaves out what nobody asks for.
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

    /// The numbers of a subject's events in no order, each once. Takes the subject as `parameter`.
    static func numbers(of kind: EventSubject.Kind, parameter: String = "?1") -> String {
        // what is DISTINCT stands one deeper, so that the index is read in order
        """
        SELECT number FROM event_subject WHERE subject = \(parameter)
        UNION ALL SELECT number FROM (\(backlog(kind, parameter)))
        """
    }

    /// How many there are of ``numbers(of:parameter:)``, several times as fast as to count those.
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
        // a person may give to themselves
        return "SELECT DISTINCT number FROM (\(entries(kinds, where: isBacklog))) WHERE subject = \(parameter)"
    }

    /// Whether the index lacks an event.
    static let isBacklog = "number > (SELECT number FROM event_subject_end)"

    /// A member of an event's JSON; null where the event is damaged.
    static func json(_ path: String) -> String {
        "CASE WHEN json_valid(unpacked(body)) THEN json_extract(unpacked(body), '$.\(path)') END"
    }

    /// The person in an event of before schema version 6, whose rows have no columns for that; null for another holder.
    private static func earlier(_ condition: String, _ path: String) -> String {
        """
        CASE WHEN typeof(body) = 'text' AND \(condition)
            THEN nullif(CAST(replace(\(json(path)), 'person:', '') AS INTEGER), 0) END
        """
    }

    /// Which events are somebody's doing.
    private static let isActivity =
        "event.kind NOT IN ('scan', 'scanner_connected', 'scanner_disconnected', 'scanner_failed')"

    /// Which events give an asset another holder.
    private static let movesHolder = "event.kind IN ('checkout', 'checkin', 'transfer', 'undo')"

    // MARK: Writing

    /// The number of the newest event in the index.
    static func end(_ connection: SQLConnection) throws(SQLFailure) -> Int64 {
        try connection.first(end) { $0.int(0) } ?? 0
    }

    /// Adds the oldest of the backlog, up to the event `newest` at most; the new end.
    static func addBacklog(to newest: Int64, _ connection: SQLConnection) throws(SQLFailure) -> Int64 {
        let before = try end(connection)
        let after = min(newest, before + slice)
        try connection.run(add, [.int(before), .int(after)])
        try connection.run(setEnd, [.int(after)])
        return after
    }

    /// Removes events from every subject, before they are marked as purged. Takes a JSON array of their numbers.
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
