/// The numbers of a walk, always of distinct assets or codes: whatever is scanned again is counted once.
public struct AuditCounts: Hashable, Sendable, Codable {
    /// The assets that were expected at the start.
    public var expected: Int
    /// The expected assets that were seen.
    public var found: Int
    /// The assets that were seen and belong elsewhere.
    public var misplaced: Int
    /// The assets that were seen and are checked out to somebody, retired or otherwise not expected.
    public var unexpected: Int
    /// The codes that no asset has.
    public var unknown: Int
    /// The assets and codes among these that were scanned more than once.
    public var repeated: Int

    /// Creates numbers.
    public init(
        expected: Int, found: Int = 0, misplaced: Int = 0, unexpected: Int = 0, unknown: Int = 0, repeated: Int = 0
    ) {
        self.expected = expected
        self.found = found
        self.misplaced = misplaced
        self.unexpected = unexpected
        self.unknown = unknown
        self.repeated = repeated
    }

    /// The expected assets that were not seen.
    public var missing: Int { expected - found }

    /// Adds to the number of a verdict.
    public mutating func add(_ count: Int, to verdict: AuditVerdict) {
        switch verdict {
        case .found: found += count
        case .misplaced: misplaced += count
        case .unexpected: unexpected += count
        case .unknown: unknown += count
        case .repeated: repeated += count
        case .missing, .other: break
        }
    }

    enum CodingKeys: String, CodingKey { case expected, found, missing, misplaced, unexpected, unknown, repeated }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        expected = try container.decode(Int.self, forKey: .expected)
        found = try container.decode(Int.self, forKey: .found)
        misplaced = try container.decode(Int.self, forKey: .misplaced)
        unexpected = try container.decode(Int.self, forKey: .unexpected)
        unknown = try container.decode(Int.self, forKey: .unknown)
        repeated = try container.decode(Int.self, forKey: .repeated)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(expected, forKey: .expected)
        try container.encode(found, forKey: .found)
        try container.encode(missing, forKey: .missing)
        try container.encode(misplaced, forKey: .misplaced)
        try container.encode(unexpected, forKey: .unexpected)
        try container.encode(unknown, forKey: .unknown)
        try container.encode(repeated, forKey: .repeated)
    }
}
