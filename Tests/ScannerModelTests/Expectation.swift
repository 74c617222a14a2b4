import HIDDecoding

/// What must come of what a scanner typed, by the rules alone: which codes count for certain, and where broken rows may be.
///
/// It sees what the reading thread told, so a silence that nobody saw is none for it either.
struct Expectation {
    private let scenario: Scenario
    private let typing: Scenario.Typing
    private let totals: [Int: Int]
    /// A silence that every decoder must take for one. Eight times the slowest gap, measured 40 ms too long.
    private let gap: UInt64
    /// A longer silence may be taken for one.
    private let longest: UInt64

    /// Codes that must be accepted.
    private(set) var certain: Set<Int> = []
    /// Per entry of the log, whether a fault is around it, before or behind it.
    private(set) var isFaulty: [Bool] = []

    /// Bytes may have been lost, and there was no terminator with a quiet gap yet.
    private var isSuspect = false
    private var endedSince = false
    /// Not yet quiet since the attach.
    private var isHead = false
    private var open: Int?
    /// Whole, once it is seen that nothing follows.
    private var pending: Int?
    private var lastAt: UInt64 = 0
    private var lastSince: UInt64 = 0
    /// The last report was taken together with the one before.
    private var wasBehind = false
    /// Since then reports may have waited, and those behind them in the scanner.
    private var waitedSince: UInt64?
    private var knowsTerminator: Bool
    /// Its codes began before it was read, so the Enter in front looked as if it stood behind: silences until the decoder
    /// must know better.
    private var misled = 0
    /// Without a silence between them.
    private var codesInRow = 0
    /// How many parts of the open code came.
    private var parts = 0

    /// - Parameter totals: how many parts each code has.
    init(_ scenario: Scenario, _ typing: Scenario.Typing, totals: [Int: Int]) {
        self.totals = totals
        self.scenario = scenario
        self.typing = typing
        let unit = typing.unit
        knowsTerminator = unit.isKnown && !unit.ending.isSilent
        let learnt = max(500_000, 8 * (unit.slowest + 40_000))
        gap = unit.isLame || unit.ending.isSilent ? 2_150_000 : min(learnt, 2_000_000) + 110_000
        longest = unit.slowest + 30_000
    }

    /// Follows one entry; `knows` is whether a code that a key ended was accepted before.
    mutating func follow(_ entry: Entry, knowsTerminator knows: Bool) {
        if knows { knowsTerminator = true }
        let before = isFaultyNow
        switch entry {
        case .quiet(let moment): quiet(until: moment)
        case .fed(let report, let since, let at): fed(report, since, at)
        case .interrupted(let interruption, let at):
            let isCertain = interruption == .lostReports || interruption == .overflow
            if isCertain || isSuspect || open != nil || pending != nil || isHead || at - min(at, lastAt) < gap {
                suspect()
            }
            (lastAt, lastSince) = (max(lastAt, at), max(lastAt, at))
        case .attached(let at):
            if open != nil || pending != nil { suspect() }
            isHead = true
            waitedSince = nil
            (lastAt, lastSince) = (at, at)
        case .disconnected, .restarted:
            let isTorn = open != nil || pending != nil
            (isSuspect, isHead, open, pending) = (false, false, nil, nil)
            if isTorn {
                isFaulty.append(true)
                return
            }
        }
        isFaulty.append(before || isFaultyNow)
    }

    private var isFaultyNow: Bool { isSuspect || isHead || misled > 0 }

    private mutating func suspect() {
        isSuspect = true
        endedSince = false
        pending = nil
    }

    private mutating func quiet(until moment: UInt64) {
        guard moment > lastAt else { return }
        if open != nil, moment - lastAt > longest { suspect() }
        guard moment - lastAt >= gap else { return }
        // Only a code between two silences shows it.
        if misled > 0 { misled = codesInRow > 1 ? 4 : misled - min(1, codesInRow) }
        codesInRow = 0
        if let pending { certain.insert(pending) }
        pending = nil
        isHead = false
        if typing.unit.ending.isSilent || (endedSince && open == nil) { isSuspect = false }
    }

    private mutating func fed(_ report: Report, _ since: UInt64, _ at: UInt64) {
        quiet(until: since)
        let isTyping = open != nil || pending != nil
        // Nobody saw whether it was silent; where silence may be an end, it may be two codes. Two reports that were
        // taken at once after a long silence may have waited too, for all that a reading thread can know.
        let isBehind = since < lastAt
        let from = waitedSince ?? lastSince
        let isUnseen = waitedSince != nil || wasBehind || isBehind || scenario.isStopped(from: lastSince, to: at)
        if isTyping, !knowsTerminator, at - from >= 50_000, isUnseen { suspect() }
        wasBehind = isBehind
        if since >= lastAt + 20_000 { waitedSince = nil }
        if isBehind || isTyping, at - since >= 50_000 { waitedSince = min(waitedSince ?? since, since) }
        if report.isLate, open == report.code { suspect() }
        (lastAt, lastSince) = (at, since)
        guard report.damage == .none else {
            suspect()
            return
        }
        switch report.role {
        case .release: return
        case .prefix:
            // The Enter in front of the next code ends the one before.
            if let pending { certain.insert(pending) }
            pending = nil
            open = report.code
            parts = 0
            codesInRow += 1
        case .part, .end:
            if pending != nil { suspect() }
            if open != report.code { parts = 0 }
            open = report.code
            parts += 1
            endedSince = false
            if report.role == .end { end(report) }
        }
    }

    private mutating func end(_ report: Report) {
        if typing.unit.ending == .enterInFront, isHead { misled = 4 }
        let isWhole = parts == totals[report.code] && !isSuspect && !isHead && misled == 0
        open = nil
        if !typing.unit.ending.isSilent {
            if isWhole { certain.insert(report.code) }
            isHead = false
            endedSince = true
        } else if isWhole {
            pending = report.code
        } else {
            suspect()
        }
    }
}
