import HIDDecoding

/// What the reading thread told the decoder, in order.
enum Entry {
    case fed(Report, since: UInt64, at: UInt64)
    case quiet(until: UInt64)
    case interrupted(Interruption, at: UInt64)
    case attached(at: UInt64)
    case disconnected(at: UInt64)
    case restarted(at: UInt64)
}

/// Reads one scanner of a scenario: two transfers in the kernel, a look around every 20 ms while the process runs.
///
/// Of each report it knows no more than a real one could: it arrived after the last moment at which nothing waited.
struct ReadingThread {
    private let scenario: Scenario
    private let typing: Scenario.Typing
    private let mutation: Mutation?
    private(set) var subject: Subject
    private(set) var log: [Entry] = []
    /// Ready in the scanner, and the first two of them in the kernel.
    private var waiting: [Report] = []
    /// Kept by the scanner while it is not read.
    private var kept: [Report] = []
    private var outage: (Scenario.Outage, until: UInt64)?
    private var lastAt: UInt64 = 0
    private var lastSince: UInt64 = 0
    /// Reports in a row that were taken since nothing waited; two of them are one pass.
    private var row = 0

    init(_ scenario: Scenario, _ typing: Scenario.Typing, _ mutation: Mutation?) throws {
        self.scenario = scenario
        self.typing = typing
        self.mutation = mutation
        subject = try Subject(typing.unit, mutation)
    }

    /// Plays the whole scenario, and waits until nothing is open any more.
    mutating func run() throws {
        attach(at: typing.attachedAt)
        var reports = typing.reports[...]
        var outages = typing.outages[...]
        while true {
            let next = min(reports.first?.at ?? .max, outages.first?.from ?? .max)
            if let outage, outage.until <= next {
                try end(outage.0, at: outage.until)
                continue
            }
            guard next < .max else { break }
            advance(before: next)
            if let begun = outages.first, begun.from == next {
                outages.removeFirst()
                if outage == nil { begin(begun) }
            } else if let report = reports.popFirst() {
                if outage == nil { waiting.append(report) } else { kept.append(report) }
            }
        }
        advance(before: .max)
        let end = scenario.running(lastAt) + 30_000_000
        tell(.quiet(until: end)) { $0.quiet(until: end) }
    }

    /// Takes what is taken, and looks around, before that moment.
    private mutating func advance(before moment: UInt64) {
        guard outage == nil else { return }
        while true {
            if let report = waiting.first {
                let at = takenAt(report)
                guard at < moment else { return }
                waiting.removeFirst()
                take(report, at: at)
            } else if let deadline = subject.deadline {
                let look = scenario.running(
                    max(deadline, lastAt) + (deadline &* 31) % Scenario.period(deadline, after: lastAt))
                guard look < moment else { return }
                lastAt = look
                tell(.quiet(until: look)) { $0.quiet(until: look) }
            } else {
                return
            }
        }
    }

    // MARK: Reports

    private func takenAt(_ report: Report) -> UInt64 {
        let dice = report.at &* 6151
        let latency = 30 + dice % (dice % 16 == 0 ? 3_000 : 300)
        // What waited comes two by two, as fast as the bus polls.
        let behind = report.at <= lastAt ? lastAt + (row.isMultiple(of: 2) ? 1_000 : 10) : lastAt
        return scenario.running(max(report.at + latency, behind))
    }

    private mutating func take(_ report: Report, at: UInt64) {
        let isWaiting = report.at <= lastAt
        // The two of one pass have one interval. Of those behind them a simple reader knows only that they came later,
        // a careful one that they may have waited in the scanner.
        row = isWaiting ? row + 1 : 1
        let behind = typing.isReadSimply && !row.isMultiple(of: 2) ? lastAt : lastSince
        let since = isWaiting ? behind : min(report.at, max(lastAt, scenario.look(before: report.at, after: lastAt)))
        if mutation == .timerOvertakes, let deadline = subject.deadline, deadline < at {
            subject.entry = log.count
            subject.quiet(until: at)
        }
        (lastAt, lastSince) = (at, since)
        var told = HIDReport(report.bytes, since: mutation == .timeDifference ? at : since, at: at)
        switch report.damage {
        case .none: break
        case .lost:
            tell(.interrupted(.lostReports, at: at)) { $0.interrupt(.lostReports, at: at) }
            return
        case .overflow:
            tell(.interrupted(.overflow, at: at)) { $0.interrupt(.overflow, at: at) }
            return
        case .short: told.bytes.removeLast(3)
        }
        tell(.fed(report, since: since, at: at)) { $0.feed(told) }
    }

    // MARK: Outages

    private mutating func begin(_ outage: Scenario.Outage) {
        let at = scenario.running(max(outage.from, lastAt) + 50)
        let inKernel = waiting.prefix(2)
        kept = Array(waiting.dropFirst(2))
        waiting = []
        switch outage.kind {
        case .kill: break
        case .restart:
            tell(.disconnected(at: at)) { $0.disconnect() }
        case .stall, .busError, .unplugged:
            for report in inKernel { take(report, at: at) }
            if outage.kind == .unplugged {
                tell(.disconnected(at: at)) { $0.disconnect() }
            } else {
                let interruption: Interruption = outage.kind == .stall ? .stall : .busError
                tell(.interrupted(interruption, at: at)) { $0.interrupt(interruption, at: at) }
            }
        }
        lastAt = at
        self.outage = (outage, scenario.running(max(outage.to, at + 1_000)))
    }

    private mutating func end(_ outage: Scenario.Outage, at: UInt64) throws {
        self.outage = nil
        if outage.kind == .kill || outage.kind == .restart {
            log.append(.restarted(at: at))
            try subject.restart()
        }
        attach(at: at)
        if outage.costsReport { kept = Array(kept.dropFirst()) }
        guard typing.unit.keeps else {
            kept = []
            return
        }
        waiting = kept.map { report in
            var report = report
            report.at = at
            return report
        }
        kept = []
    }

    private mutating func attach(at: UInt64) {
        (lastAt, lastSince) = (at, at)
        let lane = scenario.lane(of: typing.unit, at: at, byArrival: mutation == .arrivalOrder)
        tell(.attached(at: at)) { $0.attach(at: at, as: lane) }
    }

    private mutating func tell(_ entry: Entry, _ call: (inout Subject) -> Void) {
        subject.entry = log.count
        log.append(entry)
        call(&subject)
    }
}
