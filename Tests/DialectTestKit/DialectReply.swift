public import DepotDialect
public import HTTPTypes
import Synchronization
public import TextFormats

/// The answer of a dialect.
public struct DialectReply: Sendable {
    /// The status.
    public var status: Int
    /// The header fields.
    public var headers: HTTPFields
    /// The body.
    public var bytes: [UInt8] = []

    /// Reads an answer whose body is in memory.
    public init(_ answer: Answer) {
        (status, headers) = (answer.status.code, answer.headers)
        if case .bytes(let bytes) = answer.body { self.bytes = bytes }
    }

    /// Reads an answer to its end.
    public init(reading answer: Answer) async throws {
        self.init(answer)
        guard case .stream(let write) = answer.body else { return }
        let written = Mutex<[UInt8]>([])
        try await write(AnswerStream { bytes in written.withLock { $0 += bytes } })
        bytes = written.withLock { $0 }
    }

    /// The body as text.
    public var text: String { String(decoding: bytes, as: UTF8.self) }
    /// The body as JSON, or null if it is none.
    public var json: JSONValue { (try? JSONValue(parsing: bytes)) ?? .null }

    /// A step into a value.
    public enum Step: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, Sendable {
        case member(String)
        case index(Int)

        /// Creates the step to a member.
        public init(stringLiteral value: String) { self = .member(value) }
        /// Creates the step to an element.
        public init(integerLiteral value: Int) { self = .index(value) }
    }

    /// The value at a path such as `reply["Items", 0, "AssetTag"]`, or nil.
    public subscript(steps: Step...) -> JSONValue? { value(steps) }

    /// Returns the text of the value at a path, also of a Boolean value, or nil.
    public func text(_ steps: Step...) -> String? {
        let value = value(steps)
        if case .bool(let flag) = value { return String(flag) }
        return value?.text
    }

    private func value(_ steps: [Step]) -> JSONValue? {
        steps.reduce(json) { value, step in
            switch step {
            case .member(let name): value?.object?[name]
            case .index(let index): value?.array.flatMap { $0.indices.contains(index) ? $0[index] : nil }
            }
        }
    }
}
