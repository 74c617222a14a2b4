/// Reads HID POS reports (HID POS Usage Tables 1.02, HUT 1.5 page 8C) by what the descriptor says, never by offset.
struct POSDecoder: Sendable {
    /// How long the next part of a continued code may take, and the quiet between codes.
    private static let gap = Pace.firstTimeout
    private static let bracket: UInt8 = 0x5D

    private struct Open: Sendable {
        var aim: [UInt8]
        var bytes: [UInt8] = []
        var fault: String?
        var firstAt: UInt64
        var received = 0

        mutating func append(_ data: [UInt8]) {
            received += data.count
            bytes += data.prefix(max(0, RawScan.maximumBytes - bytes.count))
        }
    }

    private let isNumbered: Bool
    private let lengths: [UInt8: Int]
    private let shapes: [UInt8: POSReportShape]
    private let vendorID: UInt16
    private var open: Open?
    private var quarantine: Quarantine?
    private var lastActivityAt: UInt64 = 0
    /// Read since then, and not yet seen quiet: what comes may begin in the middle of a code.
    private var attachedAt: UInt64?

    init(_ descriptor: ReportDescriptor, vendorID: UInt16) throws(DescriptorError) {
        isNumbered = descriptor.hasNumberedInput
        lengths = descriptor.inputReportLengths
        shapes = POSReportShape.shapes(of: descriptor)
        self.vendorID = vendorID
        guard !shapes.isEmpty else { throw .noScannedData }
    }

    var isSettled: Bool { quarantine == nil && attachedAt == nil }
    var isTyping: Bool { open != nil }
    var isEndless: Bool { (open?.received ?? 0) > 2 * RawScan.maximumBytes }

    // MARK: Time

    var deadline: UInt64? {
        if let quarantine {
            if quarantine.endsWithTerminator { return lastActivityAt.saturatingAdd(Self.gap) }
            return open == nil ? nil : lastActivityAt.saturatingAdd(Pace.answer)
        }
        if open != nil { return lastActivityAt.saturatingAdd(Self.gap) }
        return attachedAt?.saturatingAdd(Self.gap)
    }

    mutating func quiet(until moment: UInt64) -> [Decoded] {
        var decoded: [Decoded] = []
        while let deadline, moment >= deadline { decoded += expire() }
        return decoded
    }

    private mutating func expire() -> [Decoded] {
        if let quarantine {
            let decoded = giveUp(quarantine.reason)
            if quarantine.endsWithTerminator { self.quarantine = nil }
            return decoded
        }
        if open != nil {
            hold(BrokenReason.noRest)
        } else {
            attachedAt = nil
        }
        return []
    }

    private mutating func giveUp(_ reason: String) -> [Decoded] {
        guard let unfinished = open else { return [] }
        open = nil
        return unfinished.received == 0 && unfinished.fault == nil
            ? [] : [.broken(bytes: strippingSuffix(unfinished.bytes), reason: unfinished.fault ?? reason)]
    }

    // MARK: Connection

    mutating func attach(at: UInt64) {
        if quarantine == nil {
            if open != nil { quarantine = Quarantine(BrokenReason.attached) } else { attachedAt = at }
        }
        lastActivityAt = at
    }

    mutating func interrupt(_ reason: String, isCertain: Bool, at: UInt64) {
        let isRecent = attachedAt == nil && at.elapsed(since: lastActivityAt) < Self.gap
        guard isCertain || open != nil || isRecent else {
            // What it may have cost is the beginning of what comes next, as at an attach.
            if quarantine == nil { attach(at: at) }
            return
        }
        hold(reason)
        lastActivityAt = max(lastActivityAt, at)
    }

    mutating func disconnect(_ reason: String) -> [Decoded] {
        defer {
            quarantine = nil
            attachedAt = nil
            lastActivityAt = 0
        }
        return giveUp(quarantine?.reason ?? reason)
    }

    /// Gives up a code that never ends; returns what there is of it.
    mutating func abandon() -> [UInt8] {
        let bytes = open?.bytes ?? []
        open = nil
        _ = disconnect(BrokenReason.unplugged)
        return bytes
    }

    private mutating func hold(_ reason: String) {
        if quarantine == nil { quarantine = Quarantine(reason) }
        quarantine?.endsWithTerminator = false
        attachedAt = nil
    }

    // MARK: Reports

    mutating func feed(_ transfer: HIDReport) -> [Decoded] {
        var decoded = quiet(until: transfer.since)
        for report in splitReports(transfer.bytes, isNumbered: isNumbered, lengths: lengths) {
            guard let first = report.first, let shape = shapes[isNumbered ? first : 0] else { continue }
            take(POSReport(report, shape), at: transfer.at, into: &decoded)
        }
        return decoded
    }

    private mutating func take(_ report: POSReport, at: UInt64, into decoded: inout [Decoded]) {
        if !report.isShort, isReply(report) {
            decoded.append(.reply(report.payload))
            return
        }
        let hasAIM = report.aim.contains { $0 != 0 }
        if !report.isShort, open == nil, quarantine == nil, !hasAIM, !report.isContinued, report.data.isEmpty {
            // Some devices send an empty report when nothing was read.
            return
        }
        lastActivityAt = at
        if report.isShort {
            // Which part of which code it was cannot be told.
            hold(BrokenReason.shortReport)
        } else if let open, hasAIM, report.aim != open.aim {
            hold(BrokenReason.noRest)
        }
        var code = open ?? Open(aim: report.aim, fault: startFault(report, hasAIM), firstAt: at)
        code.append(report.data)
        open = code
        guard !report.isContinued, !report.isShort else {
            quarantine?.endsWithTerminator = false
            return
        }
        guard quarantine == nil else {
            quarantine?.endsWithTerminator = true
            return
        }
        end(code, at: at, into: &decoded)
    }

    private mutating func end(_ code: Open, at: UInt64, into decoded: inout [Decoded]) {
        open = nil
        // It was not quiet yet after the attach: up to here it may be the rest of something.
        let fault = attachedAt == nil ? code.fault : BrokenReason.attached
        attachedAt = nil
        if let fault {
            decoded.append(.broken(bytes: code.bytes, reason: fault))
            return
        }
        let isCut = code.bytes.count == RawScan.maximumBytes
        decoded.append(
            .scan(
                RawScan(
                    bytes: isCut ? code.bytes : strippingSuffix(code.bytes),
                    length: code.received > code.bytes.count ? code.received : nil,
                    symbology: Self.symbology(code.aim), endedBy: .report, firstReportAt: code.firstAt, lastReportAt: at
                )))
    }

    private func startFault(_ report: POSReport, _ hasAIM: Bool) -> String? {
        hasAIM && !report.isShort && report.aim.first != Self.bracket ? BrokenReason.symbology : nil
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
