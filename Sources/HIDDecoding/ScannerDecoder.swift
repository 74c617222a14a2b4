/// What came of reports.
public enum Decoded: Hashable, Sendable {
    /// One whole code; empty where a terminator came alone.
    case scan(RawScan)
    /// A code that is not whole, never to be applied; `bytes` is what there is of it.
    case broken(bytes: [UInt8], reason: String)
    /// The answer to a host command, not a scan.
    case reply([UInt8])
}

/// One code as the scanner gave it.
public struct RawScan: Hashable, Sendable {
    /// Without its terminator; at most ``maximumBytes``.
    public var bytes: [UInt8]
    /// The AIM identifier of HID POS, such as `]Q1`. One that a wedge types stays in front of ``bytes``.
    public var symbology: String?
    /// Microseconds, as given to ``ScannerDecoder/feed(_:at:)``.
    public var firstReportAt: UInt64
    /// Microseconds, as given to ``ScannerDecoder/feed(_:at:)``.
    public var lastReportAt: UInt64

    /// A longer code is cut here; it still comes out as one scan.
    public static let maximumBytes = 8192

    /// The scan.
    public init(bytes: [UInt8], symbology: String? = nil, firstReportAt: UInt64, lastReportAt: UInt64) {
        self.bytes = bytes
        self.symbology = symbology
        self.firstReportAt = firstReportAt
        self.lastReportAt = lastReportAt
    }
}

/// Turns the input reports of one scanner into codes. A value: one per connection, made anew after a replug.
///
/// Any bytes may be fed at any time; memory stays below 64 KiB.
public struct ScannerDecoder: Sendable {
    private enum Dialect: Sendable {
        case wedge(WedgeDecoder)
        case pos(POSDecoder)
    }

    private var dialect: Dialect

    /// A decoder for one interface. A wedge never fails: without a usable descriptor it gets the boot layout
    /// (HID 1.11 appendix B). HID POS throws where its descriptor is unusable or names no decoded data.
    public init(_ description: ScannerDescription, wedge: WedgeOptions) throws(DescriptorError) {
        switch description.kind {
        case .keyboardWedge:
            let descriptor = try? ReportDescriptor(parsing: description.reportDescriptor)
            dialect = .wedge(WedgeDecoder(reader: KeyboardReportReader(descriptor), options: wedge))
        case .hidPOS:
            let descriptor = try ReportDescriptor(parsing: description.reportDescriptor)
            dialect = .pos(try POSDecoder(descriptor, vendorID: description.vendorID))
        }
    }

    /// Takes the bytes of one transfer, usually one report; `at` is in microseconds of a monotonic clock.
    ///
    /// What was due before `at` comes out first, as ``expire(at:)`` would have given it.
    public mutating func feed(_ report: [UInt8], at: UInt64) -> [Decoded] {
        update {
            $0.feed(report, at: at)
        } pos: {
            $0.feed(report, at: at)
        }
    }

    /// When ``expire(at:)`` must be called unless a report comes before; nil: nothing is open.
    public var deadline: UInt64? {
        switch dialect {
        case .wedge(let wedge): wedge.deadline
        case .pos(let pos): pos.deadline
        }
    }

    /// Ends what is open and due at `at`; nothing if it is not due. Reports of before `at` must be fed first.
    public mutating func expire(at: UInt64) -> [Decoded] {
        update {
            $0.expire(at: at)
        } pos: {
            $0.expire(at: at)
        }
    }

    /// The scanner is gone: the unfinished part, as broken. The next reports begin afresh.
    public mutating func disconnect() -> [Decoded] {
        update {
            $0.disconnect()
        } pos: {
            $0.disconnect()
        }
    }

    /// Reports were lost (``ScannerEvent/overflow(identity:lost:)``): what is open, or comes next without a pause,
    /// is broken.
    public mutating func reportsLost(at: UInt64) {
        _ = update {
            $0.reportsLost(at: at)
            return []
        } pos: {
            $0.reportsLost(at: at)
            return []
        }
    }

    private mutating func update(
        wedge: (inout WedgeDecoder) -> [Decoded], pos: (inout POSDecoder) -> [Decoded]
    ) -> [Decoded] {
        switch dialect {
        case .wedge(var decoder):
            let decoded = wedge(&decoder)
            dialect = .wedge(decoder)
            return decoded
        case .pos(var decoder):
            let decoded = pos(&decoder)
            dialect = .pos(decoder)
            return decoded
        }
    }
}

/// The reasons of ``Decoded/broken(bytes:reason:)``.
enum BrokenReason {
    static let unplugged = "unplugged in the middle of a code"
    static let shortReport = "a report was too short"
    static let lostReports = "reports were lost"
    static let altCode = "an ALT code without a character"
    static let unknownKey = "a key without a character in this layout"
    static let noTerminator = "the terminator did not come"
    static let noRest = "the rest of the code did not come"
    static let symbology = "a symbology identifier that does not begin with ]"
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
