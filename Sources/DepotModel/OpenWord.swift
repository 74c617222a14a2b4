/// An enumeration that keeps the words of a newer peer: a word that this version does not know is decoded as
/// ``other(_:)`` and encoded unchanged.
///
/// `init(rawValue:)` accepts only the words of this version, so that a request with an unknown word is refused.
public protocol OpenWord: RawRepresentable, CaseIterable, Hashable, Sendable, Codable where RawValue == String {
    /// Returns the value for a word of a newer version.
    static func other(_ word: String) -> Self
}

extension OpenWord {
    /// Creates a value from a word of this version, or returns nil for any other word.
    public init?(rawValue: String) {
        guard let known = Self.allCases.first(where: { $0.rawValue == rawValue }) else { return nil }
        self = known
    }

    /// Decodes any word.
    public init(from decoder: any Decoder) throws {
        let word = try decoder.singleValueContainer().decode(String.self)
        self = Self(rawValue: word) ?? .other(word)
    }
}
