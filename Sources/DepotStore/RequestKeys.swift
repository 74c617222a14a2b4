public import DepotModel
import FoundationEssentials

/// Under what an answer is kept: who asked, and the key that they gave (`Idempotency-Key`).
public struct RequestKey: Hashable, Sendable {
    public var actor: String
    /// 1 to 255 characters.
    public var key: String

    /// The key.
    public init(actor: String, key: String) {
        self.actor = actor
        self.key = key
    }
}

/// An answer that is given again to whoever asks the same with the same key.
public struct KeptAnswer: Hashable, Sendable {
    /// What tells one request from another; the caller's.
    public var fingerprint: [UInt8]
    public var status: Int
    public var headers: [String: String]
    public var body: [UInt8]
    public var at: Timestamp

    /// The answer.
    public init(fingerprint: [UInt8], status: Int, headers: [String: String], body: [UInt8], at: Timestamp) {
        self.fingerprint = fingerprint
        self.status = status
        self.headers = headers
        self.body = body
        self.at = at
    }
}

extension DepotStore {
    /// How long an answer is kept, in milliseconds: seven days.
    public static let answersKept: Int64 = 7 * 24 * 3_600_000

    /// The answer that was kept under this key at most seven days ago.
    public func keptAnswer(_ key: RequestKey) throws(DepotError) -> KeptAnswer? {
        let answer = try readers.read { (connection) throws(SQLFailure) in
            try connection.first(RequestKeys.byKey, [.text(key.actor), .text(key.key)]) { row in
                KeptAnswer(
                    fingerprint: row.bytes(0), status: Int(row.int(1)), headers: decodeCustom(row.bytes(2)),
                    body: row.bytes(3), at: row.time(4))
            }
        }
        guard let answer, answer.at.milliseconds &+ Self.answersKept > now().milliseconds else { return nil }
        return answer
    }

    /// Keeps an answer, in place of what was kept under this key; returns after it is durable. Drops those that are
    /// older than seven days.
    public func keep(_ answer: KeptAnswer, for key: RequestKey) async throws(CommitFailure) {
        try await commits.submit { writer in
            try refuseUnstorable(key.actor, field: "actor", limit: TextLimit.text)
            try refuseUnstorable(key.key, field: "key", limit: TextLimit.line)
            let headers = try JSONEncoder().encode(answer.headers)
            try writer.connection.run(
                RequestKeys.drop, [.int(writer.now().milliseconds &- Self.answersKept)])
            try writer.connection.run(
                RequestKeys.insert,
                [
                    .text(key.actor), .text(key.key), .blob(answer.fingerprint), .int(Int64(answer.status)),
                    .utf8(Array(headers)), .blob(answer.body), .time(answer.at),
                ])
        }
    }
}

/// The table of kept answers.
private enum RequestKeys {
    static let byKey = Query(
        "SELECT fingerprint, status, headers, body, at FROM request_key WHERE actor = ? AND key = ?")
    static let drop = Query("DELETE FROM request_key WHERE at <= ?")
    static let insert = Query(
        """
        INSERT OR REPLACE INTO request_key (actor, key, fingerprint, status, headers, body, at)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        """)
}
