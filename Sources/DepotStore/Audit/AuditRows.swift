import DepotModel
import FoundationEssentials

/// The statements on the tables of audit walks.
enum AuditRows {
    private static let walkColumns = """
        SELECT id, name, scope, blind, state, expected, started_at, started_by, closed_at, closed_by, applied_at,
            applied_by FROM audit_walk
        """
    /// Takes the tenant and the id.
    static let walkByID = Query(walkColumns + " WHERE tenant_id = ? AND id = ?")
    /// Takes the tenant and the scope.
    static let openWalk = Query(
        walkColumns + " WHERE tenant_id = ? AND scope = ? AND state IN ('open', 'paused')")
    /// Takes the tenant, the scope and the id of a walk, and finds the one before it that has ended.
    static let walkBefore = Query(
        walkColumns
            + " WHERE tenant_id = ? AND scope = ? AND id < ? AND state IN ('closed', 'applied') ORDER BY id DESC LIMIT 1"
    )
    /// Takes the tenant, the wanted state or null, the limit and the offset; the newest is first.
    static let walks = Query(
        walkColumns + " WHERE tenant_id = ?1 AND (?2 IS NULL OR state = ?2) ORDER BY id DESC LIMIT ?3 OFFSET ?4")
    static let walkCount = Query(
        "SELECT count(*) FROM audit_walk WHERE tenant_id = ?1 AND (?2 IS NULL OR state = ?2)")
    static let insertWalk = Query(
        """
        INSERT INTO audit_walk (tenant_id, name, scope, blind, state, expected, started_at, started_by)
            VALUES (?, ?, ?, ?, 'open', 0, ?, ?)
        """)
    static let setExpected = Query("UPDATE audit_walk SET expected = ? WHERE id = ?")
    static let setState = Query("UPDATE audit_walk SET state = ? WHERE id = ?")
    static let setClosed = Query(
        "UPDATE audit_walk SET state = 'closed', closed_at = ?, closed_by = ? WHERE id = ?")
    static let setApplied = Query(
        "UPDATE audit_walk SET state = 'applied', applied_at = ?, applied_by = ? WHERE id = ?")
    static let setNotApplied = Query(
        "UPDATE audit_walk SET state = 'closed', applied_at = NULL, applied_by = NULL WHERE id = ?")

    /// Returns the walk of a row, whose counts have only the expected assets.
    static func walk(_ row: Row) -> AuditWalk {
        AuditWalk(
            id: AuditWalkID(rawValue: row.int(0)), name: row.text(1),
            scope: decode(row.bytes(2)) ?? .filter(AuditFilter()), isBlind: row.int(3) != 0,
            state: AuditWalk.State(rawValue: row.text(4)) ?? .other(row.text(4)),
            counts: AuditCounts(expected: Int(row.int(5))), startedAt: row.time(6),
            startedBy: decode(row.bytes(7)) ?? Actor(kind: .station, name: ""), closedAt: row.optionalTime(8),
            closedBy: row.isNull(9) ? nil : decode(row.bytes(9)), appliedAt: row.optionalTime(10),
            appliedBy: row.isNull(11) ? nil : decode(row.bytes(11)))
    }

    // MARK: Expected assets

