public import DepotModel

/// By what the scanners are known that say of themselves that they are the same: of one maker, with one serial number.
public struct ScannerIdentity: Hashable, Sendable {
    /// What a scanner is known by.
    public enum KnownBy: String, Sendable, CaseIterable {
        /// Its serial number: it is the same scanner wherever it is plugged in.
        case serial
        /// The port it is plugged into: its serial number is that of others too.
        case port
    }

    /// What they say they are: `usb:VVVV:SERIAL`.
    public var key: String
    public var knownBy: KnownBy
    /// Whether somebody decided it, rather than the station by what it saw.
    public var isManual: Bool
    /// When it was decided.
    public var at: Timestamp

    /// The identity.
    public init(key: String, knownBy: KnownBy, isManual: Bool, at: Timestamp) {
        self.key = key
        self.knownBy = knownBy
        self.isManual = isManual
        self.at = at
    }
}

extension DepotStore {
    /// Every identity that was decided, by key.
    public func scannerIdentities() throws(DepotError) -> [ScannerIdentity] {
        try readers.read { (connection) throws(SQLFailure) in
            try connection.rows(Identities.all, [], Identities.identity)
        }
    }

    /// Decides by what the scanners are known that say they are `key`, and gives the lanes of those that are there their
    /// new identities: one transaction. Leaves an administration event for each thing that changed.
    ///
    /// A lane that has one of the new identities already stays without a scanner, under `former:IDENTITY:LANE`.
    ///
    /// - Parameter moves: the identities that the scanners had, with those that they have from now on; one that no lane
    ///   has is passed over.
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
                operation: writer.newOperation(), actor: actor, origin: origin, at: at)
        }
    }

    /// Gives the lane of one scanner to another identity; the lane keeps everything else.
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
                changes: changes([("scanner", lane.scanner, scanner)]), operation: writer.newOperation(),
                actor: actor, origin: origin, at: writer.now())
        }
        if let other = try rows.first(Lanes.byScanner, [.text(identity)], Lanes.lane) {
            try set(
                "former:\(identity):\(other.id)", other,
                "\(other.name) no longer has a scanner; \(identity) moved to another lane.")
        }
        try set(identity, lane, "\(lane.name) now has the scanner \(identity) in place of \(scanner).")
    }
}

/// Whether it is what a lane of typed scans is kept under: that of the first tenant, or of another one.
private func isTypedScans(_ identity: String) -> Bool {
    identity == DepotStore.typedScans || identity.hasPrefix(DepotStore.typedScans + ":")
}

/// The table of identities.
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
