import AsyncHTTPClient
import DepotModel
import NIOCore
import NIOHTTP1
public import Sheets
import Synchronization

/// The query of an import of a sheet: how it is read, and what is done with its rows.
public struct ImportQuery: Hashable, Sendable {
    /// A Boolean value that is true if everything is decided and answered, but nothing is changed.
    public var isDryRun = false
    /// The rows that are taken, or nil for all.
    public var mode: ImportMode?
    /// The things that are made because a row names them, or nil for the station's choice.
    public var making: [ImportMaking]?
    /// The properties of the sheet; what is nil is found out.
    public var sheet = SheetOptions()

    /// Creates a query under which everything is found out.
    public init() {}

    var items: [(String, String)] {
        var items: [(String, String)] = []
        if let mode { items.append(("mode", mode.rawValue)) }
        if let making {
            items.append(("make", making.isEmpty ? "nothing" : making.map(\.rawValue).joined(separator: ",")))
        }
        if let encoding = sheet.encoding { items.append(("encoding", encoding.rawValue)) }
        if let separator = sheet.separator { items.append(("separator", separator.rawValue)) }
        if let dates = sheet.dates { items.append(("dates", dates.rawValue)) }
        if let decimal = sheet.decimal { items.append(("decimal", decimal.rawValue)) }
        for (heading, field) in sheet.map.sorted(by: { $0.key < $1.key }) {
            items.append(("map", "\(heading)=\(field)"))
        }
        for heading in sheet.ignored { items.append(("ignore", heading)) }
        return items
    }
}

extension DepotClient {
    /// The time that an import or export may take.
    private static let sheetTimeout = TimeAmount.hours(6)

    /// Imports a sheet and returns the account of its rows (`POST assets|people|locations/import`).
    ///
    /// - Parameter read: Returns the next bytes of the file, or none at its end.
    public func importSheet(
        _ kind: SheetKind, _ query: ImportQuery, read: @escaping @Sendable () throws(ErrorReply) -> [UInt8]
    ) async throws(ErrorReply) -> ImportAccount {
        var request = self.request(.POST, [kind.rawValue, "import"], query: query.items)
        request.headers.add(name: "Content-Type", value: "text/csv")
        if query.isDryRun { request.headers.add(name: "Depot-Dry-Run", value: "true") }
        let pieces = FilePieces(read)
        request.body = .stream(pieces, length: .unknown)
        let response: HTTPClientResponse
        let bytes: ByteBuffer
        do {
            response = try await http.execute(request, timeout: Self.sheetTimeout)
            bytes = try await response.body.collect(upTo: 64 << 20)
        } catch {
            throw pieces.failure ?? ErrorReply(unreachable(error))
        }
        return try decode(response, bytes)
    }

    /// Passes on a sheet with all assets, people or locations, which an import reads back without a change
    /// (`GET assets|people|locations/export`).
    ///
    /// - Parameter isGuarded: True to guard what a spreadsheet would take for a formula.
    public func exportSheet(
        _ kind: SheetKind, _ format: SheetFormat, isGuarded: Bool, write: ([UInt8]) throws(ErrorReply) -> Void
    ) async throws(ErrorReply) {
        var query = [("format", format.rawValue)]
        if isGuarded { query.append(("excel_safe", "true")) }
        let request = self.request(.GET, [kind.rawValue, "export"], query: query)
        do {
            let response = try await http.execute(request, timeout: Self.sheetTimeout)
            guard response.status == .ok else {
                let bytes = try await response.body.collect(upTo: 1 << 20)
                return try refuse(response, bytes)
            }
            for try await part in response.body { try write(Array(part.readableBytesView)) }
        } catch let error as ErrorReply {
            throw error
        } catch {
            throw ErrorReply(unreachable(error))
        }
    }
}

/// The pieces of a file as the body of a request.
private final class FilePieces: AsyncSequence, Sendable {
    private let read: @Sendable () throws(ErrorReply) -> [UInt8]
    private let failed = Mutex<ErrorReply?>(nil)

    init(_ read: @escaping @Sendable () throws(ErrorReply) -> [UInt8]) { self.read = read }

    /// The error that ended the file, or nil.
    var failure: ErrorReply? { failed.withLock { $0 } }

    struct Iterator: AsyncIteratorProtocol {
        let pieces: FilePieces

        mutating func next() async throws -> ByteBuffer? {
            do throws(ErrorReply) {
                let bytes = try pieces.read()
                return bytes.isEmpty ? nil : ByteBuffer(bytes: bytes)
            } catch {
                pieces.failed.withLock { $0 = error }
                throw error
            }
        }
    }

    func makeAsyncIterator() -> Iterator { Iterator(pieces: self) }
}
