/// The typing behaviour that a decoder has learnt of one scanner. It outlives a connection.
public struct ScannerProfile: Hashable, Sendable {
    /// The key that ends every code, or nil while none is known. Once it is known, silence ends no code.
    public var terminator: Terminator?
    /// A Boolean value that is true if the scanner also sends a terminator before codes.
    public var hasPrefix = false
    /// A Boolean value that is true if a code was seen with a terminator both before and after it.
    var isFramed = false
    /// A Boolean value that is true if the scanner was unplugged in the middle of a code.
    var wasTyping = false
    /// A Boolean value that is true if silence has ended a code.
    public var endsSilently = false
    /// The longest time between two reports of a code in microseconds, or nil before the first whole code.
    public var slowestGap: UInt64?

    /// Creates the profile of a scanner of which at most the terminator is known.
    public init(terminator: Terminator? = nil) { self.terminator = terminator }
}
