public import DepotModel

extension TenantStore {
    /// Passes every asset that matches the query to `body`, in the query's order, `page` (1 to 1,000) at a time, for
    /// exports.
    ///
    /// The query's limit and offset are ignored. The set of assets is fixed at the start. Each asset is read with its
    /// page, and one that was purged in the meantime is skipped. No connection is held between two pages, and the
    /// memory needed is one page and eight bytes for each asset. A page ends early if its rows are large.
    public func walk(_ query: AssetQuery, page: Int, _ body: ([AssetDetails]) async throws -> Void) async throws {
        try AssetFilter.refuseTooLarge(query.condition)
        let ids = try read { (connection) throws(SQLFailure) in
            try connection.snapshot { () throws(SQLFailure) in
                let newest = try connection.first(Self.newestEvent) { $0.int(0) } ?? 0
                let filter = try AssetFilter(query, id, connection, store.searchMemo, event: newest)
                return try connection.rows(
                    text: filter.page, filter.values + filter.orderValues + [.int(-1), .int(0)], { $0.int(0) })
            }
        }
        let size = min(max(page, 1), 1000)
        var start = ids.startIndex
        while start < ids.endIndex {
            let end = min(start + size, ids.endIndex)
            let page = try read { [ids, start] (connection) throws(SQLFailure) in
                try AssetRows.details(Array(ids[start..<end]), id, connection)
            }
            if !page.rows.isEmpty { try await body(page.rows) }
            let last = page.isTruncated ? page.rows.last?.asset.id.rawValue : nil
            start = ids[start..<end].firstIndex { $0 == last }.map { $0 + 1 } ?? end
        }
    }
}
