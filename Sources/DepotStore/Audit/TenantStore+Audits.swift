public import DepotModel

extension TenantStore {
    /// Returns the walk with its counts, or nil.
    public func auditWalk(_ walk: AuditWalkID) throws(DepotError) -> AuditWalk? {
        try read { (connection) throws(SQLFailure) in
            try connection.snapshot { () throws(SQLFailure) in
                guard var found = try connection.first(AuditRows.walkByID, [.row(id), .row(walk)], AuditRows.walk)
                else { return nil }
                found.counts = try AuditRows.counts(walk, expected: found.counts.expected, connection)
                return found
            }
        }
    }

    /// Returns walks, the newest first, and their number on all pages.
    ///
    /// - Parameters:
    ///   - state: The state, or nil for any.
    ///   - limit: 1 to 1,000.
    public func auditWalks(
        _ state: AuditWalk.State? = nil, limit: Int = 50, offset: Int = 0
    ) throws(DepotError) -> (rows: [AuditWalk], total: Int) {
        try read { (connection) throws(SQLFailure) in
            try connection.snapshot { () throws(SQLFailure) in
                let wanted: [SQLValue] = [.row(id), .text(state?.rawValue)]
                var walks = try connection.rows(
                    AuditRows.walks, wanted + [.int(Int64(min(max(limit, 1), 1000))), .int(Int64(max(offset, 0)))],
                    AuditRows.walk)
                for (index, walk) in walks.enumerated() {
                    walks[index].counts = try AuditRows.counts(walk.id, expected: walk.counts.expected, connection)
                }
                return (walks, try connection.first(AuditRows.walkCount, wanted) { Int($0.int(0)) } ?? 0)
            }
        }
    }

    /// Returns the newest walk of the same scope that ended before this one started, or nil.
    public func auditWalk(before walk: AuditWalk) throws(DepotError) -> AuditWalk? {
        guard let scope = try? AuditRows.encode(walk.scope) else { return nil }
        return try read { (connection) throws(SQLFailure) in
            try connection.snapshot { () throws(SQLFailure) in
                guard
                    var found = try connection.first(
                        AuditRows.walkBefore, [.row(id), scope, .row(walk.id)], AuditRows.walk)
                else { return nil }
                found.counts = try AuditRows.counts(found.id, expected: found.counts.expected, connection)
                return found
            }
        }
    }

    /// Returns lines of a walk and their number on all pages. A page ends early, and is then truncated, if its rows are
    /// large.
    ///
    /// - Parameters:
    ///   - verdict: The verdict, in the order of the codes; `AuditVerdict.repeated` for whatever was scanned more than
    ///     once; nil for everything that was seen, the newest first.
    ///   - limit: The maximum number of lines, or nil for all.
    public func auditLines(
        of walk: AuditWalk, _ verdict: AuditVerdict? = nil, limit: Int? = nil, offset: Int = 0
    ) throws(DepotError) -> (rows: [AuditLine], total: Int, isTruncated: Bool) {
        let query = AuditRows.lines(verdict, isOpen: walk.state == .open || walk.state == .paused)
        let wanted: [SQLValue] = [.row(walk.id), .text(verdict?.rawValue)]
        return try read { (connection) throws(SQLFailure) in
            try connection.snapshot { () throws(SQLFailure) in
                let page = [SQLValue.int(limit.map { Int64($0) } ?? -1), .int(Int64(max(offset, 0)))]
                let total = try connection.first(query.count, wanted) { Int($0.int(0)) } ?? 0
                guard limit != nil else {
                    return (try connection.rows(query.rows, wanted + page, AuditRows.line), total, false)
                }
                let found = try connection.page(query.rows, wanted + page, AuditRows.line)
                return (found.rows, total, found.isTruncated)
            }
        }
    }

    /// Returns what a preview needs to know about a walk.
    public func auditPreview(of walk: AuditWalk) throws(DepotError) -> AuditPreview {
        try read { (connection) throws(SQLFailure) in
            try connection.snapshot { () throws(SQLFailure) in
                var preview = AuditPreview(scope: walk.scope)
                try connection.scan(AuditRows.expectedIDs, [.row(walk.id)]) { row in
                    preview.expected.insert(AssetID(rawValue: row.int(0)))
                    return true
                }
                if let location = walk.scope.location {
                    try connection.scan(AuditRows.places, [.row(location)]) { row in
                        preview.places.insert(LocationID(rawValue: row.int(0)))
                        return true
                    }
                }
                try connection.scan(AuditRows.lineKeys, [.row(walk.id)]) { row in
                    preview.note(row.int(0), row.text(1))
                    return true
                }
                return preview
            }
        }
    }

    /// Returns whether the tenant's journal has a scan with the identity.
    public func hasScan(_ scan: UniqueID) throws(DepotError) -> Bool {
        try read { (connection) throws(SQLFailure) in
            try connection.first(AuditRows.scanByID, [.row(id), .id(scan)]) { _ in true } ?? false
        }
    }

    /// Writes several scans in one transaction, as ``commit(_:)-swift.method`` does each. Scans that were journalled
    /// before return their first receipts.
    public func commit(all scans: [ScanCommit]) async throws(CommitFailure) -> [ScanReceipt] {
        try await write { writer in
            try scans.map { scan in
                if let event = try writer.earlierEvent(of: scan.id) { return try writer.receipt(again: event, scan.id) }
                return try writer.journal(scan)
            }
        }
    }
}

/// The state of a walk for verdicts about scans that are not committed.
public struct AuditPreview: Sendable {
    let scope: AuditScope
    var expected: Set<AssetID> = []
    var places: Set<LocationID> = []
    private var assets: Set<AssetID> = []
    private var codes: Set<String> = []

    init(scope: AuditScope) { self.scope = scope }

    fileprivate mutating func note(_ asset: Int64, _ code: String) {
        if asset == 0 { codes.insert(code) } else { assets.insert(AssetID(rawValue: asset)) }
    }

    /// Returns the verdict about a scan, and remembers it for the following ones.
    ///
    /// - Parameter code: The code, which matters if no asset has it.
    public mutating func verdict(_ details: AssetDetails?, code: String) -> AuditVerdict {
        var facts = AuditFacts(scope: scope, asset: details?.asset)
        if let asset = details?.asset {
            facts.isExpected = expected.contains(asset.id)
            facts.isInPlace = (asset.location ?? asset.defaultLocation).map { places.contains($0) } ?? false
            facts.isCounted = !assets.insert(asset.id).inserted
        } else {
            facts.isCounted = !codes.insert(foldedKey(code)).inserted
        }
        return facts.verdict
    }
}
