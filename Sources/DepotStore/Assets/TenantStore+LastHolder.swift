public import DepotModel

extension TenantStore {
    /// Returns the last holder to whom the asset was given, in the current state, and the event of that checkout or
    /// transfer, even if the asset was returned since. Nil means that the asset was never given to anybody, or that
    /// this was undone.
    public func lastHolder(
        of asset: AssetID
    ) throws(DepotError) -> (holder: HolderDescription, event: LedgerEvent)? {
        let body = try read { (connection) throws(SQLFailure) in
            var undone: Set<Int64> = []
            var found: [UInt8]?
            try connection.scan(Self.movesQuery, [EventSubject.asset(asset).value, .row(id)]) { row in
                if let number = row.optionalInt(2) {
                    undone.insert(number)
                } else if !undone.contains(row.int(0)) {
                    found = row.bytes(1)
                }
                return found == nil
            }
            return found
        }
        guard let body else { return nil }
        let event = try decodeEvent(body)
        guard let then = event.to else { return nil }
        return (try holder(then.holder) ?? then, event)
    }

    private static let movesQuery = Query(
        """
        SELECT number, unpacked(body), CASE WHEN kind = 'undo' THEN \(EventSubjects.json("undoes")) END FROM event
        WHERE number IN (\(EventSubjects.numbers(of: .asset))) AND tenant_id = ?2
            AND kind IN ('checkout', 'transfer', 'undo')
        ORDER BY number DESC
        """)
}
