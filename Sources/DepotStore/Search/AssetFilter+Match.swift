import DepotModel
import Synchronization

/// A query of the search index: the texts that must occur, each in some of its columns.
struct TextMatch {
    /// A folded text and the columns in which it must occur.
    struct Check {
        var columns: [String]
        var folded: String
        /// A Boolean value that is true if the index alone decides; otherwise the whole text is compared in the rows
        /// that it finds.
        var indexDecides: Bool
    }

    /// The query in the language of FTS5.
    var query: String
    var texts: [Check]
    /// The ids of the assets that the index lacks, or nil if there are none.
    var backlog: ClosedRange<Int64>?
    /// A Boolean value that is true if the query is known to match few assets.
    var isRare = false

    /// The columns of the index.
    static let columns = ["tag", "serial", "name", "model", "manufacturer", "notes", "more"]

    /// The texts that the index alone does not decide.
    private var checks: [Check] { texts.filter { !$0.indexDecides } }

    /// Returns a query that requires both.
    func and(_ other: TextMatch) -> TextMatch {
        TextMatch(
            query: "(\(query)) AND (\(other.query))", texts: texts + other.texts, backlog: backlog,
            isRare: isRare || other.isRare)
    }

    /// Returns the source of the rows: the index under the given name, joined with its texts if they are compared.
    ///
    /// Their table (`%_content` of sqlite.org/fts5.html) is read directly, which takes half the time of reading the
    /// index's own columns.
    func source(_ table: String) -> String {
        guard !checks.isEmpty else { return "asset_search \(table)" }
        return
            "asset_search \(table) CROSS JOIN asset_search_content \(table)_text ON \(table)_text.id = \(table).rowid"
    }

    /// Returns the condition on ``source(_:)``.
    func condition(_ table: String) -> AssetFilter.Clause {
        var clause = AssetFilter.Clause(sql: "\(table).asset_search MATCH ?", values: [.text(query)])
        for check in checks {
            let places = Self.columns.indices.filter { check.columns.contains(Self.columns[$0]) }
                .map { "\(table)_text.c\($0)" }
            clause.sql += " AND any_contains(?, \(places.joined(separator: ", ")))"
            clause.values.append(.text(check.folded))
        }
        return clause
    }

    /// The ids of the matching assets.
    var ids: AssetFilter.Clause {
        let condition = condition("x")
        var clause = AssetFilter.Clause(
            sql: "SELECT x.rowid FROM \(source("x")) WHERE \(condition.sql)", values: condition.values)
        guard let backlog else { return clause }
        clause.sql += " UNION ALL SELECT t.id FROM (\(Schema.assetTexts) WHERE a.id BETWEEN ? AND ?) t WHERE 1"
        clause.values += [.int(backlog.lowerBound), .int(backlog.upperBound)]
        for text in texts {
            clause.sql += " AND any_contains(?, \(text.columns.map { "t.\($0)" }.joined(separator: ", ")))"
            clause.values.append(.text(text.folded))
        }
        return clause
    }
}

extension AssetFilter {
    /// The minimum length of a text, in characters, for which the index is used; it stores all sequences of three.
    static let indexed = 3
    /// The length in characters beyond which a text is not looked up in the index.
    private static let matched = 100
    /// The number of matches below which a text is looked up by its rarest sequences.
    private static let rare = 4000

