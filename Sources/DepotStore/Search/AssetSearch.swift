import DepotModel

/// The searchable text of assets, which the writer keeps up to date.
///
/// The index contains the text of every asset up to its own newest row. The assets after that are its backlog: they
/// come from an import, and their text is searched by reading it until ``indexBacklog(_:)`` has processed them. Assets
/// are indexed in the order of their ids, so that no record of the missing ones is needed.
enum AssetSearch {
    private static let fields: Set<String> = Set(
        [AssetField.tag, .serial, .name, .model, .notes, .orderNumber].map(\.rawValue))
    /// The number of assets that are indexed at a time, which takes some ten milliseconds.
    private static let slice: Int64 = 500
    /// The number of assets that are indexed with every new one.
    private static let helping: Int64 = 20
    /// The maximum number of assets that wait while an import runs.
    private static let longest: Int64 = 100_000

    // MARK: Backlog

    /// Returns the range of ids with the assets that the index lacks, or nil if it has all.
    static func backlog(_ connection: SQLConnection) throws(SQLFailure) -> ClosedRange<Int64>? {
        let indexed = try newest(connection)
        let made = try connection.first(newestAsset) { $0.int(0) } ?? 0
        return made > indexed ? (indexed + 1)...made : nil
    }

    /// Indexes the oldest assets of a backlog that would take longer than a tenth of a second to read.
    static func boundBacklog(_ connection: SQLConnection) throws(SQLFailure) {
        while let waiting = try backlog(connection), waiting.upperBound - waiting.lowerBound >= longest {
            try indexNext(slice, connection)
        }
    }

    /// Indexes the oldest assets of the backlog, and returns true if some are left.
    static func indexBacklog(_ connection: SQLConnection) throws(SQLFailure) -> Bool {
        try indexNext(slice, connection)
        return try backlog(connection) != nil
    }

    /// Indexes the oldest assets that the index lacks, at most `count`.
    private static func indexNext(_ count: Int64, _ connection: SQLConnection) throws(SQLFailure) {
        try connection.run(insertNext, [.int(try newest(connection)), .int(count)])
    }

    /// Returns the newest asset in the index.
    private static func newest(_ connection: SQLConnection) throws(SQLFailure) -> Int64 {
        try connection.first(newestIndexed) { $0.int(0) } ?? 0
    }

    // MARK: Changes

    /// Adds the asset that was just created, or older ones if some wait before it, so that the backlog shrinks even if
    /// nobody else reduces it.
    static func addNewest(_ connection: SQLConnection) throws(SQLFailure) { try indexNext(helping, connection) }

    /// Removes a purged asset.
    static func remove(_ asset: AssetID, _ connection: SQLConnection) throws(SQLFailure) {
        try connection.run(remove, [.row(asset)])
    }

    /// Updates the index after a change, if it affects searchable text.
    static func follow(
        _ changes: [FieldChange], of asset: AssetID, _ connection: SQLConnection
    ) throws(SQLFailure) {
        guard isTouched(by: changes), try asset.rawValue <= newest(connection) else { return }
        try remove(asset, connection)
        try connection.run(insert, [.row(asset)])
    }

    /// Returns true if the changes affect searchable text.
    static func isTouched(by changes: [FieldChange]) -> Bool {
        changes.contains { fields.contains($0.field) || $0.field.hasPrefix(FieldChange.customPrefix) }
    }

    /// Updates the text of these assets.
    static func renew(_ assets: Set<Int64>, _ connection: SQLConnection) throws(SQLFailure) {
        guard !assets.isEmpty else { return }
        try renew(
            where: "a.id IN (SELECT value FROM json_each(?))", [.utf8(LedgerJSON.encode(assets.sorted()))], connection)
    }

    /// Updates the text of the assets that satisfy a condition on `a`.
    static func renew(
        where condition: String, _ values: [SQLValue], _ connection: SQLConnection
    ) throws(SQLFailure) {
        // The newest row is read first: it may be among those deleted, and the backlog must not change.
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
    /// Indexes imported assets in slices between other writes. Searches find them before as well, but more slowly. Ends
    /// early if the store closes.
    public func indexBacklog() async {
        while (try? await commits.submit(turn: .long) { try AssetSearch.indexBacklog($0.connection) }) == true {}
    }
}
