/// What came of reports.
public enum Decoded: Hashable, Sendable {
    /// One whole code; empty where a terminator came alone.
    case scan(RawScan)
    /// A code that is not whole, never to be applied; `bytes` is what there is of it.
    case broken(bytes: [UInt8], reason: String)
    /// The scanner sends without end, and nothing of it is read until it was quiet for a second; `bytes` is what was
    /// open. Comes once.
    case flood(bytes: [UInt8])
    /// So many codes were not read since then, or since this came last; at most once a second.
    case unread(codes: Int)
    /// The answer to a host command, not a scan.
    case reply([UInt8])
}

/// One code as the scanner gave it.
public struct RawScan: Hashable, Sendable {
    /// Without its terminator; at most ``maximumBytes``.
    public var bytes: [UInt8]
    /// How many bytes came, where ``bytes`` is only the beginning of them.
    public var length: Int?
    /// The AIM identifier of HID POS, such as `]Q1`. One that a wedge types stays in front of ``bytes``.
    public var symbology: String?
    /// What ended it.
    public var endedBy: CodeEnd
    /// Microseconds, ``HIDReport/at`` of its first report.
    public var firstReportAt: UInt64
    /// Microseconds, ``HIDReport/at`` of its last report.
    public var lastReportAt: UInt64

    /// A longer code is cut here; it still comes out as one scan.
    public static let maximumBytes = 8192

    /// The scan.
    public init(
        bytes: [UInt8], length: Int? = nil, symbology: String? = nil, endedBy: CodeEnd, firstReportAt: UInt64,
        lastReportAt: UInt64
    ) {
        self.bytes = bytes
        self.length = length
        self.symbology = symbology
        self.endedBy = endedBy
        self.firstReportAt = firstReportAt
        self.lastReportAt = lastReportAt
    }
}