    /// Takes the walk, the tenant and the location. An asset that a holder at the location has is expected; the place of
    /// a person is the recorded one.
    static let expectAtLocation = Query(
        """
        WITH RECURSIVE place(id) AS (
            VALUES (?3) UNION SELECT l.id FROM location l JOIN place ON l.parent_id = place.id
                WHERE l.tenant_id = ?2 AND l.deleted_at IS NULL
        ), here(id) AS (
            SELECT a.id FROM asset a WHERE a.tenant_id = ?2 AND a.location_id IN (SELECT id FROM place)
            UNION ALL
            SELECT a.id FROM asset a WHERE a.tenant_id = ?2 AND a.default_location_id IN (SELECT id FROM place)
                AND a.default_location_id IS NOT a.location_id AND a.location_id IS NULL
        )
        INSERT INTO audit_expected (walk_id, asset_id, tag, location_id)
            SELECT ?1, a.id, a.tag, coalesce(a.location_id, a.default_location_id)
            FROM here CROSS JOIN asset a ON a.id = here.id
                JOIN status_label s ON s.id = a.status_id
                LEFT JOIN person p ON p.id = a.holder_person_id
                LEFT JOIN asset h ON h.id = a.holder_asset_id
            WHERE a.deleted_at IS NULL
                AND (s.type <> 'archived' OR coalesce(a.holder_person_id, a.holder_location_id, a.holder_asset_id)
                    IS NOT NULL)
                AND (coalesce(a.holder_person_id, a.holder_location_id, a.holder_asset_id) IS NULL
                    OR coalesce(p.location_id, a.holder_location_id, h.location_id, h.default_location_id)
                        IN (SELECT id FROM place))
        """)
    /// Takes the walk, the tenant and the category.
    static let expectOfCategory = Query(
        """
        INSERT INTO audit_expected (walk_id, asset_id, tag, location_id)
            SELECT ?1, a.id, a.tag, coalesce(a.location_id, a.default_location_id)
            FROM asset a JOIN status_label s ON s.id = a.status_id
            WHERE a.tenant_id = ?2 AND a.deleted_at IS NULL AND s.type <> 'archived'
                AND a.model_id IN (SELECT id FROM model WHERE tenant_id = ?2 AND category_id = ?3)
        """)
    /// Takes the walk, the tenant, and the ids of a person, a location and an asset, of which two are null.
    static let expectOfHolder = Query(
        """
        INSERT INTO audit_expected (walk_id, asset_id, tag, location_id)
            SELECT ?1, a.id, a.tag, coalesce(a.location_id, a.default_location_id) FROM asset a
            WHERE a.tenant_id = ?2 AND a.deleted_at IS NULL
                AND (a.holder_person_id = ?3 OR a.holder_location_id = ?4 OR a.holder_asset_id = ?5)
        """)
    static let expected = Query("SELECT location_id FROM audit_expected WHERE walk_id = ? AND asset_id = ?")
    static let expectedIDs = Query("SELECT asset_id FROM audit_expected WHERE walk_id = ?")
    static let dropExpected = Query("DELETE FROM audit_expected WHERE walk_id = ?")
    /// Takes a location, and returns it with those below it.
    static let places = Query(
        """
        WITH RECURSIVE place(id) AS (
            VALUES (?1) UNION SELECT l.id FROM location l JOIN place ON l.parent_id = place.id
        )
        SELECT id FROM place
        """)
    /// Takes a location and the tenant, and returns the nearest open walk of a location above it.
    static let walkAbove = Query(
        """
        WITH RECURSIVE chain(id, level) AS (
            VALUES (?1, 0) UNION
            SELECT l.parent_id, level + 1 FROM location l JOIN chain ON l.id = chain.id
                WHERE l.parent_id IS NOT NULL AND level < 100
        )
        SELECT w.id FROM chain JOIN audit_walk w
            ON w.tenant_id = ?2 AND w.state = 'open'
                AND w.scope = '{"kind":"location","location_id":' || chain.id || '}'
        ORDER BY level LIMIT 1
        """)

    // MARK: Lines

