import DepotModel
import Synchronization

/// A question to the search index: the texts that must occur, each in some of its columns.
struct TextMatch {
    /// A text, folded, and where it must occur.
    struct Check {
        var columns: [String]
        var folded: String
        /// Whether it occurs wherever the index says so; else it is compared there as a whole.
        var indexDecides: Bool
    }

    /// In FTS5's query language.
    var query: String
    var texts: [Check]
    /// Where the assets are that the index does not have.
    var backlog: ClosedRange<Int64>?
    /// Whether it is known to match few assets.
    var isRare = false

    /// Every column of the index.
    static let columns = ["tag", "serial", "name", "model", "manufacturer", "notes", "more"]

    /// The texts that the index alone does not decide.
    private var checks: [Check] { texts.filter { !$0.indexDecides } }

    /// Both.
    func and(_ other: TextMatch) -> TextMatch {
        TextMatch(
            query: "(\(query)) AND (\(other.query))", texts: texts + other.texts, backlog: backlog,
            isRare: isRare || other.isRare)
    }

    /// What is read: the index under that name, and its texts where they are looked at.
    ///
    /// Their table (`%_content` of sqlite.org/fts5.html) is read as such: by the index's own columns it takes twice the
    /// time.
    func source(_ table: String) -> String {
        guard !checks.isEmpty else { return "asset_search \(table)" }
        return
            "asset_search \(table) CROSS JOIN asset_search_content \(table)_text ON \(table)_text.id = \(table).rowid"
    }

    /// The condition on ``source(_:)``.
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

    /// The ids of the assets that match.
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
    /// From so many characters on the search index is used; it holds every three in a row.
    static let indexed = 3
    /// Of a longer text only the start is looked up.
    private static let matched = 100
    /// A text that is rarer than this is looked up by its rarest parts.
    private static let rare = 4000

    /// A string of FTS5's query language that stands for exactly this text.
    static func quoted(_ text: some StringProtocol) -> String {
        "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }

    /// The text in some columns of the search index (nil: in any); nil where it is too short for it.
    ///
    /// FTS5 walks the lists of all threes of a text side by side, and the list of `IT-` is as long as the table. So a
    /// text that has rare threes is looked up by these, and compared as a whole where they meet.
    func match(_ text: String, in columns: [String]? = nil) throws(SQLFailure) -> TextMatch? {
        let scalars = Array(text.unicodeScalars.prefix(Self.matched))
        guard scalars.count >= Self.indexed else { return nil }
        let scope = columns.map { "{\($0.joined(separator: " "))} : " } ?? ""
        var check = TextMatch.Check(columns: columns ?? TextMatch.columns, folded: folded(text), indexDecides: false)
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

    /// About how many assets have these three characters in a row, as far as it matters; remembered.
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

    /// As many ten-thousandths as no purchase cost exceeds.
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

/// What is remembered of the tables to choose how to search; it only ever decides the way, never the answer.
final class SearchMemo: Sendable {
    private struct Known {
        var event: Int64 = -1
        /// Whether the index lacked assets when the texts were counted.
        var isBehind = false
        var occurrences: [String: Int] = [:]
        var cost: (event: Int64, bound: Int64) = (-1, 0)
    }
    private static let limit = 8192
    private static let lifetime: Int64 = 5000
    private let known = Mutex(Known())

    /// Nil where it is not known, or was counted many events ago.
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

    /// No cost in the ledger up to the event is higher than the bound.
    var cost: (event: Int64, bound: Int64) {
        get { known.withLock { $0.cost } }
        set { known.withLock { if $0.cost.event < newValue.event { $0.cost = newValue } } }
    }
}
