/// The key that a scanner types after each code.
public enum Terminator: String, Hashable, Sendable, Codable {
    /// Enter, of the keyboard or the keypad.
    case enter
    /// Tab.
    case tab

    var byte: UInt8 { self == .enter ? 0x0D : 0x09 }
}

/// The end of a code.
public enum CodeEnd: String, Hashable, Sendable, Codable {
    /// The Enter key.
    case enter
    /// The Tab key.
    case tab
    /// Silence.
    case silence
    /// A mark in the last report of the code (HID POS).
    case report

    init(_ terminator: Terminator) { self = terminator == .enter ? .enter : .tab }
}
