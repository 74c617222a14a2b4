/// The reason for which a code is not looked up.
public enum Rejection: String, Hashable, Sendable, CaseIterable {
    /// The code has no characters but white space.
    case empty
    /// The code is longer than ``BarcodeFormats/maximumBytes``.
    case tooLong = "too_long"
    /// The code holds control characters that no format allows.
    case controlCharacters = "control_characters"
    /// The code is not valid UTF-8.
    case invalidText = "invalid_text"
    /// The code is a driving licence or identity card (AAMVA), whose text must be neither stored nor shown.
    case personalData = "personal_data"
}
