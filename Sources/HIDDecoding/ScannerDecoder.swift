/// Decodes the input reports of one scanner into codes: one value per connection, with the profile of the previous one.
///
/// Any bytes may be fed at any time; memory stays below 64 KiB. A code is never a piece of another one: after anything
/// that may have cost bytes the scanner is in quarantine, until a terminator followed by silence.
public struct ScannerDecoder: Sendable {
    private enum Dialect: Sendable {
        case wedge(WedgeDecoder)
        case pos(POSDecoder)

        mutating func update(
            wedge: (inout WedgeDecoder) -> [Decoded], pos: (inout POSDecoder) -> [Decoded]
        ) -> [Decoded] {
            switch self {
            case .wedge(var decoder):
                let decoded = wedge(&decoder)
                self = .wedge(decoder)
                return decoded
            case .pos(var decoder):
                let decoded = pos(&decoder)
                self = .pos(decoder)
                return decoded
            }
        }

        mutating func feed(_ report: HIDReport) -> [Decoded] {
            update {
                $0.feed(report)
            } pos: {
                $0.feed(report)
            }
        }
    }

    /// The state while the scanner sends without end.
    private struct Flood: Sendable {
        /// The time of its last report in microseconds.
        var lastAt: UInt64
        /// A copy of the decoder that counts the codes that are not read; the profile learns nothing of them.
        var counter: Dialect
        var unread = 0
        /// The time at which ``Decoded/unread(codes:)`` came last, in microseconds.
        var reportedAt: UInt64
    }

    private var dialect: Dialect
    // A scanner that empties its memory sends thousands of codes without a pause, a broken one does not stop. Nobody scans
    // two codes a second for a quarter of an hour.
    private var codes = RateLimit(burst: 2_000, perSecond: 2)
    private var reports = RateLimit(burst: 38_000, perSecond: 300)
    private var flood: Flood?
    private var lastBytes: [UInt8] = []
    private var unusedProfile = ScannerProfile()

    /// Creates a decoder for one interface.
    ///
    /// A wedge never fails: without a usable descriptor it is read by the boot layout (HID 1.11 appendix B).
    ///
    /// - Throws: ``DescriptorError`` for HID POS if the descriptor is unusable or declares no decoded data.
    public init(
        _ description: ScannerDescription, wedge: WedgeOptions, profile: ScannerProfile = ScannerProfile()
    ) throws(DescriptorError) {
        switch description.kind {
        case .keyboardWedge:
            let descriptor = try? ReportDescriptor(parsing: description.reportDescriptor)
            dialect = .wedge(WedgeDecoder(reader: KeyboardReportReader(descriptor), options: wedge, profile: profile))
        case .hidPOS:
            let descriptor = try ReportDescriptor(parsing: description.reportDescriptor)
            dialect = .pos(try POSDecoder(descriptor, vendorID: description.vendorID))
            unusedProfile = profile
        }
    }

    /// The options by which a wedge is read, or nil for HID POS. A code in progress is read on by new options.
    public var wedge: WedgeOptions? {
        get {
            guard case .wedge(let decoder) = dialect else { return nil }
            return decoder.options
        }
        set {
            guard case .wedge(var decoder) = dialect, let newValue else { return }
            decoder.options = newValue
            dialect = .wedge(decoder)
        }
    }

    /// The profile learnt so far.
    public var profile: ScannerProfile {
        guard case .wedge(let decoder) = dialect else { return unusedProfile }
        return decoder.profile
    }

    /// A Boolean value that is true if the next code counts once it is whole: the decoder is not in quarantine and has
    /// seen silence since the attach.
    public var isSettled: Bool {
        guard flood == nil else { return false }
        return switch dialect {
        case .wedge(let wedge): wedge.isSettled
        case .pos(let pos): pos.isSettled
        }
    }

    /// A Boolean value that is true if a code, or what may be half of one, is in progress.
    public var isTyping: Bool {
        switch dialect {
        case .wedge(let wedge): wedge.isTyping
        case .pos(let pos): pos.isTyping
        }
    }

    /// Starts reading the scanner at the time `at` in microseconds.
    ///
    /// Reports that it had buffered may begin in the middle of a code: they are broken up to the first terminator,
    /// unless silence comes before them.
    public mutating func attach(at: UInt64) {
        _ = dialect.update {
            $0.attach(at: at)
            return []
        } pos: {
            $0.attach(at: at)
            return []
        }
    }

