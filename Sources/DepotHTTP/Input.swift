import DepotAPI
import DepotDialect
import DepotModel
import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore

/// A request's query, decoded strictly: every name is known, none comes twice, every value is UTF-8 without NUL.
struct Query {
    private var values: [String: String] = [:]

    init(_ request: Request, _ known: String...) throws(Failure) {
        for item in (request.uri.query ?? "").split(separator: "&") {
            let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = percentDecoded(parts[0], plusIsSpace: true),
                let value = percentDecoded(parts.count > 1 ? parts[1] : "", plusIsSpace: true)
            else { throw .badRequest("The query is not valid: “\(item.prefix(40))”.") }
            guard known.contains(name) else {
                throw .badRequest(
                    "Unknown parameter “\(name.prefix(40))”.",
                    hint: known.isEmpty ? nil : "known parameters: " + known.sorted().joined(separator: ", "))
            }
            guard values.updateValue(value, forKey: name) == nil else {
                throw .badRequest("The parameter “\(name)” comes twice.")
            }
        }
    }

    /// The text of a parameter; nil where it is absent or empty.
    func text(_ name: String) -> String? { values[name].flatMap { $0.isEmpty ? nil : $0 } }

    /// A whole number in the range; nil where it is absent or empty.
    func number(_ name: String, in range: ClosedRange<Int64>) throws(Failure) -> Int64? {
        guard let text = text(name) else { return nil }
        guard let number = Int64(text), range.contains(number) else {
            let largest = range.upperBound == .max ? "" : " to \(range.upperBound)"
            throw .badRequest("“\(name)” must be a whole number from \(range.lowerBound)\(largest).")
        }
        return number
    }

    /// How many rows: 1 to ``StationAPI/maximumLimit``.
    func limit() throws(Failure) -> Int {
        let limit = try number("limit", in: 1...Int64(StationAPI.maximumLimit))
        return limit.map { Int($0) } ?? StationAPI.defaultLimit
    }

    /// How many rows to leave out in front.
    func offset() throws(Failure) -> Int {
        try number("offset", in: 0...1_000_000_000).map { Int($0) } ?? 0
    }

    /// One of a closed set of words; nil where it is absent or empty.
    func word<Word: RawRepresentable & CaseIterable>(_ name: String, _: Word.Type = Word.self) throws(Failure) -> Word?
    where Word.RawValue == String {
        guard let text = text(name) else { return nil }
        guard let word = Word(rawValue: text) else {
            throw .badRequest(
                "“\(name)” has no value “\(text.prefix(40))”.",
                hint: "it is one of " + Word.allCases.map(\.rawValue).joined(separator: ", "))
        }
        return word
    }
}

extension StationContext {
    /// A part of the path as text.
    func text(_ name: String) throws(Failure) -> String {
        guard let raw = parameters.get(name), let text = percentDecoded(raw, plusIsSpace: false) else {
            throw .badRequest("The path is not valid: its escapes do not make text.")
        }
        return text
    }

    /// A part of the path as an id; what can be no id is a thing that does not exist.
    func id<ID: RowID>(_ name: String, of what: String, as _: ID.Type = ID.self) throws(Failure) -> ID {
        let text = try text(name)
        guard let number = Int64(text), number > 0 else { throw .notFound(what, text.prefix(40)) }
        return ID(rawValue: number)
    }

    /// The JSON object in the body, every field of it known.
    ///
    /// - Parameter empty: what an empty body stands for; nil: nothing.
    func body<Value: StrictRequest>(_ type: Value.Type, of request: Request, empty: Value? = nil) async throws -> Value
    {
        let bytes = try await bytes(of: request)
        if bytes.isEmpty, let empty { return empty }
        return try decodeRequest(type, from: bytes)
    }

    /// Reads the body. A client that needs longer than half a minute, or sends more than is allowed, is cut off.
    func bytes(of request: Request) async throws -> [UInt8] {
        let length = request.headers[.contentLength]
        // RFC 9112 §6.3: without either there is no body, and nothing to wait for
        if length == nil, request.headers[.transferEncoding] == nil { return [] }
        let announced = length.flatMap { Int($0) }
        if let announced, announced > maximumBody { throw tooLarge() }
        connection?.bodyBegins()
        defer { connection?.bodyEnds() }
        do {
            let buffer = try await request.body.collect(upTo: maximumBody)
            // An inbound stream that ends early looks like the body's end.
            if let announced, announced != buffer.readableBytes { throw Failure.badRequest("The body is cut off.") }
            return Array(buffer.readableBytesView)
        } catch is NIOTooManyBytesError {
            throw tooLarge()
        }
    }

    /// The error; and the end of the connection a little later, so that the reply is not lost to a reset.
    private func tooLarge() -> Failure {
        let channel = channel
        channel.eventLoop.scheduleTask(in: .seconds(2)) { channel.close(promise: nil) }
        var failure = Failure(.tooLarge, "The body is larger than \(maximumBody) bytes.")
        failure.headers[.connection] = "close"
        return failure
    }
}
