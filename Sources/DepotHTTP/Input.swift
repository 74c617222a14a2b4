import DepotAPI
import DepotDialect
import DepotModel
import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore
import TextFormats

/// A request's query, decoded strictly: every name is known and occurs once, and every value is UTF-8 without NUL.
struct Query {
    private var values: [String: String] = [:]

    init(_ request: Request, _ known: String...) throws(RequestError) { try self.init(request, known: known) }

    init(_ request: Request, known: [String]) throws(RequestError) {
        let query: QueryItems
        do { query = try QueryItems(parsing: request.uri.query ?? "") } catch { throw .badRequest("\(error)") }
        for item in query.items {
            guard known.contains(item.name) else {
                throw .badRequest(
                    "Unknown parameter “\(item.name.prefix(40))”.",
                    hint: known.isEmpty ? nil : "known parameters: " + known.sorted().joined(separator: ", "))
            }
            guard values.updateValue(item.value, forKey: item.name) == nil else {
                throw .badRequest("The parameter “\(item.name)” is given twice.")
            }
        }
    }

    /// Returns the value of a parameter, or nil if it is absent or empty.
    func text(_ name: String) -> String? { values[name].flatMap { $0.isEmpty ? nil : $0 } }

    /// Returns an integer in the range, or nil if it is absent or empty.
    func number(_ name: String, in range: ClosedRange<Int64>) throws(RequestError) -> Int64? {
        guard let text = text(name) else { return nil }
        guard let number = Int64(text), range.contains(number) else {
            let largest = range.upperBound == .max ? "" : " to \(range.upperBound)"
            throw .badRequest("“\(name)” must be a whole number from \(range.lowerBound)\(largest).")
        }
        return number
    }

    /// Returns the maximum number of rows, 1 to `StationAPI.maximumLimit`.
    func limit() throws(RequestError) -> Int {
        let limit = try number("limit", in: 1...Int64(StationAPI.maximumLimit))
        return limit.map { Int($0) } ?? StationAPI.defaultLimit
    }

    /// Returns the number of rows to skip.
    func offset() throws(RequestError) -> Int {
        try number("offset", in: 0...1_000_000_000).map { Int($0) } ?? 0
    }

    /// Returns one of a closed set of words, or nil if it is absent or empty.
    func word<Word: RawRepresentable & CaseIterable>(_ name: String, _: Word.Type = Word.self) throws(RequestError)
        -> Word?
    where Word.RawValue == String {
        guard let text = text(name) else { return nil }
        guard let word = Word(rawValue: text) else {
            throw .badRequest(
                "“\(text.prefix(40))” is not a value of “\(name)”.",
                hint: "use one of " + Word.allCases.map(\.rawValue).joined(separator: ", "))
        }
        return word
    }
}

extension StationContext {
    /// Returns a decoded segment of the path.
    func text(_ name: String) throws(RequestError) -> String {
        guard let raw = parameters.get(name), let text = PercentEncoding.decode(raw) else {
            throw .badRequest("The path is not valid: its percent escapes are not UTF-8 text.")
        }
        return text
    }

    /// Returns a segment of the path as a row id. Text that cannot be an id is reported as an entity that does not
    /// exist.
    func id<ID: RowID>(_ name: String, of what: String, as _: ID.Type = ID.self) throws(RequestError) -> ID {
        let text = try text(name)
        guard let number = Int64(text), number > 0 else { throw .notFound(what, text.prefix(40)) }
        return ID(rawValue: number)
    }

    /// Returns the decoded JSON object of the body, which may contain only known fields.
    ///
    /// - Parameter empty: The value of an empty body, or nil if the body is required.
    func body<Value: StrictRequest>(_ type: Value.Type, of request: Request, empty: Value? = nil) async throws -> Value
    {
        let bytes = try await bytes(of: request)
        if bytes.isEmpty, let empty { return empty }
        return try decodeRequest(type, from: bytes)
    }

    /// Reads the body. The connection ends if the client takes too long or sends more than permitted.
    func bytes(of request: Request) async throws -> [UInt8] {
        let length = request.headers[.contentLength]
        // RFC 9112 §6.3: without either header field there is no body to wait for.
        if length == nil, request.headers[.transferEncoding] == nil { return [] }
        let announced = length.flatMap { Int($0) }
        if let announced, announced > maximumBody { throw tooLarge() }
        connection?.readBegins()
        defer { connection?.readEnds() }
        do {
            let buffer = try await request.body.collect(upTo: maximumBody)
            // An inbound stream that ends early looks like the end of the body.
            if let announced, announced != buffer.readableBytes {
                throw RequestError.badRequest("The body is incomplete.")
            }
            return Array(buffer.readableBytesView)
        } catch is NIOTooManyBytesError {
            throw tooLarge()
        } catch let error as RequestError {
            throw error
        } catch {
            throw BodyParts.failure(error)
        }
    }

    /// Passes on the body as it arrives; the next part is read after the closure returns.
    ///
    /// - Throws: `too_large` if it is larger than `limit` bytes.
    func forEachChunk(
        of request: Request, limit: Int, _ limits: ConnectionLimits, _ chunk: ([UInt8]) async throws -> Void
    ) async throws {
        if let announced = request.headers[.contentLength].flatMap({ Int($0) }), announced > limit {
            throw RequestError.tooLarge(limit)
        }
        var read = 0
        var parts = BodyParts(request.body, connection, limits)
        while let buffer = try await parts.next() {
            read += buffer.readableBytes
            guard read <= limit else { throw RequestError.tooLarge(limit) }
            try await chunk(Array(buffer.readableBytesView))
        }
    }

    /// Returns the error for a body that is too large, which ends the connection.
    private func tooLarge() -> RequestError {
        var error = RequestError.tooLarge(maximumBody)
        error.endsConnection = true
        return error
    }
}

/// The parts of a body that is read as it arrives. Only the time spent waiting for the client counts towards its
/// limits.
struct BodyParts {
    private var iterator: RequestBody.AsyncIterator
    private let connection: Connection?
    private let limits: ConnectionLimits
    private var waited = TimeAmount.zero
    private var read = 0

    init(_ body: RequestBody, _ connection: Connection?, _ limits: ConnectionLimits) {
        iterator = body.makeAsyncIterator()
        self.connection = connection
        self.limits = limits
    }

    /// Returns the next part, or nil at the end. The connection ends if the client sends nothing for too long.
    ///
    /// - Throws: `bad_request` if the body is not valid HTTP or arrives too slowly.
    mutating func next() async throws -> ByteBuffer? {
        let began = NIODeadline.now()
        connection?.readBegins()
        defer { connection?.readEnds() }
        let part: ByteBuffer?
        do { part = try await iterator.next() } catch { throw Self.failure(error) }
        guard let part else { return nil }
        waited = waited + (.now() - began)
        read += part.readableBytes
        let seconds = Double(waited.nanoseconds) / 1_000_000_000
        guard waited <= TimeAmount(limits.grace) || Double(read) >= seconds * Double(limits.slowest) else {
            throw RequestError.badRequest("The body arrives too slowly.")
        }
        return part
    }

    /// Returns the error to report for a failure to read a body: the client's fault, or the station's stop.
    static func failure(_ error: any Error) -> any Error {
        guard !(error is CancellationError) else { return error }
        var invalid = RequestError.badRequest("The body is not valid HTTP/1.1.")
        invalid.endsConnection = true
        return invalid
    }
}