    /// Decodes the next report, after ending the codes that were followed by silence until its ``HIDReport/since``.
    public mutating func feed(_ report: HIDReport) -> [Decoded] {
        var before: [Decoded] = []
        if flood != nil {
            before = quiet(until: report.since)
            if flood != nil { return before + count(report) }
        }
        let decoded = before + dialect.feed(report)
        let isEndless =
            switch dialect {
            case .wedge(let wedge): wedge.isEndless
            case .pos(let pos): pos.isEndless
            }
        let (isWithinReports, isWithinCodes) = (
            reports.consume(1, at: report.at), codes.consume(decoded.count - before.count, at: report.at)
        )
        return isEndless || !isWithinReports || !isWithinCodes ? decoded + beginFlood(at: report.at) : decoded
    }

    private mutating func beginFlood(at: UInt64) -> [Decoded] {
        let decoded = dialect.update {
            [.flood(bytes: $0.abandon())]
        } pos: {
            [.flood(bytes: $0.abandon())]
        }
        flood = Flood(lastAt: at, counter: dialect, reportedAt: at)
        return decoded
    }

    /// Counts the codes of a report that is not read.
    private mutating func count(_ report: HIDReport) -> [Decoded] {
        // A scanner that only repeats its last report (idle rate) is silent.
        if report.bytes != lastBytes { flood?.lastAt = report.at }
        lastBytes = report.bytes
        let count = flood?.counter.feed(report).count ?? 0
        _ = codes.consume(count, at: report.at)
        flood?.unread += count
        guard let flood, report.at.elapsed(since: flood.reportedAt) >= Self.second else { return [] }
        self.flood?.reportedAt = report.at
        return reportUnread()
    }

    private mutating func reportUnread() -> [Decoded] {
        guard let count = flood?.unread, count > 0 else { return [] }
        flood?.unread = 0
        return [.unread(codes: count)]
    }

    private static let second: UInt64 = 1_000_000

    /// The time in microseconds at which ``quiet(until:)`` has something to end, or nil if no code is in progress.
    public var deadline: UInt64? {
        if let flood { return flood.lastAt.saturatingAdd(Timing.quarantineWithoutTerminator) }
        return switch dialect {
        case .wedge(let wedge): wedge.deadline
        case .pos(let pos): pos.deadline
        }
    }

    /// Ends the codes that silence ends.
    ///
    /// - Parameter moment: the time in microseconds until which no report arrived; all earlier ones must have been fed.
    public mutating func quiet(until moment: UInt64) -> [Decoded] {
        var decoded: [Decoded] = []
        if flood != nil {
            guard let deadline, moment >= deadline else { return [] }
            decoded = reportUnread()
            flood = nil
            // The limit of codes stays: a scanner that sends thousands after each pause would write as many rows.
            reports.reset()
        }
        return decoded
            + dialect.update {
                $0.quiet(until: moment)
            } pos: {
                $0.quiet(until: moment)
            }
    }

    /// Ends the connection and returns the code in progress as broken. The next report starts afresh.
    public mutating func disconnect(_ reason: String = BrokenReason.unplugged) -> [Decoded] {
        let decoded = reportUnread()
        flood = nil
        return decoded
            + dialect.update {
                $0.disconnect(reason)
            } pos: {
                $0.disconnect(reason)
            }
    }

    /// Marks that bytes may be missing at the time `at` in microseconds: the code in progress, or the next one, is broken.
    public mutating func interrupt(_ interruption: Interruption, at: UInt64) {
        let (reason, isCertain) = (BrokenReason.of(interruption), interruption.isCertain)
        _ = dialect.update {
            $0.interrupt(reason, isCertain: isCertain, at: at)
            return []
        } pos: {
            $0.interrupt(reason, isCertain: isCertain, at: at)
            return []
        }
    }
}

extension UInt64 {
    /// Returns the sum, or the maximum where it would overflow.
    func saturatingAdd(_ other: UInt64) -> UInt64 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? .max : sum
    }

    /// Returns the time since `earlier`, or 0 if the clock went backwards.
    func elapsed(since earlier: UInt64) -> UInt64 {
        self >= earlier ? self - earlier : 0
    }
}