/// Turns the input reports of one scanner into codes. A value: one per connection, with the habits of the one before.
///
/// Any bytes may be fed at any time; memory stays below 64 KiB. A code is never a piece of another one: after anything
/// that may have cost bytes the scanner is in quarantine, until a terminator and a quiet gap.
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

    /// A scanner that sends without end, while it does.
    private struct Flood: Sendable {
        /// Its last report (microseconds).
        var lastAt: UInt64
        /// Reads on, to count what is not taken; nothing is learnt of it.
        var counter: Dialect
        var unread = 0
        var toldAt: UInt64
    }

    private var dialect: Dialect
    // A scanner that empties its memory sends thousands of codes without a pause, a broken one does not stop. Nobody scans
    // two codes a second for a quarter of an hour.
    private var codes = RateLimit(burst: 2_000, perSecond: 2)
    private var reports = RateLimit(burst: 38_000, perSecond: 300)
    private var flood: Flood?
    private var lastBytes: [UInt8] = []
    private var ignoredHabits = ScannerHabits()

    /// A decoder for one interface. A wedge never fails: without a usable descriptor it gets the boot layout
    /// (HID 1.11 appendix B). HID POS throws where its descriptor is unusable or names no decoded data.
    public init(
        _ description: ScannerDescription, wedge: WedgeOptions, habits: ScannerHabits = ScannerHabits()
    ) throws(DescriptorError) {
        switch description.kind {
        case .keyboardWedge:
            let descriptor = try? ReportDescriptor(parsing: description.reportDescriptor)
            dialect = .wedge(WedgeDecoder(reader: KeyboardReportReader(descriptor), options: wedge, habits: habits))
        case .hidPOS:
            let descriptor = try ReportDescriptor(parsing: description.reportDescriptor)
            dialect = .pos(try POSDecoder(descriptor, vendorID: description.vendorID))
            ignoredHabits = habits
        }
    }

    /// How a wedge is read; what is open is read on by the new options. HID POS has none.
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

    /// What was learnt of the scanner so far.
    public var habits: ScannerHabits {
        guard case .wedge(let decoder) = dialect else { return ignoredHabits }
        return decoder.habits
    }

    /// Whether the next code counts if it is whole: no quarantine, and quiet since the attach.
    public var isSettled: Bool {
        guard flood == nil else { return false }
        return switch dialect {
        case .wedge(let wedge): wedge.isSettled
        case .pos(let pos): pos.isSettled
        }
    }

    /// Whether a code, or what may be half of one, is open.
    public var isTyping: Bool {
        switch dialect {
        case .wedge(let wedge): wedge.isTyping
        case .pos(let pos): pos.isTyping
        }
    }

    /// The scanner is read from now on (microseconds). What it had kept and delivers at once may begin in the middle
    /// of a code: up to its first terminator it is broken, unless a quiet gap came before.
    public mutating func attach(at: UInt64) {
        _ = dialect.update {
            $0.attach(at: at)
            return []
        } pos: {
            $0.attach(at: at)
            return []
        }
    }

    /// Takes the next report. What its ``HIDReport/since`` shows to have been silence before it comes out first.
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
            reports.take(1, at: report.at), codes.take(decoded.count - before.count, at: report.at)
        )
        return isEndless || !isWithinReports || !isWithinCodes ? decoded + beginFlood(at: report.at) : decoded
    }

    private mutating func beginFlood(at: UInt64) -> [Decoded] {
        let decoded = dialect.update {
            [.flood(bytes: $0.abandon())]
        } pos: {
            [.flood(bytes: $0.abandon())]
        }
        flood = Flood(lastAt: at, counter: dialect, toldAt: at)
        return decoded
    }

    /// Counts the codes of a report that is not read.
    private mutating func count(_ report: HIDReport) -> [Decoded] {
        // One that repeats its last report because it was not told to be idle is quiet.
        if report.bytes != lastBytes { flood?.lastAt = report.at }
        lastBytes = report.bytes
        let count = flood?.counter.feed(report).count ?? 0
        _ = codes.take(count, at: report.at)
        flood?.unread += count
        guard let flood, report.at.elapsed(since: flood.toldAt) >= Self.second else { return [] }
        self.flood?.toldAt = report.at
        return takeUnread()
    }

    private mutating func takeUnread() -> [Decoded] {
        guard let count = flood?.unread, count > 0 else { return [] }
        flood?.unread = 0
        return [.unread(codes: count)]
    }

    private static let second: UInt64 = 1_000_000

    /// When ``quiet(until:)`` is of interest, in microseconds; nil: nothing is open.
    public var deadline: UInt64? {
        if let flood { return flood.lastAt.saturatingAdd(Pace.quarantineWithoutTerminator) }
        return switch dialect {
        case .wedge(let wedge): wedge.deadline
        case .pos(let pos): pos.deadline
        }
    }

    /// Nothing came until `moment` (microseconds), and all that came before has been fed: what silence ends is ended.
    public mutating func quiet(until moment: UInt64) -> [Decoded] {
        var decoded: [Decoded] = []
        if flood != nil {
            guard let deadline, moment >= deadline else { return [] }
            decoded = takeUnread()
            flood = nil
            // Not the codes: one that sends thousands again after each pause would write as many rows.
            reports.reset()
        }
        return decoded
            + dialect.update {
                $0.quiet(until: moment)
            } pos: {
                $0.quiet(until: moment)
            }
    }

    /// The scanner is gone, or the station stops: the unfinished part, as broken. The next reports begin afresh.
    public mutating func disconnect(_ reason: String = BrokenReason.unplugged) -> [Decoded] {
        let decoded = takeUnread()
        flood = nil
        return decoded
            + dialect.update {
                $0.disconnect(reason)
            } pos: {
                $0.disconnect(reason)
            }
    }

    /// Bytes may be missing from here on (microseconds): what is open, or comes next, is broken.
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

/// The reasons of ``Decoded/broken(bytes:reason:)``.
public enum BrokenReason {
    /// The scanner was pulled out while it sent.
    public static let unplugged = "unplugged in the middle of a code"
    /// The daemon was stopped meanwhile.
    public static let stopped = "the station stopped in the middle of a code"
    static let shortReport = "a report was too short"
    static let lostReports = "reports were lost"
    static let altCode = "an ALT code without a character"
    static let unknownKey = "a key without a character in this layout"
    /// A scanner that ends its codes with a key went silent in the middle of one.
    public static let noTerminator = "the terminator did not come"
    static let noRest = "the rest of the code did not come"
    static let symbology = "a symbology identifier that does not begin with ]"
    static let attached = "it may have begun before the scanner was read"
    static let unseenPause = "a pause that nobody saw"
    static let overflow = "a report was longer than the endpoint declares"
    static let stall = "the endpoint stalled"
    static let busError = "a bus error"

    static func of(_ interruption: Interruption) -> String {
        switch interruption {
        case .lostReports: lostReports
        case .overflow: overflow
        case .stall: stall
        case .busError: busError
        }
    }
}

extension UInt64 {
    /// Never wraps.
    func saturatingAdd(_ other: UInt64) -> UInt64 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? .max : sum
    }

    /// The time since `earlier`; 0 if the clock went backwards.
    func elapsed(since earlier: UInt64) -> UInt64 {
        self >= earlier ? self - earlier : 0
    }
}
