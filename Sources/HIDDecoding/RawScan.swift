/// One code as the scanner sent it.
public struct RawScan: Hashable, Sendable {
    /// The code without its terminator, at most ``maximumBytes``.
    public var bytes: [UInt8]
    /// The number of bytes received, if ``bytes`` holds only the first of them.
    public var length: Int?
    /// The AIM identifier that HID POS reports, such as `]Q1`. One that a wedge types stays in front of ``bytes``.
    public var symbology: String?
    /// The end of the code.
    public var endedBy: CodeEnd
    /// The ``HIDReport/at`` of the first report, in microseconds.
    public var firstReportAt: UInt64
    /// The ``HIDReport/at`` of the last report, in microseconds.
    public var lastReportAt: UInt64

    /// The length at which a longer code is cut; it still yields one scan.
    public static let maximumBytes = 8192

    /// Creates a scan; times are in microseconds.
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
