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
    /// How many answers are kept for one actor.
    public static let answersPerActor: Int64 = 2_000
    /// How many bytes of answers are kept for one actor: 16 MiB.
    public static let answerBytesPerActor: Int64 = 16 << 20

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

    /// Keeps an answer, in place of what was kept under this key; returns after it is durable.
    ///
    /// Drops those that are older than seven days, and the oldest of this actor beyond ``answersPerActor`` and
    /// ``answerBytesPerActor``. How much an actor has is counted by triggers, so nothing is gone through.
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

/// The table of kept answers.
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
    // row ids are given out in the order in which answers are kept, whatever the clock says
    private static let dropOldest = Query(
        """
        DELETE FROM request_key WHERE rowid = (SELECT rowid FROM request_key WHERE actor = ? ORDER BY rowid LIMIT 1)
        """)

    /// Drops the oldest answers of an actor who has too many. At most a hundred at one time: after an upgrade there may
    /// be thousands, and whoever waits for the writer should not wait for all of them.
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
