import DepotModel

/// The searchable text of assets, kept in step by the writer.
///
/// The index has the text of every asset up to its own newest row. What lies behind is its backlog: assets that an import
/// made, whose text is searched by reading it until ``indexBacklog(_:)`` has come to them. So ids are indexed in their
/// order, and what is missing needs to be written down nowhere.
enum AssetSearch {
    private static let fields: Set<String> = Set(
        [AssetField.tag, .serial, .name, .model, .notes, .orderNumber].map(\.rawValue))
    /// As many assets are indexed at a time: some ten milliseconds' worth.
    private static let slice: Int64 = 500
    /// As many are indexed with every new asset.
    private static let helping: Int64 = 20
    /// As many assets wait at most, while an import goes on.
    private static let longest: Int64 = 100_000

    // MARK: Backlog

    /// The ids among which the assets are that the index does not have; nil where it has all of them.
    static func backlog(_ connection: SQLConnection) throws(SQLFailure) -> ClosedRange<Int64>? {
        let indexed = try newest(connection)
        let made = try connection.first(newestAsset) { $0.int(0) } ?? 0
        return made > indexed ? (indexed + 1)...made : nil
    }

    /// Indexes the oldest assets of a backlog that takes longer than a tenth of a second to read.
    static func boundBacklog(_ connection: SQLConnection) throws(SQLFailure) {
        while let waiting = try backlog(connection), waiting.upperBound - waiting.lowerBound >= longest {
            try indexNext(slice, connection)
        }
    }

    /// Indexes the oldest assets of the backlog; whether some are left.
    static func indexBacklog(_ connection: SQLConnection) throws(SQLFailure) -> Bool {
        try indexNext(slice, connection)
        return try backlog(connection) != nil
    }

    /// Indexes the oldest assets that the index does not have, so many at most.
    private static func indexNext(_ count: Int64, _ connection: SQLConnection) throws(SQLFailure) {
        try connection.run(insertNext, [.int(try newest(connection)), .int(count)])
    }

    /// The newest asset in the index.
    private static func newest(_ connection: SQLConnection) throws(SQLFailure) -> Int64 {
        try connection.first(newestIndexed) { $0.int(0) } ?? 0
    }

    // MARK: Changes

    /// Adds the asset that was just made, or where others wait before it, some of these: so the backlog ends even where
    /// nobody else sees to it.
    static func addNewest(_ connection: SQLConnection) throws(SQLFailure) { try indexNext(helping, connection) }

    /// Removes a purged asset.
    static func remove(_ asset: AssetID, _ connection: SQLConnection) throws(SQLFailure) {
        try connection.run(remove, [.row(asset)])
    }

    /// Follows a change, where it touches text that is searched.
    static func follow(
        _ changes: [FieldChange], of asset: AssetID, _ connection: SQLConnection
    ) throws(SQLFailure) {
        guard isTouched(by: changes), try asset.rawValue <= newest(connection) else { return }
        try remove(asset, connection)
        try connection.run(insert, [.row(asset)])
    }

    /// Whether the changes touch text that is searched.
    static func isTouched(by changes: [FieldChange]) -> Bool {
        changes.contains { fields.contains($0.field) || $0.field.hasPrefix(FieldChange.customPrefix) }
    }

    /// Copies the text of these assets again.
    static func renew(_ assets: Set<Int64>, _ connection: SQLConnection) throws(SQLFailure) {
        guard !assets.isEmpty else { return }
        try renew(
            where: "a.id IN (SELECT value FROM json_each(?))", [.utf8(LedgerJSON.encode(assets.sorted()))], connection)
    }

    /// Copies the text of the assets again for which this is true of `a`.
    static func renew(
        where condition: String, _ values: [SQLValue], _ connection: SQLConnection
    ) throws(SQLFailure) {
        // read first: removing may take the newest away, and the backlog stays the backlog
        let indexed = SQLValue.int(try newest(connection))
        try connection.run(
            text: "DELETE FROM asset_search WHERE rowid IN (SELECT a.id FROM asset a WHERE \(condition))", values)
        try connection.run(
            text: Schema.fillAssetSearch + "\nWHERE \(condition) AND a.id <= ?", values + [indexed])
    }

    private static let newestIndexed = Query("SELECT max(id) FROM asset_search_content")
    private static let newestAsset = Query("SELECT max(id) FROM asset")
    private static let insert = Query(Schema.fillAssetSearch + "\nWHERE a.id = ?")
    private static let insertNext = Query(Schema.fillAssetSearch + "\nWHERE a.id > ? ORDER BY a.id LIMIT ?")
    private static let remove = Query("DELETE FROM asset_search WHERE rowid = ?")
}

extension DepotStore {
    /// Indexes what imports have made, bit by bit between other writes; searches find it before as well, and take longer.
    /// Ends early where the store closes.
    public func indexBacklog() async {
        while (try? await commits.submit(turn: .long) { try AssetSearch.indexBacklog($0.connection) }) == true {}
    }
}