    /// Returns a string of FTS5's query language that matches exactly this text.
    static func quoted(_ text: some StringProtocol) -> String {
        "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }

    /// Returns the query for a text in the given columns of the index (nil for any), or nil if the text is too short.
    ///
    /// FTS5 merges the lists of all three-character sequences of a text, and the list of `IT-` is as long as the table.
    /// A text with rare sequences is therefore looked up by these, and compared as a whole where they meet.
    func match(_ text: String, in columns: [String]? = nil) throws(SQLFailure) -> TextMatch? {
        let text = folded(text)
        let scalars = Array(text.unicodeScalars.prefix(Self.matched))
        guard scalars.count >= Self.indexed else { return nil }
        let scope = columns.map { "{\($0.joined(separator: " "))} : " } ?? ""
        var check = TextMatch.Check(columns: columns ?? TextMatch.columns, folded: text, indexDecides: false)
        func threes(_ start: Int) -> String {
            String(String.UnicodeScalarView(scalars[start..<(start + Self.indexed)]))
        }
        var parts: [(text: String, count: Int)] = []
        if scalars.count > Self.indexed + 1 {
            for start in 0...(scalars.count - Self.indexed) where parts.count < 40 {
                let part = threes(start)
                if !parts.contains(where: { $0.text == part }) { parts.append((part, try occurrences(part))) }
            }
            parts.sort { $0.count < $1.count }
        }
        if let rarest = parts.first, rarest.count < Self.rare {
            let chosen = parts.prefix(3).filter { $0.count <= rarest.count * 4 + 64 }
            let query = chosen.map { scope + Self.quoted($0.text) }.joined(separator: " AND ")
            return TextMatch(query: query, texts: [check], backlog: backlog, isRare: true)
        }
        let start = String(String.UnicodeScalarView(scalars))
        check.indexDecides = start.utf8.count == text.utf8.count
        return TextMatch(query: scope + Self.quoted(start), texts: [check], backlog: backlog)
    }

    /// Returns the approximate number of assets with this sequence of three characters, as exactly as matters; it is
    /// cached.
    private func occurrences(_ part: String) throws(SQLFailure) -> Int {
        if let known = memo.occurrences(of: part, event: event, isBehind: backlog != nil) { return known }
        let count = try connection.first(
            Self.countOccurrences, [.text(Self.quoted(part)), .int(Int64(Self.rare))]
        ) { Int($0.int(0)) }
        memo.remember(count ?? 0, of: part)
        return count ?? 0
    }

    private static let countOccurrences = Query(
        "SELECT count(*) FROM (SELECT 1 FROM asset_search WHERE asset_search MATCH ? LIMIT ?)")

    /// Returns an upper bound for purchase costs in ten-thousandths.
    func costBound() throws(SQLFailure) -> Int64 {
        let known = memo.cost
        guard known.event < event else { return known.bound }
        let isNear = known.event >= 0 && event - known.event < 2000
        let found =
            try connection.first(
                isNear ? Self.newCost : Self.anyCost, isNear ? [.int(known.event)] : []
            ) { $0.int(0) } ?? 0
        memo.cost = (event, max(known.bound, found))
        return max(known.bound, found)
    }

    private static let anyCost = Query("SELECT max(abs(purchase_cost)) FROM asset")
    private static let newCost = Query(
        "SELECT max(abs(a.purchase_cost)) FROM event e CROSS JOIN asset a ON a.id = e.asset_id WHERE e.number > ?")
}

/// A cache of statistics for choosing how to search. It affects the plan, never the answer.
final class SearchMemo: Sendable {
    private struct Known {
        var event: Int64 = -1
        /// A Boolean value that is true if the index lacked assets when the sequences were counted.
        var isBehind = false
        var occurrences: [String: Int] = [:]
        var cost: (event: Int64, bound: Int64) = (-1, 0)
    }
    private static let limit = 8192
    private static let lifetime: Int64 = 5000
    private let known = Mutex(Known())

    /// Returns the cached number, or nil if it is unknown or was counted many events ago.
    func occurrences(of part: String, event: Int64, isBehind: Bool) -> Int? {
        known.withLock { known in
            if known.occurrences.count >= Self.limit || event - known.event > Self.lifetime || known.event > event
                || known.isBehind != isBehind
            {
                known.occurrences.removeAll(keepingCapacity: true)
                known.event = event
                known.isBehind = isBehind
            }
            return known.occurrences[part]
        }
    }

    func remember(_ count: Int, of part: String) { known.withLock { $0.occurrences[part] = count } }

    /// The bound that no cost in the ledger up to the event exceeds.
    var cost: (event: Int64, bound: Int64) {
        get { known.withLock { $0.cost } }
        set { known.withLock { if $0.cost.event < newValue.event { $0.cost = newValue } } }
    }
}
