public import HTTPTypes
public import TextFormats

/// A dialect's answer to a call.
public struct Answer: Sendable {
    /// The body of an answer.
    public enum Body: Sendable {
        case bytes([UInt8])
        /// A body that the closure writes part by part; a part is accepted once the one before has been handed to the
        /// connection.
        case stream(@Sendable (AnswerStream) async throws -> Void)
    }

    /// The HTTP status.
    public var status: HTTPResponse.Status
    /// The header fields.
    public var headers: HTTPFields
    /// The body.
    public var body: Body

    /// Creates an answer.
    public init(_ status: HTTPResponse.Status = .ok, headers: HTTPFields = [:], body: Body = .bytes([])) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// Returns an answer with a JSON body.
    ///
    /// - Parameter version: The version of the asset or row, which becomes the entity tag.
    public static func json(
        _ status: HTTPResponse.Status = .ok, _ style: JSONWriter.Style = .plain, version: Int64? = nil,
        reserving capacity: Int = 1024, _ write: (inout JSONWriter) throws -> Void
    ) rethrows -> Answer {
        var json = JSONWriter(style, reserving: capacity)
        try write(&json)
        var answer = Answer(status, headers: [.contentType: "application/json"], body: .bytes(json.bytes))
        answer.version = version
        return answer
    }

    /// A Boolean value that is true if the answer's list ended early because its rows are large. Such an answer is not
    /// sent: the caller has to request smaller pages.
    public var isTruncated: Bool {
        get { headers[.truncated] == "true" }
        set { headers[.truncated] = newValue ? "true" : nil }
    }

    /// The version in the entity tag, or nil if there is none.
    public var version: Int64? {
        get { headers[.eTag].flatMap { Int64($0.dropFirst().dropLast()) } }
        set { headers[.eTag] = newValue.map { "\"\($0)\"" } }
    }
}

/// The destination of a streamed answer.
public struct AnswerStream: Sendable {
    private let sink: @Sendable ([UInt8]) async throws -> Void

    /// Creates a stream that writes into `sink`.
    public init(_ sink: @escaping @Sendable ([UInt8]) async throws -> Void) { self.sink = sink }

    /// Writes the next part and returns once it has been handed to the connection.
    public func write(_ bytes: [UInt8]) async throws { try await sink(bytes) }
}

extension HTTPField.Name {
    /// The header field that marks a list that ended early because its rows are large.
    static let truncated = HTTPField.Name("Depot-Truncated") ?? .via
}
