import DepotDialect
import DepotModel
import HTTPTypes

/// The shapes of answers. All JSON is ASCII with `\/`, since some clients compare bytes.
enum Envelope {
    /// The header field that prevents caching.
    static let notStored = "no-store, private"

    /// Returns `{"status":"success","messages":…,"payload":null}`.
    static func success(_ messages: String) -> Answer { success(messages) { $0.null() } }

    /// Returns `{"status":"success","messages":…,"payload":…}`.
    static func success(
        _ messages: String?, version: Int64? = nil, payload: (inout JSONWriter) throws -> Void
    ) rethrows -> Answer {
        try answer(.ok, "success", version: version, { $0.value(messages) }, payload)
    }

    /// Returns `{"status":"error","messages":"…","payload":null}`, by default with HTTP 200.
    static func failure(_ messages: String, status: HTTPResponse.Status = .ok) -> Answer {
        failure(messages, status: status) { $0.null() }
    }

    /// Returns an error with a payload.
    static func failure(
        _ messages: String?, status: HTTPResponse.Status = .ok, payload: (inout JSONWriter) throws -> Void
    ) rethrows -> Answer {
        try answer(status, "error", version: nil, { $0.value(messages) }, payload)
    }

    /// Returns an error with `messages` as an object from fields to arrays of messages.
    static func failure(_ fields: [Problem.FieldProblem]) -> Answer {
        answer(.ok, "error", version: nil, { $0.value(messages(fields)) }, { $0.null() })
    }

    /// Returns an object without an envelope.
    static func bare(
        _ status: HTTPResponse.Status = .ok, version: Int64? = nil, _ members: (inout JSONWriter) throws -> Void
    ) rethrows -> Answer {
        var answer = try Answer.json(status, .ascii, version: version, reserving: 4096) { try $0.object(members) }
        answer.headers[.cacheControl] = notStored
        return answer
    }

    /// Returns `{"total":…,"rows":[…]}`; `row` writes a value.
    static func list<Rows: Collection>(
        total: Int, _ rows: Rows, _ row: (inout JSONWriter, Rows.Element) throws -> Void
    ) rethrows -> Answer {
        var answer = try Answer.json(.ok, .ascii, reserving: 64 + rows.count * 2560) { json in
            try json.object { json in
                json.member("total", total)
                try json.array("rows", of: rows, row)
            }
        }
        answer.headers[.cacheControl] = notStored
        return answer
    }

    /// Returns `{"total":0,"rows":[]}`.
    static var emptyList: Answer { list(total: 0, [Int]()) { $0.value($1) } }

    private static func messages(_ fields: [Problem.FieldProblem]) -> JSONValue {
        var object = JSONObject()
        for field in fields {
            object[field.field] = .array((object[field.field]?.array ?? []) + [.string(field.message)])
        }
        return .object(object)
    }

    private static func answer(
        _ status: HTTPResponse.Status, _ word: String, version: Int64?, _ messages: (inout JSONWriter) -> Void,
        _ payload: (inout JSONWriter) throws -> Void
    ) rethrows -> Answer {
        try bare(status, version: version) { json in
            json.member("status", word)
            json.key("messages")
            messages(&json)
            json.key("payload")
            try payload(&json)
        }
    }
}

/// An error whose answer is an error envelope (HTTP 200).
struct Failure: Error {
    /// The complete answer.
    var answer: Answer

    /// Creates a failure from a message and an optional payload.
    init(_ messages: String?, payload: (inout JSONWriter) -> Void = { $0.null() }) {
        answer = Envelope.failure(messages, payload: payload)
    }

    /// Creates a failure from errors by field.
    init(_ fields: [Problem.FieldProblem]) { answer = Envelope.failure(fields) }

    /// Creates a failure from an error in one field.
    init(_ field: String, _ message: String) { self.init([.init(field, message)]) }
}

