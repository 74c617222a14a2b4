/// A decoder for HID POS reports (HID POS Usage Tables 1.02, HUT 1.5 page 8C), located by the descriptor, not by offset.
struct POSDecoder: Sendable {
    /// The longest wait for the next part of a continued code and the silence between codes, in microseconds.
    private static let timeout = Timing.initialTimeout
    private static let bracket: UInt8 = 0x5D

    private struct PendingCode: Sendable {
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
    private var pending: PendingCode?
    private var quarantine: Quarantine?
    private var lastActivityAt: UInt64 = 0
    /// The time of the attach until the first silence: the next report may begin in the middle of a code.
    private var attachedAt: UInt64?

    init(_ descriptor: ReportDescriptor, vendorID: UInt16) throws(DescriptorError) {
        isNumbered = descriptor.hasNumberedInput
        lengths = descriptor.inputReportLengths
        shapes = POSReportShape.shapes(of: descriptor)
        self.vendorID = vendorID
        guard !shapes.isEmpty else { throw .noScannedData }
    }

    var isSettled: Bool { quarantine == nil && attachedAt == nil }
    var isTyping: Bool { pending != nil }
    var isEndless: Bool { (pending?.received ?? 0) > 2 * RawScan.maximumBytes }

    // MARK: Time

    var deadline: UInt64? {
        if let quarantine {
            if quarantine.endsWithTerminator { return lastActivityAt.saturatingAdd(Self.timeout) }
            return pending == nil ? nil : lastActivityAt.saturatingAdd(Timing.incompleteCodeTimeout)
        }
        if pending != nil { return lastActivityAt.saturatingAdd(Self.timeout) }
        return attachedAt?.saturatingAdd(Self.timeout)
    }

    mutating func quiet(until moment: UInt64) -> [Decoded] {
        var decoded: [Decoded] = []
        while let deadline, moment >= deadline { decoded += expire() }
        return decoded
    }

    private mutating func expire() -> [Decoded] {
        if let quarantine {
            let decoded = discardPending(quarantine.reason)
            if quarantine.endsWithTerminator { self.quarantine = nil }
            return decoded
        }
        if pending != nil {
            beginQuarantine(BrokenReason.noRest)
        } else {
            attachedAt = nil
        }
        return []
    }

    private mutating func discardPending(_ reason: String) -> [Decoded] {
        guard let unfinished = pending else { return [] }
        pending = nil
        return unfinished.received == 0 && unfinished.fault == nil
            ? [] : [.broken(bytes: strippingSuffix(unfinished.bytes), reason: unfinished.fault ?? reason)]
    }

    // MARK: Connection

    mutating func attach(at: UInt64) {
        if quarantine == nil {
            if pending != nil { quarantine = Quarantine(BrokenReason.attached) } else { attachedAt = at }
        }
        lastActivityAt = at
    }

    mutating func interrupt(_ reason: String, isCertain: Bool, at: UInt64) {
        let isRecent = attachedAt == nil && at.elapsed(since: lastActivityAt) < Self.timeout
        guard isCertain || pending != nil || isRecent else {
            // Only the beginning of the next code can be missing, as at an attach.
            if quarantine == nil { attach(at: at) }
            return
        }
        beginQuarantine(reason)
        lastActivityAt = max(lastActivityAt, at)
    }

    mutating func disconnect(_ reason: String) -> [Decoded] {
        defer {
            quarantine = nil
            attachedAt = nil
            lastActivityAt = 0
        }
        return discardPending(quarantine?.reason ?? reason)
    }

    /// Discards an endless code and returns its bytes.
    mutating func abandon() -> [UInt8] {
        let bytes = pending?.bytes ?? []
        pending = nil
        _ = disconnect(BrokenReason.unplugged)
        return bytes
    }

    private mutating func beginQuarantine(_ reason: String) {
        if quarantine == nil { quarantine = Quarantine(reason) }
        quarantine?.endsWithTerminator = false
        attachedAt = nil
    }

    // MARK: Reports

    mutating func feed(_ transfer: HIDReport) -> [Decoded] {
        var decoded = quiet(until: transfer.since)
        for report in splitReports(transfer.bytes, isNumbered: isNumbered, lengths: lengths) {
            guard let first = report.first, let shape = shapes[isNumbered ? first : 0] else { continue }
            process(POSReport(report, shape), at: transfer.at, into: &decoded)
        }
        return decoded
    }

    private mutating func process(_ report: POSReport, at: UInt64, into decoded: inout [Decoded]) {
        if !report.isShort, isReply(report) {
            decoded.append(.reply(report.payload))
            return
        }
        let hasAIM = report.aim.contains { $0 != 0 }
        if !report.isShort, pending == nil, quarantine == nil, !hasAIM, !report.isContinued, report.data.isEmpty {
            // Some devices send an empty report when nothing was read.
            return
        }
        lastActivityAt = at
        if report.isShort {
            // It is unknown which part of which code it was.
            beginQuarantine(BrokenReason.shortReport)
        } else if let pending, hasAIM, report.aim != pending.aim {
            beginQuarantine(BrokenReason.noRest)
        }
        var code = pending ?? PendingCode(aim: report.aim, fault: startFault(report, hasAIM), firstAt: at)
        code.append(report.data)
        pending = code
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

    private mutating func end(_ code: PendingCode, at: UInt64, into decoded: inout [Decoded]) {
        pending = nil
        // No silence since the attach: up to here it may be the rest of a code.
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

    /// Returns whether the report answers a command, which Honeywell and Newland send in the report of scans.
    private func isReply(_ report: POSReport) -> Bool {
        switch vendorID {
        case 0x0C2E, 0x23D0:
            return report.aim == Array("]X0".utf8) || report.aim == Array("]Z6".utf8)
        case 0x1EAB:
            guard !report.aim.isEmpty, report.aim.first != Self.bracket else { return false }
            // The parts of a long code after the first need no identifier.
            return pending == nil || report.aim.contains { $0 != 0 }
        default:
            return false
        }
    }

    private static func symbology(_ aim: [UInt8]) -> String? {
        guard aim.count == 3, aim[0] == bracket, aim.allSatisfy({ (0x21...0x7E).contains($0) }) else { return nil }
        return String(validating: aim, as: UTF8.self)
    }
}
