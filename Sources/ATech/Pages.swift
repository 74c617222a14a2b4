import DepotDialect
import HTTPTypes
import TextFormats

/// A list that is read a page at a time.
struct Pages<Row> {
    private let read: (Int) throws -> [Row]
    private var page: [Row] = []
    private var index = 0
    private var offset = 0
    private var isAtEnd = false

    /// `read` gives the rows from an offset on; fewer than a page of them, or none, at the end.
    init(_ read: @escaping (Int) throws -> [Row]) { self.read = read }

    /// The next row; nil at the end.
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

    /// Whether the next row is one of a page that is still to be read.
    var isAtPageEnd: Bool { index == page.count && !isAtEnd }
}

/// Hands out the rows of several sorted lists as one sorted list, `size` at a time.
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
        // pages end early where their rows are large: no more than one of each list is in memory
        if rows.count == size || lists[least.index].isAtPageEnd {
            try await body(rows)
            rows.removeAll(keepingCapacity: true)
        }
    }
    if !rows.isEmpty { try await body(rows) }
}

extension Answer {
    /// A JSON array whose values are written a few at a time.
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
