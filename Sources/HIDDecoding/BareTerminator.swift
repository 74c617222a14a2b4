/// A terminator without a code: the prefix of a code, the late end of one, or an empty code.
struct BareTerminator: Sendable {
    var at: UInt64
    var terminator: Terminator
    /// A Boolean value that is true if silence ended the code before it.
    var isLate: Bool
}
