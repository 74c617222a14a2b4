public import DepotModel

/// The decision how to identify the scanners that report the same vendor and serial number.
public struct ScannerIdentity: Hashable, Sendable {
    /// The property that identifies a scanner.
    public enum KnownBy: String, Sendable, CaseIterable {
        /// The serial number: the scanner is the same at every port.
        case serial
        /// The port, because other scanners report the same serial number.
        case port
    }

    /// The reported identity, `usb:VVVV:SERIAL`.
    public var key: String
    /// The property that identifies these scanners.
    public var knownBy: KnownBy
    /// A Boolean value that is true if a person made the decision, and false if the station did.
    public var isManual: Bool
    /// The time of the decision.
    public var at: Timestamp

    /// Creates a decision.
    public init(key: String, knownBy: KnownBy, isManual: Bool, at: Timestamp) {
        self.key = key
        self.knownBy = knownBy
        self.isManual = isManual
        self.at = at
    }
}

extension DepotStore {
    /// Returns every decision, ordered by key.
    public func scannerIdentities() throws(DepotError) -> [ScannerIdentity] {
        try readers.read { (connection) throws(SQLFailure) in
            try connection.rows(Identities.all, [], Identities.identity)
        }
    }

    /// Stores the decision for the scanners that report `key`, and moves the lanes of connected scanners to their new
    /// identities, in one transaction. Leaves an administration event for each change.
    ///
    /// A lane that already has one of the new identities is left without a scanner, as `former:IDENTITY:LANE`.
    ///
    /// - Parameter moves: The previous and the new identity of each scanner. Identities without a lane are skipped.
    public func setScannerIdentity(
        _ key: String, knownBy: ScannerIdentity.KnownBy, isManual: Bool, moves: [(from: String, to: String)] = [],
        actor: Actor, origin: Origin
    ) async throws(CommitFailure) {
        try await commits.submit(turn: .lane) { writer in
            guard let key = nonEmpty(key) else { throw DepotError(.badRequest, "A scanner's identity is empty.") }
            for move in moves {
                try Self.moveLane(of: move.from, to: move.to, writer, actor, origin)
            }
            try refuseUnstorable(key, field: "scanner", limit: TextLimit.line)
            let before = try writer.connection.first(Identities.byKey, [.text(key)], Identities.identity)
            if let before, before.knownBy == knownBy, before.isManual == isManual { return }
            let at = writer.now()
            try writer.connection.run(
                Identities.set, [.text(key), .text(knownBy.rawValue), .int(isManual ? 1 : 0), .time(at)])
            let what =
                switch knownBy {
                case .serial: "their serial number"
                case .port: "the port they are plugged into"
                }
            _ = try TenantWriter(writer: writer, tenant: .standard).administration(
                "Scanners with the serial number \(key) are identified by \(what).",
                facts: [
                    "scanner": key, "known_by": knownBy.rawValue, "manual": String(isManual),
                    "action": "scanner_identity",
                ], changes: changes([("known_by", before?.knownBy.rawValue, knownBy.rawValue)]),
                ChangeRequest(operation: writer.newOperation(), actor: actor, origin: origin, at: at))
        }
    }

    /// Moves the lane of a scanner to another identity; the rest of the lane is unchanged.
    private static func moveLane(
        of scanner: String, to identity: String, _ writer: LedgerWriter, _ actor: Actor, _ origin: Origin
    ) throws {
        let rows = writer.connection
        guard let identity = nonEmpty(identity), !isTypedScans(identity), !isTypedScans(scanner) else {
            throw DepotError(.badRequest, "“\(identity.prefix(40))” is not a scanner's identity.")
        }
        try refuseUnstorable(identity, field: "scanner", limit: TextLimit.line)
        guard scanner != identity, let lane = try rows.first(Lanes.byScanner, [.text(scanner)], Lanes.lane) else {
            return
        }
        func set(_ scanner: String, _ lane: LaneRow, _ message: String) throws {
            try rows.run(Lanes.setScanner, [.text(scanner), .row(lane.id)])
            _ = try TenantWriter(writer: writer, tenant: lane.tenant).administration(
                message, facts: ["lane_id": lane.id.description, "scanner": identity, "action": "scanner_moved"],
                changes: changes([("scanner", lane.scanner, scanner)]),
                ChangeRequest(
                    operation: writer.newOperation(),
                    actor: actor, origin: origin, at: writer.now()))
        }
        if let other = try rows.first(Lanes.byScanner, [.text(identity)], Lanes.lane) {
            try set(
                "former:\(identity):\(other.id)", other,
                "\(other.name) no longer has a scanner; \(identity) moved to another lane.")
        }
        try set(identity, lane, "\(lane.name) now has the scanner \(identity) in place of \(scanner).")
    }
}

/// Returns true if the identity is that of a lane of typed scans, of the first tenant or of another one.
private func isTypedScans(_ identity: String) -> Bool {
    identity == DepotStore.typedScans || identity.hasPrefix(DepotStore.typedScans + ":")
}

/// The statements on the table of identities.
private enum Identities {
    private static let columns = "SELECT key, known_by, is_manual, at FROM scanner_identity "
    static let all = Query(columns + "ORDER BY key")
    static let byKey = Query(columns + "WHERE key = ?")
    static let set = Query("INSERT OR REPLACE INTO scanner_identity (key, known_by, is_manual, at) VALUES (?, ?, ?, ?)")

    static func identity(_ row: Row) -> ScannerIdentity {
        ScannerIdentity(
            key: row.text(0), knownBy: ScannerIdentity.KnownBy(rawValue: row.text(1)) ?? .serial,
            isManual: row.int(2) != 0, at: row.time(3))
    }
}
