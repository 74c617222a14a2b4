public import HTTPTypes
public import TextFormats

/// What a dialect answers.
public struct Answer: Sendable {
    /// The body of an answer.
    public enum Body: Sendable {
        case bytes([UInt8])
        /// Written part by part; a part is taken when the one before is on its way.
        case stream(@Sendable (AnswerStream) async throws -> Void)
    }

    public var status: HTTPResponse.Status
    public var headers: HTTPFields
    public var body: Body

    /// An answer.
    public init(_ status: HTTPResponse.Status = .ok, headers: HTTPFields = [:], body: Body = .bytes([])) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// JSON. `version`: the asset's (or row's) version, which becomes the entity tag.
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

    /// Whether the list in it ended early because its rows are large. It is then not given: whoever asked is to ask for
    /// smaller pages.
    public var isTruncated: Bool {
        get { headers[.truncated] == "true" }
        set { headers[.truncated] = newValue ? "true" : nil }
    }

    /// The version in the entity tag.
    public var version: Int64? {
        get { headers[.eTag].flatMap { Int64($0.dropFirst().dropLast()) } }
        set { headers[.eTag] = newValue.map { "\"\($0)\"" } }
    }
}

/// Where a streamed answer is written.
public struct AnswerStream: Sendable {
    private let sink: @Sendable ([UInt8]) async throws -> Void

    /// A stream into `sink`.
    public init(_ sink: @escaping @Sendable ([UInt8]) async throws -> Void) { self.sink = sink }

    /// Returns when the part is on its way.
    public func write(_ bytes: [UInt8]) async throws { try await sink(bytes) }
}

extension HTTPField.Name {
    /// Says that a list ended early because its rows are large.
    static let truncated = HTTPField.Name("Depot-Truncated") ?? .via
}
