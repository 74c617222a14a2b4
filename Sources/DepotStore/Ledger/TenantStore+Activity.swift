public import DepotModel

extension TenantStore {
    /// What was done with the asset, with the person, or in the whole tenant, newest first; and how much there is on all
    /// pages. `limit` is 1 to 1,000; a page ends early where its events are large.
    ///
    /// Of a person: what they were given or gave back, and what was changed of them. Scans that moved nothing, the fate
    /// of scanners, and what a purge removed are left out.
    public func activity(
        asset: AssetID? = nil, person: PersonID? = nil, limit: Int = 50, offset: Int = 0
    ) throws(DepotError) -> (rows: [LedgerEvent], total: Int) {
        // the plus keeps SQLite from walking the whole tenant where an asset or a person is the shorter way
        let isNarrow = asset != nil || person != nil
        var condition = "\(isNarrow ? "+" : "")tenant_id = ? AND \(Schema.isActivity)"
        var values: [SQLValue] = [.row(id)]
        if let asset {
            condition += " AND asset_id = ?"
            values.append(.row(asset))
        }
        if let person {
            // an index each; OR would read every event
            condition += """
                 AND number IN (
                    SELECT number FROM event WHERE \(Schema.movesHolder) AND \(Schema.json("from.holder")) = ?
                    UNION SELECT number FROM event WHERE \(Schema.movesHolder) AND \(Schema.json("to.holder")) = ?
                    UNION SELECT number FROM event
                    WHERE kind = 'administration' AND \(Schema.json("facts.person_id")) = ?
                )
                """
            let holder = Holder.person(person).description
            values += [.text(holder), .text(holder), .text(person.description)]
        }
        let page: [SQLValue] = [.int(Int64(min(max(limit, 1), 1000))), .int(Int64(max(offset, 0)))]
        let (bodies, total) = try read { [condition, values] (connection) throws(SQLFailure) in
            try connection.snapshot { () throws(SQLFailure) in
                let total = try connection.first(text: "SELECT count(*) FROM event WHERE \(condition)", values) {
                    Int($0.int(0))
                }
                var bytes = PageBytes()
                let bodies: [[UInt8]?] = try connection.rows(
                    text: "SELECT body FROM event WHERE \(condition) ORDER BY number DESC LIMIT ? OFFSET ?",
                    values + page, { bytes.takes($0) ? $0.bytes(0) : nil })
                return (bodies.compactMap(\.self), total ?? 0)
            }
        }
        var events: [LedgerEvent] = []
        for body in bodies { events.append(try decodeEvent(body)) }
        return (events, total)
    }
}
