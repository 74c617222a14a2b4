public import DepotModel
import FoundationEssentials

/// The key of a stored answer: the actor, and the key that the actor sent (`Idempotency-Key`).
public struct RequestKey: Hashable, Sendable {
    /// The actor.
    public var actor: String
    /// The key, 1 to 255 characters.
    public var key: String

    /// Creates a key.
    public init(actor: String, key: String) {
        self.actor = actor
        self.key = key
    }
}

/// A stored answer, which is repeated for the same request with the same key.
public struct KeptAnswer: Hashable, Sendable {
    /// The caller's digest of the request, which distinguishes it from others.
    public var fingerprint: [UInt8]
    /// The HTTP status.
    public var status: Int
    /// The header fields.
    public var headers: [String: String]
    /// The body.
    public var body: [UInt8]
    /// The time of the answer.
    public var at: Timestamp

    /// Creates an answer.
    public init(fingerprint: [UInt8], status: Int, headers: [String: String], body: [UInt8], at: Timestamp) {
        self.fingerprint = fingerprint
        self.status = status
        self.headers = headers
        self.body = body
        self.at = at
    }
}

extension DepotStore {
    /// The time for which an answer is kept, in milliseconds: seven days.
    public static let answersKept: Int64 = 7 * 24 * 3_600_000
    /// The maximum number of answers kept for one actor.
    public static let answersPerActor: Int64 = 2_000
    /// The maximum size of the answers kept for one actor, in bytes: 16 MiB.
    public static let answerBytesPerActor: Int64 = 16 << 20

    /// Returns the answer with this key, or nil if there is none from the last seven days.
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

    /// Stores an answer in place of the previous one with its key, and returns once it is durable.
    ///
    /// Answers older than seven days are deleted, and so are the actor's oldest beyond ``answersPerActor`` and
    /// ``answerBytesPerActor``. Triggers keep the actor's totals, so that no rows are scanned.
    public func keep(_ answer: KeptAnswer, for key: RequestKey) async throws(CommitFailure) {
        try await commits.submit { writer in
            try refuseUnstorable(key.actor, field: "actor", limit: TextLimit.text)
            try refuseUnstorable(key.key, field: "key", limit: TextLimit.line)
            let headers = try JSONEncoder().encode(answer.headers)
            try writer.connection.run(
                RequestKeys.drop, [.int(writer.now().milliseconds &- Self.answersKept)])
            try writer.connection.run(RequestKeys.dropOne, [.text(key.actor), .text(key.key)])
            try writer.connection.run(
                RequestKeys.insert,
                [
                    .text(key.actor), .text(key.key), .blob(answer.fingerprint), .int(Int64(answer.status)),
                    .utf8(Array(headers)), .blob(answer.body), .time(answer.at),
                ])
            try RequestKeys.dropSurplus(of: key.actor, writer.connection)
        }
    }
}

/// The statements on the table of kept answers.
private enum RequestKeys {
    static let byKey = Query(
        "SELECT fingerprint, status, headers, body, at FROM request_key WHERE actor = ? AND key = ?")
    static let drop = Query("DELETE FROM request_key WHERE at <= ?")
    static let dropOne = Query("DELETE FROM request_key WHERE actor = ? AND key = ?")
    static let insert = Query(
        """
        INSERT INTO request_key (actor, key, fingerprint, status, headers, body, at)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        """)
    private static let use = Query("SELECT answers, bytes FROM request_key_use WHERE actor = ?")
    // Row ids ascend in the order in which answers are kept, regardless of the clock.
    private static let dropOldest = Query(
        """
        DELETE FROM request_key WHERE rowid = (SELECT rowid FROM request_key WHERE actor = ? ORDER BY rowid LIMIT 1)
        """)

    /// Deletes the oldest answers of an actor with too many, at most a hundred at a time: after an upgrade there may be
    /// thousands, and other writes should not wait for all of them.
    static func dropSurplus(of actor: String, _ connection: SQLConnection) throws(SQLFailure) {
        for _ in 0..<100 {
            let use = try connection.first(use, [.text(actor)]) { ($0.int(0), $0.int(1)) }
            guard let (answers, bytes) = use, answers > 1,
                answers > DepotStore.answersPerActor || bytes > DepotStore.answerBytesPerActor
            else { return }
            try connection.run(dropOldest, [.text(actor)])
        }
    }
}
