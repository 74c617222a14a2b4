/// Reads HID POS reports (HID POS Usage Tables 1.02, HUT 1.5 page 8C) by what the descriptor says, never by offset.
struct POSDecoder: Sendable {
    /// How long the next part of a continued code may take.
    private static let continuationMicroseconds: UInt64 = 500_000
    private static let bracket: UInt8 = 0x5D

    private struct Open: Sendable {
        var aim: [UInt8]
        var bytes: [UInt8] = []
        var fault: String?
        var firstAt: UInt64
        var lastAt: UInt64
    }

    private let isNumbered: Bool
    private let lengths: [UInt8: Int]
    private let shapes: [UInt8: POSReportShape]
    private let vendorID: UInt16
    private var open: Open?
    /// Since when the beginning of a code may be missing.
    private var lostAt: UInt64?

    init(_ descriptor: ReportDescriptor, vendorID: UInt16) throws(DescriptorError) {
        isNumbered = descriptor.hasNumberedInput
        lengths = descriptor.inputReportLengths
        shapes = POSReportShape.shapes(of: descriptor)
        self.vendorID = vendorID
        guard !shapes.isEmpty else { throw .noScannedData }
    }

    var deadline: UInt64? {
        open?.lastAt.saturatingAdd(Self.continuationMicroseconds)
    }

    mutating func expire(at: UInt64) -> [Decoded] {
        guard let deadline, at >= deadline else { return [] }
        return abandon(BrokenReason.noRest)
    }

    mutating func disconnect() -> [Decoded] {
        lostAt = nil
        return abandon(BrokenReason.unplugged)
    }

    mutating func reportsLost(at: UInt64) {
        guard var code = open else {
            lostAt = at
            return
        }
        code.fault = code.fault ?? BrokenReason.lostReports
        open = code
    }

    mutating func feed(_ bytes: [UInt8], at: UInt64) -> [Decoded] {
        var decoded = expire(at: at)
        for report in splitReports(bytes, isNumbered: isNumbered, lengths: lengths) {
            guard let first = report.first, let shape = shapes[isNumbered ? first : 0] else { continue }
            take(POSReport(report, shape), at: at, into: &decoded)
        }
        return decoded
    }

    private mutating func abandon(_ reason: String) -> [Decoded] {
        guard let unfinished = open else { return [] }
        open = nil
        return [.broken(bytes: unfinished.bytes, reason: unfinished.fault ?? reason)]
    }

    private mutating func take(_ report: POSReport, at: UInt64, into decoded: inout [Decoded]) {
        if report.isShort {
            // Which part of which code it was cannot be told.
            let bytes = (open?.bytes ?? []) + report.data
            open = nil
            decoded.append(
                .broken(bytes: Array(bytes.prefix(RawScan.maximumBytes)), reason: BrokenReason.shortReport))
            return
        }
        if isReply(report) {
            decoded.append(.reply(report.payload))
            return
        }
        let hasAIM = report.aim.contains { $0 != 0 }
        if let open, hasAIM, report.aim != open.aim { decoded += abandon(BrokenReason.noRest) }
        if open == nil {
            // Some devices send an empty report when nothing was read.
            if !hasAIM, !report.isContinued, report.data.isEmpty { return }
            open = Open(aim: report.aim, fault: startFault(report, hasAIM, at), firstAt: at, lastAt: at)
        }
        append(report, at: at, into: &decoded)
    }

    private mutating func append(_ report: POSReport, at: UInt64, into decoded: inout [Decoded]) {
        guard var code = open else { return }
        code.bytes += report.data.prefix(max(0, RawScan.maximumBytes - code.bytes.count))
        code.lastAt = at
        if report.isContinued {
            open = code
            return
        }
        open = nil
        if let fault = code.fault {
            decoded.append(.broken(bytes: code.bytes, reason: fault))
            return
        }
        let isCut = code.bytes.count == RawScan.maximumBytes
        decoded.append(
            .scan(
                RawScan(
                    bytes: isCut ? code.bytes : strippingSuffix(code.bytes), symbology: Self.symbology(code.aim),
                    firstReportAt: code.firstAt, lastReportAt: at)))
    }

    private mutating func startFault(_ report: POSReport, _ hasAIM: Bool, _ at: UInt64) -> String? {
        let lost = lostAt.map { at.elapsed(since: $0) < Self.continuationMicroseconds } ?? false
        lostAt = nil
        if lost { return BrokenReason.lostReports }
        return hasAIM && report.aim.first != Self.bracket ? BrokenReason.symbology : nil
    }

    /// Honeywell and Newland answer commands in the report of scans.
    private func isReply(_ report: POSReport) -> Bool {
        switch vendorID {
        case 0x0C2E, 0x23D0:
            return report.aim == Array("]X0".utf8) || report.aim == Array("]Z6".utf8)
        case 0x1EAB:
            guard !report.aim.isEmpty, report.aim.first != Self.bracket else { return false }
            // The parts of a long code after the first need no identifier.
            return open == nil || report.aim.contains { $0 != 0 }
        default:
            return false
        }
    }

    private static func symbology(_ aim: [UInt8]) -> String? {
        guard aim.count == 3, aim[0] == bracket, aim.allSatisfy({ (0x21...0x7E).contains($0) }) else { return nil }
        return String(validating: aim, as: UTF8.self)
    }
}
