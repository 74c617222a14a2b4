import DepotDialect
import DepotModel
import HTTPTypes
import TextFormats

/// The shapes of answers. All JSON is ASCII with `\/`, as some clients look at the bytes.
enum Envelope {
    /// The header that keeps answers out of caches.
    static let notStored = "no-store, private"

    /// `{"status":"success","messages":…,"payload":null}`.
    static func success(_ messages: String) -> Answer { success(messages) { $0.null() } }

    /// `{"status":"success","messages":…,"payload":…}`.
    static func success(
        _ messages: String?, version: Int64? = nil, payload: (inout JSONWriter) throws -> Void
    ) rethrows -> Answer {
        try answer(.ok, "success", version: version, { $0.value(messages) }, payload)
    }

    /// `{"status":"error","messages":"…","payload":null}`, HTTP 200 unless said otherwise.
    static func failure(_ messages: String, status: HTTPResponse.Status = .ok) -> Answer {
        failure(messages, status: status) { $0.null() }
    }

    /// The same with a payload.
    static func failure(
        _ messages: String?, status: HTTPResponse.Status = .ok, payload: (inout JSONWriter) throws -> Void
    ) rethrows -> Answer {
        try answer(status, "error", version: nil, { $0.value(messages) }, payload)
    }

    /// The same with `messages` as an object: field → array of sentences.
    static func failure(_ fields: [RequestError.FieldError]) -> Answer {
        answer(.ok, "error", version: nil, { $0.value(messages(fields)) }, { $0.null() })
    }

    /// One object without an envelope.
    static func bare(
        _ status: HTTPResponse.Status = .ok, version: Int64? = nil, _ members: (inout JSONWriter) throws -> Void
    ) rethrows -> Answer {
        var answer = try Answer.json(status, .ascii, version: version, reserving: 4096) { try $0.object(members) }
        answer.headers[.cacheControl] = notStored
        return answer
    }

    /// `{"total":…,"rows":[…]}`; `row` writes one value.
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

    /// `{"total":0,"rows":[]}`.
    static var emptyList: Answer { list(total: 0, [Int]()) { $0.value($1) } }

    private static func messages(_ fields: [RequestError.FieldError]) -> JSONValue {
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

extension RequestError {
    /// Returns the error that is answered with an error envelope (HTTP 200): a sentence, and a payload where there is one.
    static func envelope(
        _ messages: String?, payload: (inout JSONWriter) -> Void = { $0.null() }
    ) -> RequestError {
        RequestError(.answered(Envelope.failure(messages, payload: payload)))
    }
}

extension DialectRoute {
    /// A route below `/api/v1`.
    static func api(
        _ method: HTTPRequest.Method, _ path: String, _ access: Access, handler: @escaping Handler
    ) -> DialectRoute {
        DialectRoute(method, "/api/v1" + path, access, handler: handler)
    }
}

/// The parameters of a request, of query and body as one: texts are trimmed, empty texts are null.
struct Sent: Sendable {
    /// The members in their order; a key stands here once.
    private(set) var members: [JSONObject.Member] = []
    private var places: [String: Int] = [:]

    /// The most members that a call may have; the program takes no more either.
    private static let limit = 1000

    /// Reads the call's query and body; the body wins, on GET too.
    init(_ call: Call) async throws {
        self.init(try await call.input())
        guard members.count <= Self.limit else {
            throw RequestError.invalid("body", "There are more than \(Self.limit) fields.")
        }
    }

    /// The parameters as they were sent.
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
        let trimmed = trimmingWhiteSpace(text)
        return trimmed.isEmpty ? .null : .string(trimmed)
    }

    /// Only the members with these keys.
    func keeping(_ isKept: (String) -> Bool) -> Sent {
        Sent(JSONObject(members: members.filter { isKept($0.key) }))
    }

    /// The value, null included; nil where the key is absent.
    subscript(key: String) -> JSONValue? { places[key].map { members[$0].value } }

    /// Returns whether the key is present, null included.
    func has(_ key: String) -> Bool { places[key] != nil }

    /// The value where there is one: not absent, not null.
    func filled(_ key: String) -> JSONValue? {
        guard let value = self[key], !value.isNull else { return nil }
        return value
    }

    /// A text, or a number as it was written; nil where absent, null or of another kind.
    func text(_ key: String) -> String? { filled(key)?.text }

    /// Returns whether the value is true in any of its spellings.
    func isTrue(_ key: String) -> Bool { self[key]?.flag == true }

    /// The numbers of one value, of an array of them or of a comma list; nil where the key is absent or null.
    ///
    /// What is no number is 0, which no row has.
    func ids(_ key: String) -> [Int64]? {
        guard let value = filled(key) else { return nil }
        let values = value.array ?? [value]
        return values.flatMap { value in
            (value.text ?? "").split(separator: ",").map { Int64(trimmingWhiteSpace(String($0))) ?? 0 }
        }
    }

    /// `limit` and `offset` by the rules of lists: 50 where it is absent, 0 or no number, and never more than 500.
    var page: (limit: Int, offset: Int) {
        let limit = Sent.whole(filled("limit")).map { Int(clamping: $0.magnitude) } ?? 0
        let offset = Sent.whole(filled("offset")) ?? 0
        return (limit == 0 ? 50 : min(limit, 500), Int(clamping: max(offset, 0)))
    }

    /// The whole part of a number, as `intval` takes it: leading digits count, the rest does not.
    private static func whole(_ value: JSONValue?) -> Int64? {
        guard let text = value?.text else { return nil }
        let bytes = trimmingWhiteSpace(text).utf8
        let isNegative = bytes.first == UInt8(ascii: "-")
        let digits = bytes.dropFirst(isNegative ? 1 : 0).prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard !digits.isEmpty else { return nil }
        let number = Int64(String(decoding: digits, as: UTF8.self)) ?? .max
        return isNegative ? -number : number
    }
}
