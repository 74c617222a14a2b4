/// A period in which no code of a scanner counts, since bytes may have been lost and a piece of a code is another code.
///
/// It ends with a terminator followed by silence. All that came meanwhile is one broken code.
struct Quarantine: Sendable {
    /// The reason, worded for the journal.
    let reason: String
    /// A Boolean value that is true if the last key was a terminator.
    var endsWithTerminator = false
    /// A Boolean value that is true if the keys since the last silence begin with a terminator and hold no other one,
    /// which is how a scanner with a prefix types.
    var beginsWithTerminator = false
    /// The longest gap since the quarantine began, in microseconds, if silence was its reason: the scanner may only have
    /// become slower.
    var slowestGap: UInt64 = 0

    init(_ reason: String) { self.reason = reason }
}
