/// The state of a walk as lanes and the screen show it.
public struct AuditWalkStatus: Hashable, Sendable, Codable {
    /// The row id.
    public var id: AuditWalkID
    /// The name.
    public var name: String
    /// The state.
    public var state: AuditWalk.State
    /// A Boolean value that is true if the expected assets are concealed.
    public var isBlind: Bool
    /// The assets that were expected; nil in a blind walk.
    public var expected: Int?
    /// The expected assets that were seen; in a blind walk every asset that was seen.
    public var found: Int
    /// The expected assets that were not seen; nil in a blind walk.
    public var missing: Int?
    /// The assets that belong elsewhere; 0 in a blind walk.
    public var misplaced: Int
    /// The assets that were not expected for another reason; 0 in a blind walk.
    public var unexpected: Int
    /// The codes that no asset has.
    public var unknown: Int
    /// The assets and codes that were scanned more than once.
    public var repeated: Int

    /// Creates the status of a walk.
    public init(_ walk: AuditWalk) {
        let counts = walk.counts
        id = walk.id
        name = walk.name
        state = walk.state
        isBlind = walk.isBlind && (walk.state == .open || walk.state == .paused)
        unknown = counts.unknown
        repeated = counts.repeated
        if isBlind {
            found = counts.found + counts.misplaced + counts.unexpected
            (misplaced, unexpected) = (0, 0)
        } else {
            (expected, found, missing) = (counts.expected, counts.found, counts.missing)
            (misplaced, unexpected) = (counts.misplaced, counts.unexpected)
        }
    }

    /// The numbers in one sentence, such as `Room 101: 46 of 50 found, 4 missing, 2 belong elsewhere, 1 unknown.`.
    public var summary: String { "\(name): \(numbers)." }

    /// The numbers without the name, such as `46 of 50 found, 4 missing, 2 belong elsewhere, 1 unknown`.
    public var numbers: String {
        var parts: [String] = []
        if let expected, let missing {
            parts.append(expected == 0 ? "nothing expected" : "\(found) of \(expected) found")
            if missing > 0 { parts.append("\(missing) missing") }
        } else {
            parts.append(found == 1 ? "1 asset counted" : "\(found) assets counted")
        }
        if misplaced > 0 { parts.append("\(misplaced) \(misplaced == 1 ? "belongs" : "belong") elsewhere") }
        if unexpected > 0 { parts.append("\(unexpected) not expected") }
        if unknown > 0 { parts.append("\(unknown) unknown") }
        return parts.joined(separator: ", ")
    }

    enum CodingKeys: String, CodingKey {
        case id, name, state, expected, found, missing, misplaced, unexpected, unknown, repeated
        case isBlind = "blind"
    }
}
