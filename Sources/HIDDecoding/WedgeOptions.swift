/// The options by which a keyboard wedge is read.
public struct WedgeOptions: Hashable, Sendable {
    /// The configured terminator.
    public enum TerminatorSetting: String, Hashable, Sendable, CaseIterable {
        /// The key that the decoder learns from the scanner.
        case learnt
        /// No key: silence ends a code.
        case none
        /// Enter or Tab.
        case enter, tab
    }

    /// The layout that the scanner is set to, not the host's.
    public var layout: KeyboardLayout
    /// The silence that ends a code, or breaks one that a terminator should have ended, in microseconds; nil to learn
    /// it from the scanner's pace.
    public var interKeyTimeoutMicroseconds: UInt64?
    /// The setting of the terminator.
    public var terminator: TerminatorSetting
    /// A Boolean value that is true if the scanner always ends a code with Enter or Tab, so that a code ended by silence
    /// is broken.
    public var requiresTerminator: Bool
    /// The code page of Alt+0nnn.
    public var ansiCodePage: ANSICodePage
    /// The code page of Alt+nnn.
    public var oemCodePage: OEMCodePage
    /// The bytes of keys that stand for one, such as 0x1D for 0x41 (F8).
    public var controlKeys: [UInt8: UInt8]

    /// Creates options; the defaults are those of a scanner as it leaves the factory.
    public init(
        layout: KeyboardLayout = .us, interKeyTimeoutMicroseconds: UInt64? = nil,
        terminator: TerminatorSetting = .learnt, requiresTerminator: Bool = false,
        ansiCodePage: ANSICodePage = .windows1252, oemCodePage: OEMCodePage = .cp437,
        controlKeys: [UInt8: UInt8] = [:]
    ) {
        self.layout = layout
        self.interKeyTimeoutMicroseconds = interKeyTimeoutMicroseconds
        self.terminator = terminator
        self.requiresTerminator = requiresTerminator
        self.ansiCodePage = ansiCodePage
        self.oemCodePage = oemCodePage
        self.controlKeys = controlKeys
    }
}