    /// The columns of a line `l` with the names behind its ids.
    private static let lineColumns = """
        l.asset_id, l.code, coalesce(a.name, m.name), l.verdict, l.at, l.by, l.lane_id, l.place_id, pl.name, l.repeats,
            l.home_id, hl.name, l.holder, l.event_number, l.action, l.action_event
        """
    private static let lineJoins = """
        LEFT JOIN asset a ON a.id = l.asset_id LEFT JOIN model m ON m.id = a.model_id
        LEFT JOIN location pl ON pl.id = l.place_id LEFT JOIN location hl ON hl.id = l.home_id
        """
    /// Takes the walk, the asset or 0, and the folded code or an empty text.
    static let lineByKey = Query(
        "SELECT \(lineColumns) FROM audit_line l \(lineJoins) WHERE l.walk_id = ? AND l.asset_id = ? AND l.code_key = ?"
    )
    /// Takes the walk and the lane.
    static let newestOfLane = Query(
        """
        SELECT \(lineColumns) FROM audit_line l \(lineJoins)
        WHERE l.walk_id = ? AND l.lane_id = ? AND l.event_number IS NOT NULL ORDER BY l.event_number DESC LIMIT 1
        """)
    /// Takes the walk, an asset after which lines are wanted, and a limit: lines of assets without an action.
    static let linesToApply = Query(
        """
        SELECT \(lineColumns) FROM audit_line l \(lineJoins)
        WHERE l.walk_id = ? AND l.asset_id > ? AND l.action_event IS NULL ORDER BY l.asset_id LIMIT ?
        """)
    /// Takes the walk, an asset after which lines are wanted, and a limit: lines whose action was applied.
    static let linesToUndo = Query(
        """
        SELECT \(lineColumns) FROM audit_line l \(lineJoins)
        WHERE l.walk_id = ? AND l.asset_id > ? AND l.action_event IS NOT NULL ORDER BY l.asset_id LIMIT ?
        """)
    static let appliedCount = Query(
        "SELECT count(*) FROM audit_line WHERE walk_id = ? AND action_event IS NOT NULL")
    static let insertLine = Query.insert(
        "audit_line",
        [
            "walk_id", "asset_id", "code_key", "code", "verdict", "at", "by", "lane_id", "place_id", "home_id",
            "holder",
            "event_number",
        ])
    static let repeatLine = Query(
        "UPDATE audit_line SET repeats = repeats + 1 WHERE walk_id = ? AND asset_id = ? AND code_key = ?")
    static let deleteLine = Query("DELETE FROM audit_line WHERE walk_id = ? AND asset_id = ? AND code_key = ?")
    static let setAction = Query(
        "UPDATE audit_line SET action = ?, action_event = ? WHERE walk_id = ? AND asset_id = ? AND code_key = ''")
    /// Takes the walk, the time and the event.
    static let insertMissing = Query(
        """
        INSERT INTO audit_line (walk_id, asset_id, code_key, code, verdict, home_id, holder, event_number)
            SELECT e.walk_id, e.asset_id, '', e.tag, 'missing', e.location_id, coalesce(p.name, hl.name, h.tag), ?2
            FROM audit_expected e LEFT JOIN asset a ON a.id = e.asset_id
                LEFT JOIN person p ON p.id = a.holder_person_id
                LEFT JOIN location hl ON hl.id = a.holder_location_id
                LEFT JOIN asset h ON h.id = a.holder_asset_id
            WHERE e.walk_id = ?1 AND NOT EXISTS (
                SELECT 1 FROM audit_line l WHERE l.walk_id = e.walk_id AND l.asset_id = e.asset_id AND l.code_key = '')
        """)
    /// Takes the walk; the number of lines and of repeated ones by verdict.
    static let countLines = Query(
        "SELECT verdict, count(*), total(repeats > 0) FROM audit_line WHERE walk_id = ? GROUP BY verdict")
    /// Takes the walk: the assets and codes that have a line.
    static let lineKeys = Query("SELECT asset_id, code_key FROM audit_line WHERE walk_id = ?")

    static let scanByID = Query("SELECT number FROM scan WHERE tenant_id = ? AND id = ?")

    /// The SQL for lines of a walk, as `l`. While the walk is open, missing assets have no lines yet.
    static func lines(_ verdict: AuditVerdict?, isOpen: Bool) -> (rows: Query, count: Query) {
        switch verdict {
        case .missing where isOpen: (missingRows, missingCount)
        case .repeated: (repeatedRows, repeatedCount)
        case nil: (seenRows, seenCount)
        case .found, .misplaced, .unexpected, .unknown, .missing, .other: (verdictRows, verdictCount)
        }
    }

