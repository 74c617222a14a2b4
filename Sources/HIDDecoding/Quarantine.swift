/// Nothing of a scanner counts while this lasts: bytes may have been lost, and a piece of a code is another code.
///
/// It ends with a terminator and a quiet gap behind it. All that came meanwhile is one broken code.
struct Quarantine: Sendable {
    /// Why, as the journal says it.
    let reason: String
    /// The last thing that came was a terminator.
    var endsWithTerminator = false
    /// What came since the last silence begins with a terminator and holds no other: perhaps it stands in front.
    var beginsWithTerminator = false
    /// The longest gap since it began, where silence was its reason: the scanner may only be slower than it was.
    var slowestGap: UInt64 = 0

    init(_ reason: String) { self.reason = reason }
}