extension DialectRoute {
    /// Returns a route below `/api/v1`, which answers with a ``Failure`` that the handler throws.
    static func api(
        _ method: HTTPRequest.Method, _ path: String, _ access: Access, handler: @escaping Handler
    ) -> DialectRoute {
        DialectRoute(method, "/api/v1" + path, access) { call in
            do {
                return try await handler(call)
            } catch let failure as Failure {
                return failure.answer
            } catch CommitFailure.failed(let error) {
                throw Problem.failed(error)
            }
        }
    }
}

/// The sent values of query and body together: texts trimmed, empty texts as null.
struct Sent: Sendable {
    /// The members in order, each key once.
    private(set) var members: [JSONObject.Member] = []
    private var places: [String: Int] = [:]

    /// The largest number of members of a call, as in the program.
    private static let limit = 1000

    /// Reads the query and the body of a call. The body takes precedence, even for GET.
    init(_ call: Call) async throws {
        self.init(try await call.input())
        guard members.count <= Self.limit else {
            throw Failure("body", "There are more than \(Self.limit) fields.")
        }
    }

    /// Creates the values from an object.
    init(_ object: JSONObject) {
        for var member in object.members {
            member.value = Sent.normal(member.value)
            if let place = places[member.key] {
                members[place] = member
            } else {
                places[member.key] = members.count
                members.append(member)
            }
        }
    }

    private static func normal(_ value: JSONValue) -> JSONValue {
        guard case .string(let text) = value else { return value }
        let trimmed = DepotModel.trimmingWhiteSpace(text)
        return trimmed.isEmpty ? .null : .string(trimmed)
    }

    /// Returns only the members with the keys.
    func keeping(_ isKept: (String) -> Bool) -> Sent {
        Sent(JSONObject(members: members.filter { isKept($0.key) }))
    }

    /// Returns the value, including null, or nil if the key is absent.
    subscript(key: String) -> JSONValue? { places[key].map { members[$0].value } }

    /// Returns whether the key is present, including null.
    func has(_ key: String) -> Bool { places[key] != nil }

    /// Returns the value, or nil if it is absent or null.
    func filled(_ key: String) -> JSONValue? {
        guard let value = self[key], !value.isNull else { return nil }
        return value
    }

    /// Returns a text, or a number as it was written, or nil if it is absent, null or of another kind.
    func text(_ key: String) -> String? { filled(key)?.text }

    /// Returns whether the value is true in any of its spellings.
    func isTrue(_ key: String) -> Bool { self[key]?.flag == true }

    /// Returns the numbers of a value, an array or a comma-separated list, or nil if the key is absent or null.
    ///
    /// Anything but a number is 0, which no row has.
    func ids(_ key: String) -> [Int64]? {
        guard let value = filled(key) else { return nil }
        let values = value.array ?? [value]
        return values.flatMap { value in
            (value.text ?? "").split(separator: ",").map { Int64(DepotModel.trimmingWhiteSpace(String($0))) ?? 0 }
        }
    }

    /// The `limit` and `offset` of a list: the limit is 50 if it is absent, 0 or no number, and never more than 500.
    var page: (limit: Int, offset: Int) {
        let limit = Sent.whole(filled("limit")).map { Int(clamping: $0.magnitude) } ?? 0
        let offset = Sent.whole(filled("offset")) ?? 0
        return (limit == 0 ? 50 : min(limit, 500), Int(clamping: max(offset, 0)))
    }

    /// Returns the whole part of a number like `intval`, which reads leading digits and ignores the rest.
    private static func whole(_ value: JSONValue?) -> Int64? {
        guard let text = value?.text else { return nil }
        let bytes = DepotModel.trimmingWhiteSpace(text).utf8
        let isNegative = bytes.first == UInt8(ascii: "-")
        let digits = bytes.dropFirst(isNegative ? 1 : 0).prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard !digits.isEmpty else { return nil }
        let number = Int64(String(decoding: digits, as: UTF8.self)) ?? .max
        return isNegative ? -number : number
    }
}
