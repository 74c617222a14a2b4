/// How to read what a keyboard wedge types.
public struct WedgeOptions: Hashable, Sendable {
    /// The layout the scanner was told, not the host's.
    public var layout: KeyboardLayout
    /// A pause of this length ends a code without terminator. A scanner that ended its last code with Enter or Tab
    /// is given five times as long.
    public var interKeyTimeoutMicroseconds: UInt64
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
        layout: KeyboardLayout = .us, interKeyTimeoutMicroseconds: UInt64 = 100_000, requiresTerminator: Bool = false,
        ansiCodePage: ANSICodePage = .windows1252, oemCodePage: OEMCodePage = .cp437,
        controlKeys: [UInt8: UInt8] = [:]
    ) {
        self.layout = layout
        self.interKeyTimeoutMicroseconds = interKeyTimeoutMicroseconds
        self.requiresTerminator = requiresTerminator
        self.ansiCodePage = ansiCodePage
        self.oemCodePage = oemCodePage
        self.controlKeys = controlKeys
    }
}
