/// A word of our vocabulary that keeps what a newer peer says: a word that this version does not know is read as
/// ``other(_:)``, and written as it came.
///
/// `init(rawValue:)` knows our own words only, so that what is asked of us in a word that we do not know is refused.
public protocol OpenWord: RawRepresentable, CaseIterable, Hashable, Sendable, Codable where RawValue == String {
    /// A word of a newer version.
    static func other(_ word: String) -> Self
}

extension OpenWord {
    /// The word of this version; nil for any other.
    public init?(rawValue: String) {
        guard let known = Self.allCases.first(where: { $0.rawValue == rawValue }) else { return nil }
        self = known
    }

    /// Reads any word.
    public init(from decoder: any Decoder) throws {
        let word = try decoder.singleValueContainer().decode(String.self)
        self = Self(rawValue: word) ?? .other(word)
    }
}
