import DepotDialect
import HTTPTypes
import TextFormats

/// A list that is read page by page.
struct Pages<Row> {
    private let read: (Int) throws -> [Row]
    private var page: [Row] = []
    private var index = 0
    private var offset = 0
    private var isAtEnd = false

    /// Creates a list. `read` returns the rows from an offset; fewer than a page, or none, at the end.
    init(_ read: @escaping (Int) throws -> [Row]) { self.read = read }

    /// Returns the next row, or nil at the end.
    mutating func peek() throws -> Row? {
        if index == page.count, !isAtEnd {
            page = try read(offset)
            offset += page.count
            index = 0
            isAtEnd = page.isEmpty
        }
        return index < page.count ? page[index] : nil
    }

    mutating func advance() { index += 1 }

    /// A Boolean value that is true if the next row is on a page that has not been read.
    var isAtPageEnd: Bool { index == page.count && !isAtEnd }
}

/// Merges the rows of several sorted lists into one sorted list, `size` at a time.
func merge<Row>(
    _ lists: [Pages<Row>], size: Int, before: (Row, Row) -> Bool, _ body: ([Row]) async throws -> Void
) async throws {
    var lists = lists
    var rows: [Row] = []
    while true {
        var least: (index: Int, row: Row)?
        for index in lists.indices {
            guard let row = try lists[index].peek() else { continue }
            if let known = least, !before(row, known.row) { continue }
            least = (index, row)
        }
        guard let least else { break }
        lists[least.index].advance()
        rows.append(least.row)
        // Pages of large rows are shorter, so that only one page of each list is in memory.
        if rows.count == size || lists[least.index].isAtPageEnd {
            try await body(rows)
            rows.removeAll(keepingCapacity: true)
        }
    }
    if !rows.isEmpty { try await body(rows) }
}

extension Answer {
    /// Answers with a JSON array whose values are written in batches.
    static func streamedArray(
        _ values: @escaping @Sendable (((inout JSONWriter) -> Void) async throws -> Void) async throws -> Void
    ) -> Answer {
        Answer(
            .ok, headers: [.contentType: "application/json"],
            body: .stream { out in
                var json = JSONWriter(reserving: 65_536)
                var open = "["
                try await values { write in
                    write(&json)
                    try await out.write(Array(open.utf8) + json.take())
                    open = ""
                }
                try await out.write(Array((open + "]").utf8))
            })
    }
}
