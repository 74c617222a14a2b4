import DepotModel
import HIDDecoding

/// Compares what came out with what was typed.
struct Oracle {
    /// What there was.
    struct Counts {
        var seeds = 0
        var typed = 0
        /// Codes that had no fault around them.
        var certain = 0
        var accepted = 0
        /// Broken rows.
        var broken = 0

        static func + (left: Counts, right: Counts) -> Counts {
            var sum = left
            sum.seeds += right.seeds
            sum.typed += right.typed
            sum.certain += right.certain
            sum.accepted += right.accepted
            sum.broken += right.broken
            return sum
        }
    }

    /// How much of a code one decoder was told, and when.
    private struct Fed {
        var parts = 0
        var first: UInt64
        var last: UInt64 = 0

        mutating func take(at: UInt64) {
            parts += 1
            last = at
        }
    }

    /// What is wrong; empty: nothing.
    private(set) var violations: [String] = []
    private(set) var counts = Counts()

    private let typing: Scenario.Typing
    /// How many parts each code has.
    private let totals: [Int: Int]
    private var expectation: Expectation
    private var fed: [Int: Fed] = [:]
    private var accepted: Set<Int> = []
    /// Codes before it were accepted, or may no longer be.
    private var next = 0
    private var isKnown = false
    /// The last code at the lane, and when, in milliseconds.
    private var lastCode: (bytes: [UInt8], at: Int64)?
    /// Bytes of text that this decoder was told, and that came out of it.
    private var balance = 0
    private var isLossy = false

    /// Compares the rows of one scanner.
    init(_ scenario: Scenario, _ typing: Scenario.Typing, _ log: [Entry], _ rows: [Row]) {
        self.typing = typing
        var totals: [Int: Int] = [:]
        for report in typing.reports where Self.counts(report) { totals[report.code, default: 0] += 1 }
        self.totals = totals
        expectation = Expectation(scenario, typing, totals: totals)
        var rows = rows[...]
        for (index, entry) in log.enumerated() {
            expectation.follow(entry, knowsTerminator: isKnown)
            note(entry)
            while let row = rows.first, row.entry == index {
                rows.removeFirst()
                judge(row)
            }
            if case .disconnected = entry { fed = [:] }
        }
        if balance != 0, !isLossy { violations.append("\(balance) bytes more were typed than came out") }
        for code in expectation.certain.subtracting(accepted).sorted() {
            violations.append("code \(code) “\(typing.codes[code].text)” is missing")
        }
        counts.typed = typing.codes.count
        counts.certain = expectation.certain.count
        counts.accepted = accepted.count
    }

    private static func counts(_ report: Report) -> Bool { report.role == .part || report.role == .end }

    private mutating func note(_ entry: Entry) {
        switch entry {
        case .fed(let report, _, _) where report.damage != .none: isLossy = true
        case .fed(let report, _, let at):
            guard Self.counts(report) else { break }
            fed[report.code, default: Fed(first: at)].take(at: at)
            balance += report.typed
        case .interrupted: isLossy = true
        case .restarted:
            fed = [:]
            lastCode = nil
            (balance, isLossy) = (0, false)
        case .quiet, .attached, .disconnected: break
        }
    }

    private mutating func judge(_ row: Row) {
        let isFaulty = expectation.isFaulty.last ?? false
        if row.lane != typing.unit.name { violations.append("a code of \(typing.unit.name) counts at \(row.lane)") }
        switch row.what {
        case .broken(let bytes, let reason):
            counts.broken += 1
            balance -= bytes.count { $0 != 0x0D && $0 != 0x09 }
            if !isFaulty {
                violations.append("“\(Self.text(bytes))” is broken without a fault (\(reason)), at \(row.entry)")
            }
        case .accepted(let scan, _) where scan.bytes.isEmpty:
            if !isFaulty { violations.append("nothing was read, at \(row.entry)") }
        case .accepted(let scan, let outcome):
            balance -= scan.bytes.count
            accept(scan, outcome, row)
        }
    }

    private mutating func accept(_ scan: RawScan, _ outcome: ScanOutcome, _ row: Row) {
        let bytes = scan.bytes
        let code = typing.codes.indices.dropFirst(next).first { code in
            guard Array(typing.codes[code].text.utf8) == bytes, let fed = fed[code] else { return false }
            return fed.parts == totals[code] && fed.first <= scan.lastReportAt && fed.last >= scan.firstReportAt
        }
        guard let code else {
            violations.append("“\(Self.text(bytes))” was never typed like that, at \(row.entry)")
            return
        }
        next = code + 1
        accepted.insert(code)
        if scan.endedBy == .enter || scan.endedBy == .tab, !typing.unit.ending.hasPrefix { isKnown = true }
        let at = Int64(scan.lastReportAt / 1000)
        let isDuplicate = lastCode.map { $0.bytes == bytes && at - $0.at < 1_500 } ?? false
        if isDuplicate != (outcome == .duplicate) {
            violations.append("“\(Self.text(bytes))” is \(outcome) at the lane, at \(row.entry)")
        }
        lastCode = (bytes, at)
    }

    private static func text(_ bytes: [UInt8]) -> String {
        String(decoding: bytes, as: UTF8.self).replacing("\r", with: "⏎").replacing("\t", with: "⇥")
    }
}
