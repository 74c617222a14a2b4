/// The key that a scanner presses after each code.
public enum Terminator: String, Hashable, Sendable, Codable {
    /// Enter, of the keyboard or the keypad.
    case enter
    /// Tab.
    case tab

    var byte: UInt8 { self == .enter ? 0x0D : 0x09 }
}

/// What ended a code.
public enum CodeEnd: String, Hashable, Sendable, Codable {
    /// The Enter key.
    case enter
    /// The Tab key.
    case tab
    /// Nothing came any more.
    case silence
    /// The last report of the code said so (HID POS).
    case report

    init(_ terminator: Terminator) { self = terminator == .enter ? .enter : .tab }
}

/// What a decoder has learnt of how one scanner types. It outlives a connection.
public struct ScannerHabits: Hashable, Sendable {
    /// The key that ends every code; nil while no code was ever ended by one. Once there is one, silence ends no code.
    public var terminator: Terminator?
    /// Whether a terminator stands in front of codes too.
    public var hasPrefix = false
    /// Whether a terminator was seen to stand both in front and behind.
    var isFramed = false
    /// Whether it was typing when it was pulled out.
    var wasTyping = false
    /// Whether silence has ended a code.
    public var endsSilently = false
    /// The longest time between two reports inside a code, in microseconds; nil before the first whole code.
    public var slowestGap: UInt64?

    /// Habits of a scanner that is new, or of which no more than the terminator is known.
    public init(terminator: Terminator? = nil) { self.terminator = terminator }
}

/// The times by which a scanner is judged, in microseconds.
enum Pace {
    /// The silence that ends a code of a scanner of which nothing is known.
    static let firstTimeout: UInt64 = 500_000
    static let shortestTimeout: UInt64 = 50_000
    static let longestTimeout: UInt64 = 2_000_000
    /// The shortest silence that ends or breaks a code: no person scans again as fast, and a cordless scanner may
    /// hiccup.
    static let shortestBreak: UInt64 = 250_000
    /// How many times its own slowest gap a scanner is waited for.
    static let patience: UInt64 = 8
    /// The quiet that ends a quarantine without a terminator.
    static let quarantineWithoutTerminator: UInt64 = 1_000_000
    /// After this quiet a person is told of half a code that nothing followed.
    static let answer: UInt64 = 2_000_000
    /// The longest time between two reports that waited in a scanner.
    static let slowestDelivery: UInt64 = 20_000
    /// A gap that was measured less exactly than this teaches nothing.
    static let exactness: UInt64 = 40_000

    /// Eight times the slowest gap, within its limits.
    static func timeout(slowestGap: UInt64) -> UInt64 {
        min(max(slowestGap.multipliedSaturating(by: patience), shortestTimeout), longestTimeout)
    }
}

extension UInt64 {
    fileprivate func multipliedSaturating(by factor: UInt64) -> UInt64 {
        let (product, overflow) = multipliedReportingOverflow(by: factor)
        return overflow ? .max : product
    }
}
