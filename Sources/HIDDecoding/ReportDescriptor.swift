/// The reports of a HID interface, parsed from its report descriptor (HID 1.11 §6.2.2) as Linux's `hid-core.c` does.
public struct ReportDescriptor: Hashable, Sendable {
    /// The length in bytes of the longest descriptor that is accepted.
    public static let maximumBytes = 4096

    struct ReportKey: Hashable, Sendable {
        var type: ReportType
        var id: UInt8
    }

    /// The fields that carry data, in order; padding takes room in its report but is not here.
    package internal(set) var fields: [ReportField] = []
    /// The usages of the application collections, in order.
    package internal(set) var applications: [Usage] = []
    var reportBitCounts: [ReportKey: Int] = [:]

    /// Parses a descriptor.
    ///
    /// Accepted although odd: unknown main items (trailing zero bytes occur), unknown flag bits, long items (skipped),
    /// more or fewer usages than elements. Memory stays in proportion to the descriptor, whatever it says.
    public init(parsing bytes: [UInt8]) throws(DescriptorError) {
        var parser = DescriptorParser()
        try parser.parse(bytes)
        self = parser.result
    }

    init() {}

    /// It has a bar code scanner collection (8C:02, or 8C:03 as some scanners say to avoid a driver of Windows)
    /// and decoded data in an input report.
    public var isBarcodeScanner: Bool {
        applications.contains { $0 == .barCodeScanner || $0 == .dumbBarCodeScanner }
            && fields.contains { $0.type == .input && $0.hasUsage(.decodedData) }
    }

    /// It has a keyboard collection (01:06).
    public var isKeyboard: Bool {
        applications.contains(.keyboard)
    }

    /// Returns whether the device declares a feature report with the id (0: the report without an id).
    public func hasFeatureReport(_ id: UInt8) -> Bool {
        reportBitCounts[ReportKey(type: .feature, id: id)] != nil
    }

    /// Returns whether the device declares an output report with the id (0: the report without an id).
    public func hasOutputReport(_ id: UInt8) -> Bool {
        reportBitCounts[ReportKey(type: .output, id: id)] != nil
    }

    /// Returns the length of the longest input report in bytes, its id included, or 0 without input reports.
    public func inputReportLength() -> Int {
        inputReportLengths.values.max() ?? 0
    }

    /// A Boolean value that is true if the first byte of an input report is its id.
    package var hasNumberedInput: Bool {
        reportBitCounts.keys.contains { $0.type == .input && $0.id != 0 }
    }

    /// The length in bytes of each input report by its id, the id included.
    package var inputReportLengths: [UInt8: Int] {
        let idBytes = hasNumberedInput ? 1 : 0
        var lengths: [UInt8: Int] = [:]
        for (key, bits) in reportBitCounts where key.type == .input {
            lengths[key.id] = (bits + 7) / 8 + idBytes
        }
        return lengths
    }

    /// Returns the bits of a report without its id, padding included, or nil if it is not declared.
    package func bitCount(_ type: ReportType, id: UInt8) -> Int? {
        reportBitCounts[ReportKey(type: type, id: id)]
    }
}

extension Usage {
    static let byteCount = Usage(0x01, 0x3B)
    static let keyboard = Usage(0x01, 0x06)
    static let keypad = Usage(0x01, 0x07)
    static let barCodeScanner = Usage(0x8C, 0x02)
    static let dumbBarCodeScanner = Usage(0x8C, 0x03)
    static let decodedData = Usage(0x8C, 0xFE)
    static let decodeDataContinued = Usage(0x8C, 0xFF)
}

extension ReportField {
    func hasUsage(_ usage: Usage) -> Bool {
        let raw = UInt32(usage.page) << 16 | UInt32(usage.id)
        return usages.contains { raw >= $0.first && Int(raw - $0.first) < $0.count }
    }
}

/// Splits the bytes of one transfer into reports, of which a device may send several in one transfer.
///
/// Padding after a whole report is dropped; a report with an unknown id is left to the caller.
func splitReports(_ bytes: [UInt8], isNumbered: Bool, lengths: [UInt8: Int]) -> [[UInt8]] {
    guard let first = bytes.first else { return [] }
    guard let length = lengths[isNumbered ? first : 0], length > 0, bytes.count > length else { return [bytes] }
    var reports: [[UInt8]] = []
    var start = 0
    while start < bytes.count {
        guard let length = lengths[isNumbered ? bytes[start] : 0], length > 0 else { break }
        let end = min(start + length, bytes.count)
        if end - start < length, !isNumbered { break }
        reports.append(Array(bytes[start..<end]))
        start = end
    }
    return reports
}
