import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// What is printed, on what.
public struct PrintQuery: Hashable, Sendable {
    /// Only these ids; empty: all.
    public var ids: [String] = []
    /// Which part of a list; of kinds that are lists only.
    public var list = ListQuery()
    /// The sheet's name; nil: the standard one.
    public var sheet: String?
    /// `qr`, `code128` or `both`; nil: both.
    public var codes: String?
    /// Places of the first sheet that are used already.
    public var skip = 0

    /// Creates a query for everything.
    public init() {}

    func items(_ format: PrintFormat) -> [(String, String)] {
        var items = [("format", format.rawValue)] + list.items
        if !ids.isEmpty { items.append(("id", ids.joined(separator: ","))) }
        if let sheet { items.append(("sheet", sheet)) }
        if let codes { items.append(("codes", codes)) }
        if skip > 0 { items.append(("skip", String(skip))) }
        return items
    }
}

extension DepotClient {
    /// Returns what would be on the labels.
    public func labels(_ kind: PrintKind, _ query: PrintQuery) async throws(ErrorReply) -> PrintReply {
        try await send(.GET, ["print", kind.rawValue], query: query.items(.json))
    }

    /// Returns the page, or the only label's image, as bytes.
    public func printed(
        _ kind: PrintKind, _ query: PrintQuery, as format: PrintFormat
    ) async throws(ErrorReply) -> [UInt8] {
        Array(try await bytes(.GET, ["print", kind.rawValue], query: query.items(format)))
    }
}
