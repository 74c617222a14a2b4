/// The timeouts of scanners, in microseconds.
enum Timing {
    /// The silence that ends a code of a scanner of which nothing is known.
    static let initialTimeout: UInt64 = 500_000
    static let minimumTimeout: UInt64 = 50_000
    static let maximumTimeout: UInt64 = 2_000_000
    /// The shortest silence that ends or breaks a code: no person scans again as fast, and a cordless scanner may
    /// pause that long.
    static let minimumSilence: UInt64 = 250_000
    /// The multiple of its slowest gap for which a scanner is waited for.
    static let gapFactor: UInt64 = 8
    /// The silence that ends a quarantine of a scanner without a terminator.
    static let quarantineWithoutTerminator: UInt64 = 1_000_000
    /// The silence after which an incomplete code in quarantine is reported.
    static let incompleteCodeTimeout: UInt64 = 2_000_000
    /// The longest time between two reports that a scanner had buffered.
    static let maximumBufferedGap: UInt64 = 20_000
    /// The largest uncertainty of a gap from which the scanner's pace is learnt.
    static let maximumUncertainty: UInt64 = 40_000

    /// Returns ``gapFactor`` times the slowest gap, within the limits.
    static func timeout(slowestGap: UInt64) -> UInt64 {
        min(max(slowestGap.multipliedSaturating(by: gapFactor), minimumTimeout), maximumTimeout)
    }
}

extension UInt64 {
    fileprivate func multipliedSaturating(by factor: UInt64) -> UInt64 {
        let (product, overflow) = multipliedReportingOverflow(by: factor)
        return overflow ? .max : product
    }
}
