public import DepotModel

/// A stored lane: its scanner, its mode, and the scanner's known properties.
public struct LaneRow: Hashable, Sendable {
    /// The row id.
    public var id: LaneID
    /// The name: the given one, or else `Lane N` with the lane's number, or `Typed` for a lane of typed scans.
    public var name: String
    /// The identity of the scanner, or nil for the lane of typed scans.
    public var scanner: String?
    /// The home mode.
    public var mode: LaneMode
    /// The tenant to which the lane belongs.
    public var tenant: TenantID
    /// The key with which the scanner ends a code, `enter` or `tab`, or nil if it is not known.
    public var terminator: String?
    /// The port to which the scanner was last connected, as in sysfs (`1-4.2`).
    public var port: String?
    /// The state of the conversation as ``ScanCommit/laneState`` returned it, or nil if there is none.
    public var state: String?

    /// Creates a row.
    public init(
        id: LaneID, name: String, scanner: String?, mode: LaneMode, tenant: TenantID, terminator: String? = nil,
        port: String? = nil, state: String? = nil
    ) {
        self.id = id
        self.name = name
        self.scanner = scanner
        self.mode = mode
        self.tenant = tenant
        self.terminator = terminator
        self.port = port
        self.state = state
    }
}

extension DepotStore {
    /// The identity under which ``lane(forScanner:tenant:)`` stores the lane of typed scans.
    public static let typedScans = "typed"

    /// Returns the lane of a scanner. It is created for a new scanner, in counter mode, and stays the scanner's from
    /// then on.
    ///
    /// - Parameter tenant: The tenant to which the scanner belongs. A lane of another tenant moves to this one, which
    ///   leaves an administration event. Nil keeps the lane's tenant; a new lane then belongs to `TenantID.standard`.
    public func lane(
        forScanner identity: String, tenant: TenantID? = nil
    ) async throws(CommitFailure) -> LaneRow {
        do {
            let known = try readers.read { (connection) throws(SQLFailure) in
                try connection.first(Lanes.byScanner, [.text(identity)], Lanes.lane)
            }
            if let known, tenant == nil || tenant == known.tenant { return known }
        } catch {
            throw .failed(error)
        }
        return try await commits.submit(turn: .lane) { writer in
            try refuseUnstorable(identity, field: "scanner", limit: TextLimit.line)
            if let tenant, try writer.connection.first(Lanes.tenantSlug, [.row(tenant)], { _ in true }) != true {
                throw DepotError(.notFound, "There is no tenant \(tenant).")
            }
            // Another task may have created the lane since the read.
            if let known = try writer.connection.first(Lanes.byScanner, [.text(identity)], Lanes.lane) {
                return try Self.move(known, to: tenant ?? known.tenant, writer)
            }
            let isTyped = identity == Self.typedScans || identity.hasPrefix(Self.typedScans + ":")
            try writer.connection.run(
                isTyped ? Lanes.insertTyped : Lanes.insert,
                [.row(tenant ?? .standard), .text(identity), .text(LaneMode.counter.rawValue)])
            let id = writer.connection.lastInsertedRow
            let name = isTyped ? "Typed" : "Lane \(id)"
            try writer.connection.run(Lanes.name, [.text(name), .int(id)])
            return LaneRow(
                id: LaneID(rawValue: id), name: name, scanner: identity == Self.typedScans ? nil : identity,
                mode: .counter, tenant: tenant ?? .standard)
        }
    }

    private static func move(_ lane: LaneRow, to tenant: TenantID, _ writer: LedgerWriter) throws -> LaneRow {
        guard tenant != lane.tenant else { return lane }
        func slug(_ tenant: TenantID) throws(SQLFailure) -> String? {
            try writer.connection.first(Lanes.tenantSlug, [.row(tenant)]) { $0.text(0) }
        }
        let (from, to) = (try slug(lane.tenant), try slug(tenant))
        try writer.connection.run(Lanes.setTenant, [.row(tenant), .row(lane.id)])
        try writer.connection.run(Lanes.dropState, [.row(lane.id)])
        _ = try TenantWriter(writer: writer, tenant: tenant).administration(
            "\(lane.name) now belongs to the tenant \(to ?? tenant.description).",
            facts: ["lane_id": lane.id.description, "action": "moved"], changes: changes([("tenant", from, to)]),
            ChangeRequest(
                operation: writer.newOperation(), actor: Actor(kind: .station, name: writer.station),
                origin: Origin(face: .daemon), at: writer.now()))
        var moved = lane
        moved.tenant = tenant
        moved.state = nil
        return moved
    }

    /// Returns every lane, in the order of creation.
    public func lanes() throws(DepotError) -> [LaneRow] {
        try readers.read { (connection) throws(SQLFailure) in try connection.rows(Lanes.all, [], Lanes.lane) }
    }

    /// Stores the port to which a lane's scanner is connected.
    public func setPort(_ port: String, lane: LaneID) async throws(CommitFailure) {
        try await commits.submit(turn: .lane) { writer in
            try refuseUnstorable(port, field: "port", limit: TextLimit.line)
            try writer.connection.run(Lanes.setPort, [.text(port), .row(lane)])
        }
    }

