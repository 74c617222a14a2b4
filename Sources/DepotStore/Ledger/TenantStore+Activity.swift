public import DepotModel

extension TenantStore {
    /// Returns the events of an asset, of a person or of the whole tenant, newest first, and their number on all pages.
    /// `limit` is 1 to 1,000; a page ends early if its events are large.
    ///
    /// A person's events are the assets that they received or returned, and the changes of the person. Scans that
    /// changed nothing, the connections of scanners, and purged events are excluded.
    public func activity(
        asset: AssetID? = nil, person: PersonID? = nil, limit: Int = 50, offset: Int = 0
    ) throws(DepotError) -> (rows: [LedgerEvent], total: Int) {
        let kind: EventSubject.Kind = asset != nil ? .asset : person != nil ? .person : .tenant
        var list = EventSubjects.numbers(of: kind)
        var count = EventSubjects.count(of: kind)
        if asset != nil, person != nil {
            list = """
                SELECT number FROM (\(list))
                WHERE number IN (\(EventSubjects.numbers(of: .person, parameter: "?2")))
                """
            count = "SELECT count(*) FROM (\(list))"
        }
        let subject = asset.map { .asset($0) } ?? person.map { .person($0) } ?? EventSubject.tenant(id)
        let values = [subject.value, person.map { EventSubject.person($0).value } ?? .null]
        let page: [SQLValue] = [.row(id), .int(Int64(min(max(limit, 1), 1000))), .int(Int64(max(offset, 0)))]
        let (bodies, total) = try read { [list, count] (connection) throws(SQLFailure) -> ([[UInt8]], Int) in
            try connection.snapshot { () throws(SQLFailure) -> ([[UInt8]], Int) in
                // An asset or a person belongs to one tenant, and so do all of their events.
                let total = try connection.first(
                    text: """
                        SELECT (\(count)) FROM event
                        WHERE number = (SELECT number FROM (\(list)) ORDER BY number LIMIT 1) AND tenant_id = ?3
                        """, values + [.row(id)], { Int($0.int(0)) })
                guard let total else { return ([], 0) }
                var bytes = PageBytes()
                let bodies: [[UInt8]?] = try connection.rows(
                    text: """
                        SELECT unpacked(body) FROM event WHERE number IN (
                            SELECT number FROM (\(list)) ORDER BY number DESC LIMIT ?4 OFFSET ?5
                        ) AND tenant_id = ?3 ORDER BY number DESC
                        """, values + page, { bytes.takes($0) ? $0.bytes(0) : nil })
                return (bodies.compactMap(\.self), total)
            }
        }
        var events: [LedgerEvent] = []
        for body in bodies { events.append(try decodeEvent(body)) }
        return (events, total)
    }
}
