import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// The labels to print, and the sheet to print them on.
public struct PrintQuery: Hashable, Sendable {
    /// The ids of the labels, or an empty list for all.
    public var ids: [String] = []
    /// The page of the list, for kinds that are lists.
    public var list = ListQuery()
    /// The name of the sheet, or nil for the standard one.
    public var sheet: String?
    /// The codes on a label, `qr`, `code128` or `both`; nil is both.
    public var codes: String?
    /// The number of labels already used on the first sheet.
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
    /// Returns the content of the labels as data.
    public func labels(_ kind: PrintKind, _ query: PrintQuery) async throws(ErrorReply) -> PrintReply {
        try await send(.GET, ["print", kind.rawValue], query: query.items(.json))
    }

    /// Returns the bytes of the page, or of the image of a single label.
    public func printed(
        _ kind: PrintKind, _ query: PrintQuery, as format: PrintFormat
    ) async throws(ErrorReply) -> [UInt8] {
        Array(try await bytes(.GET, ["print", kind.rawValue], query: query.items(format)))
    }
}