    /// Renames a lane and leaves an administration event.
    ///
    /// - Parameter name: 1 to 60 characters, without white space around them.
    public func rename(
        lane: LaneID, to name: String, actor: Actor, origin: Origin
    ) async throws(CommitFailure) -> LedgerEvent {
        try await commits.submit(turn: .lane) { writer in
            guard (1...60).contains(name.count), name == trimmed(name) else {
                throw DepotError(.badRequest, "The name of a lane has 1 to 60 characters.")
            }
            try refuseUnstorable(name, field: "name", limit: TextLimit.line)
            guard let before = try writer.connection.first(Lanes.byID, [.row(lane)], Lanes.lane) else {
                throw DepotError(.notFound, "There is no lane \(lane).")
            }
            try writer.connection.run(Lanes.name, [.text(name), .row(lane)])
            return try TenantWriter(writer: writer, tenant: before.tenant).administration(
                "\(before.name) is now called \(name).", facts: ["lane_id": lane.description],
                changes: changes([("name", before.name, name)]),
                ChangeRequest(operation: writer.newOperation(), actor: actor, origin: origin, at: writer.now()))
        }
    }

    /// Sets a lane's home mode and leaves an administration event.
    ///
    /// - Parameter state: the state of the lane in the new mode, in the form of ``ScanCommit/laneState``.
    public func setMode(
        _ mode: LaneMode, lane: LaneID, state: String? = nil, actor: Actor, origin: Origin
    ) async throws(CommitFailure) -> LedgerEvent {
        try await commits.submit(turn: .lane) { writer in
            guard LaneMode.allCases.contains(mode) else {
                throw DepotError(.badRequest, "There is no mode “\(mode.rawValue.prefix(40))”.")
            }
            guard let before = try writer.connection.first(Lanes.byID, [.row(lane)], Lanes.lane) else {
                throw DepotError(.notFound, "There is no lane \(lane).")
            }
            try writer.connection.run(Lanes.setMode, [.text(mode.rawValue), .row(lane)])
            if let state { try writer.connection.run(Lanes.setState, [.row(lane), .text(state)]) }
            return try TenantWriter(writer: writer, tenant: before.tenant).administration(
                "\(before.name) is in \(mode.rawValue) mode.",
                facts: ["lane_id": lane.description, "mode": mode.rawValue],
                changes: changes([("mode", before.mode.rawValue, mode.rawValue)]),
                ChangeRequest(
                    operation: writer.newOperation(),
                    actor: actor, origin: origin, at: writer.now()))
        }
    }
}

/// The statements on the table of lanes.
enum Lanes {
    private static let columns = """
        SELECT id, name, scanner, mode, tenant_id, terminator, port, state
        FROM lane LEFT JOIN lane_state ON lane_state.lane_id = lane.id\u{20}
        """
    static let byScanner = Query(columns + "WHERE scanner = ?")
    static let byID = Query(columns + "WHERE id = ?")
    static let all = Query(columns + "ORDER BY id")
    /// Scanners' lanes are numbered from 1, since people say these numbers; those of typed scans from 1001.
    static let insert = Query(
        """
        INSERT INTO lane (id, tenant_id, scanner, name, mode)
        SELECT CASE WHEN n < 1000 THEN n + 1 ELSE (SELECT max(id) + 1 FROM lane) END, ?1, ?2, '', ?3
        FROM (SELECT coalesce(max(id), 0) AS n FROM lane WHERE id <= 1000)
        """)
    static let insertTyped = Query(
        """
        INSERT INTO lane (id, tenant_id, scanner, name, mode)
        SELECT max(1000, coalesce(max(id), 0)) + 1, ?1, ?2, '', ?3 FROM lane
        """)
    static let setState = Query(
        """
        INSERT INTO lane_state (lane_id, state) VALUES (?, ?)
        ON CONFLICT (lane_id) DO UPDATE SET state = excluded.state
        """)
    static let dropState = Query("DELETE FROM lane_state WHERE lane_id = ?")
    static let name = Query("UPDATE lane SET name = ? WHERE id = ?")
    static let setTenant = Query("UPDATE lane SET tenant_id = ? WHERE id = ?")
    static let tenantSlug = Query("SELECT slug FROM tenant WHERE id = ?")
    static let setMode = Query("UPDATE lane SET mode = ? WHERE id = ?")
    static let setPort = Query("UPDATE lane SET port = ? WHERE id = ?")
    static let setScanner = Query("UPDATE lane SET scanner = ? WHERE id = ?")
    /// For most scans the value is already set, so that the statement changes no page.
    static let setTerminator = Query(
        "UPDATE lane SET terminator = nullif(?1, '') WHERE id = ?2 AND ifnull(terminator, '') IS NOT ?1")

    static func lane(_ row: Row) -> LaneRow {
        let scanner = row.text(2)
        return LaneRow(
            id: LaneID(rawValue: row.int(0)), name: row.text(1),
            scanner: scanner == DepotStore.typedScans ? nil : scanner,
            mode: LaneMode(rawValue: row.text(3)) ?? .counter,
            tenant: TenantID(rawValue: row.int(4)), terminator: row.optionalText(5), port: row.optionalText(6),
            state: row.optionalText(7))
    }
}
