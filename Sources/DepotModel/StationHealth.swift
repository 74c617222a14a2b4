/// The station's ability to do its work, apart from its scanners.
public struct StationHealth: Hashable, Sendable, Codable {
    /// The summary of the health.
    public struct State: RawRepresentable, Hashable, Sendable, Codable {
        public let rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }

        /// There is no problem.
        public static let ok = State(rawValue: "ok")
        /// Scans and changes are written, but something needs attention.
        public static let degraded = State(rawValue: "degraded")
        /// Nothing can be written.
        public static let failing = State(rawValue: "failing")
    }

    /// The problems that need attention, the worst first.
    public var problems: [DepotError]

    /// Creates a health from problems, the worst first.
    public init(problems: [DepotError] = []) { self.problems = problems }

    /// The state that the worst problem causes.
    public var state: State {
        if problems.contains(where: { $0.code == .storeUnavailable || $0.code == .storeUnusable }) { return .failing }
        return problems.isEmpty ? .ok : .degraded
    }

    /// Decodes the form that ``encode(to:)`` writes.
    public init(from decoder: any Decoder) throws {
        problems = try decoder.container(keyedBy: Key.self).decode([DepotError].self, forKey: .problems)
    }

    /// Encodes `status`, which follows from the problems, and `problems`.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(state, forKey: .status)
        try container.encode(problems, forKey: .problems)
    }

    private enum Key: String, CodingKey {
        case status, problems
    }
}