    /// Take the walk, the verdict, the limit and the offset.
    private static let verdictRows = page("audit_line l", "l.verdict = ?2", "l.code")
    private static let verdictCount = count("audit_line l", "l.verdict = ?2")
    private static let repeatedRows = page("audit_line l", "l.repeats > 0 AND ?2 IS NOT NULL", "l.code")
    private static let repeatedCount = count("audit_line l", "l.repeats > 0 AND ?2 IS NOT NULL")
    private static let seenRows = page("audit_line l", "l.verdict <> 'missing' AND ?2 IS NULL", "l.event_number DESC")
    private static let seenCount = count("audit_line l", "l.verdict <> 'missing' AND ?2 IS NULL")
    private static let missingRows = page(notSeen, "?2 IS NOT NULL", "l.code")
    private static let missingCount = count(notSeen, "?2 IS NOT NULL")
    private static let notSeen = """
        (SELECT e.walk_id, e.asset_id, e.tag AS code, 'missing' AS verdict, NULL AS at, NULL AS by, NULL AS lane_id,
            NULL AS place_id, 0 AS repeats, e.location_id AS home_id, coalesce(p.name, hl.name, h.tag) AS holder,
            NULL AS event_number, NULL AS action, NULL AS action_event
        FROM audit_expected e LEFT JOIN asset x ON x.id = e.asset_id
            LEFT JOIN person p ON p.id = x.holder_person_id LEFT JOIN location hl ON hl.id = x.holder_location_id
            LEFT JOIN asset h ON h.id = x.holder_asset_id
        WHERE NOT EXISTS (
            SELECT 1 FROM audit_line s WHERE s.walk_id = e.walk_id AND s.asset_id = e.asset_id AND s.code_key = '')) l
        """

    private static func page(_ source: String, _ condition: String, _ order: String) -> Query {
        Query(
            """
            SELECT \(lineColumns) FROM \(source) \(lineJoins)
            WHERE l.walk_id = ?1 AND \(condition) ORDER BY \(order) LIMIT ?3 OFFSET ?4
            """)
    }

    private static func count(_ source: String, _ condition: String) -> Query {
        Query("SELECT count(*) FROM \(source) WHERE l.walk_id = ?1 AND \(condition)")
    }

    static func line(_ row: Row) -> AuditLine {
        let asset = row.int(0)
        let place = row.optionalInt(7).map { Reference(id: $0, name: row.text(8)) }
        let home = row.optionalInt(10).map { Reference(id: $0, name: row.text(11)) }
        return AuditLine(
            asset: asset == 0 ? nil : AssetID(rawValue: asset), code: row.text(1), name: row.optionalText(2),
            verdict: AuditVerdict(rawValue: row.text(3)) ?? .other(row.text(3)), at: row.optionalTime(4),
            by: row.optionalText(5), lane: row.optionalInt(6).map { LaneID(rawValue: $0) }, place: place,
            repeats: Int(row.int(9)), home: home, holder: row.optionalText(12),
            event: row.optionalInt(13).map { EventNumber(rawValue: $0) },
            action: row.optionalText(14).map { AuditAction(rawValue: $0) ?? .other($0) },
            actionEvent: row.optionalInt(15).map { EventNumber(rawValue: $0) })
    }

    /// Returns the counts of the lines of a walk.
    static func counts(
        _ walk: AuditWalkID, expected: Int, _ connection: SQLConnection
    ) throws(SQLFailure) -> AuditCounts {
        var counts = AuditCounts(expected: expected)
        try connection.scan(Self.countLines, [.row(walk)]) { row in
            counts.add(Int(row.int(1)), to: AuditVerdict(rawValue: row.text(0)) ?? .missing)
            counts.repeated += Int(row.int(2))
            return true
        }
        return counts
    }

    // MARK: Stored JSON

    /// Returns the stored form of a scope or an actor.
    static func encode(_ value: some Encodable) throws -> SQLValue {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return .utf8(Array(try encoder.encode(value)))
    }

    private static func decode<Value: Decodable>(_ json: [UInt8]) -> Value? {
        try? JSONDecoder().decode(Value.self, from: Data(json))
    }
}

/// The key of a line: an asset, or a code that no asset has.
enum AuditSubject {
    case asset(AssetID)
    case code(String)

    var values: [SQLValue] {
        switch self {
        case .asset(let id): [.row(id), .text("")]
        case .code(let code): [.int(0), .text(foldedKey(code))]
        }
    }
}
