/// Whether the station can do its work, beside its scanners.
public struct StationHealth: Hashable, Sendable, Codable {
    /// How well.
    public struct State: RawRepresentable, Hashable, Sendable, Codable {
        public let rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }

        /// All is well.
        public static let ok = State(rawValue: "ok")
        /// Scans and changes are written; something needs attention.
        public static let degraded = State(rawValue: "degraded")
        /// Nothing can be written.
        public static let failing = State(rawValue: "failing")
    }

    /// What needs attention, the worst first; empty when all is well.
    public var problems: [DepotError]

    /// The health with these problems.
    public init(problems: [DepotError] = []) { self.problems = problems }

    /// The worst of its problems.
    public var state: State {
        if problems.contains(where: { $0.code == .storeUnavailable || $0.code == .storeUnusable }) { return .failing }
        return problems.isEmpty ? .ok : .degraded
    }

    /// Reads what ``encode(to:)`` writes.
    public init(from decoder: any Decoder) throws {
        problems = try decoder.container(keyedBy: Key.self).decode([DepotError].self, forKey: .problems)
    }

    /// Writes `status`, which follows from the problems, and `problems`.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(state, forKey: .status)
        try container.encode(problems, forKey: .problems)
    }

    private enum Key: String, CodingKey {
        case status, problems
    }
}
