/// How to read what a keyboard wedge types.
public struct WedgeOptions: Hashable, Sendable {
    /// The key that ends every code, where somebody says so.
    public enum TerminatorSetting: String, Hashable, Sendable, CaseIterable {
        /// As the scanner shows by itself.
        case learnt
        /// Silence ends a code.
        case none
        /// Enter, Tab.
        case enter, tab
    }

    /// The layout the scanner was told, not the host's.
    public var layout: KeyboardLayout
    /// The silence that ends a code, or breaks one that a terminator should have ended; nil: learnt from the scanner's
    /// own pace.
    public var interKeyTimeoutMicroseconds: UInt64?
    /// What ends a code.
    public var terminator: TerminatorSetting
    /// The scanner always ends a code with Enter or Tab: what ends by a pause is broken.
    public var requiresTerminator: Bool
    /// Of Alt+0nnn.
    public var ansiCodePage: ANSICodePage
    /// Of Alt+nnn.
    public var oemCodePage: OEMCodePage
    /// Keys that stand for a byte, such as 0x41 (F8) for 0x1D.
    public var controlKeys: [UInt8: UInt8]

    /// The options of a scanner as it leaves the factory.
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
