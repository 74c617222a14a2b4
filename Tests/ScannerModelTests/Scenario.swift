import HIDDecoding

/// What happens at a station: who types what when, and what fails. The same seed gives the same scenario.
struct Scenario {
    /// A time in which a scanner is not read.
    struct Outage {
        enum Kind: String { case stall, busError, unplugged, restart, kill }
        var kind: Kind
        var from: UInt64
        var to: UInt64
        /// The transfer that failed had a report in it.
        var costsReport: Bool
    }

    struct Code {
        var text: String
        var from: UInt64
        var to: UInt64
    }

    struct Typing {
        var unit: Unit
        var attachedAt: UInt64
        /// The reading thread does not know what waited in the scanner.
        var isReadSimply: Bool
        var codes: [Code] = []
        var reports: [Report] = []
        var outages: [Outage] = []
    }

    let seed: UInt64
    /// The process is stopped, or has no processor.
    private(set) var pauses: [ClosedRange<UInt64>] = []
    private(set) var typings: [Typing] = []

    /// Codes of which pieces are codes too.
    private static let codes = ["1", "7", "10", "47", "04", "104", "047", "1047", "4710", "10471047", "47-10"]
    private static let letters = Array("0123456789abcxyzABXYZ-_")

    init(seed: UInt64) {
        self.seed = seed
        var dice = Dice(seed)
        let isCalm = dice.once(in: 6)
        var restarts: [Outage] = []
        if !isCalm {
            for _ in 0..<dice.from(0, to: 3) { addPause(&dice) }
            for _ in 0..<(dice.once(in: 2) ? dice.from(1, to: 2) : 0) {
                restarts.append(outage(dice.once(in: 2) ? .kill : .restart, &dice))
            }
        }
        for index in 0..<Int(dice.from(1, to: 4)) {
            typings.append(typing(named: "scanner \(index + 1)", isCalm: isCalm, restarts, &dice))
        }
    }

    private mutating func addPause(_ dice: inout Dice) {
        let from = dice.from(600_000, to: 12_000_000)
        let pause = from...(from + dice.anyLength(from: 10_000, to: 10_000_000))
        if !pauses.contains(where: { $0.overlaps(pause) }) {
            pauses = (pauses + [pause]).sorted { $0.lowerBound < $1.lowerBound }
        }
    }

    private func outage(_ kind: Outage.Kind, after: UInt64? = nil, _ dice: inout Dice) -> Outage {
        let from = after.map { $0 + dice.anyLength(from: 100, to: 500_000) } ?? dice.from(600_000, to: 12_000_000)
        let length = dice.anyLength(from: 5_000, to: 3_000_000)
        return Outage(kind: kind, from: from, to: from + length, costsReport: dice.once(in: 2))
    }

    // MARK: One scanner

    private func typing(named name: String, isCalm: Bool, _ restarts: [Outage], _ dice: inout Dice) -> Typing {
        let isKnown = dice.once(in: 2)
        let unit = Unit(
            name: name, ending: dice.pick(Ending.allCases), isGerman: dice.once(in: 2),
            pace: dice.pick([1_000, 2_000, 4_000, 8_000, 15_000, 30_000, 60_000, 100_000]), isCrisp: dice.once(in: 2),
            keeps: dice.once(in: 2),
            isKnown: isKnown, isLame: !isCalm && dice.once(in: 3))
        var typing = Typing(unit: unit, attachedAt: 500_000, isReadSimply: dice.once(in: 2))
        typing.outages = restarts
        if !isCalm { addOutages(to: &typing, &dice) }
        var now = typing.attachedAt + dice.anyLength(from: 1_000, to: 4_000_000)
        // Without a fault the first code is a whole one: it begins after a quiet gap.
        if isCalm { now += 2_200_000 }
        for index in 0..<Int(dice.from(3, to: 8)) {
            let text = text(for: unit, &dice)
            if index > 0 { now += delay(of: unit, behind: typing.codes[index - 1].text, &dice) }
            type(text, into: &typing, now: &now, isCalm: isCalm, &dice)
        }
        return typing
    }

    private func addOutages(to typing: inout Typing, _ dice: inout Dice) {
        for _ in 0..<dice.from(0, to: 3) {
            // Several in a row: the next right behind the one before.
            let after = dice.once(in: 3) ? typing.outages.last?.to : nil
            let next = outage(dice.pick([.stall, .busError, .unplugged]), after: after, &dice)
            let isFree = !typing.outages.contains { $0.from <= next.to && next.from <= $0.to }
            if isFree { typing.outages.append(next) }
        }
        typing.outages.sort { $0.from < $1.from }
    }

    private func text(for unit: Unit, _ dice: inout Dice) -> String {
        if unit.ending == .pos, dice.once(in: 2) {
            return (0..<dice.from(2, to: 5)).map { _ in dice.pick(Self.codes) + "-1047" }.joined()
        }
        if !dice.once(in: 4) { return dice.pick(Self.codes) }
        return String((0..<dice.from(1, to: 7)).map { _ in dice.pick(Self.letters) })
    }

    /// Any length; but two codes without anything between them are two only if the silence is longer than the one that
    /// the scanner may have inside a code: eight times its slowest gap, 0.5 s at first, 2 s after a single key.
    private func delay(of unit: Unit, behind previous: String, _ dice: inout Dice) -> UInt64 {
        if dice.once(in: 16) { return dice.from(7_000_000, to: 12_000_000) }
        guard unit.ending == .silence else { return unit.pace + dice.anyLength(from: 500, to: 4_000_000) }
        let isFast = unit.pace <= 8_000 && previous.count > 1
        return dice.from(isFast && dice.once(in: 2) ? 560_000 : 2_200_000, to: 4_000_000)
    }

    private func type(
        _ text: String, into typing: inout Typing, now: inout UInt64, isCalm: Bool, _ dice: inout Dice
    ) {
        let unit = typing.unit
        let from = now
        var reports = unit.reports(of: text)
        let isLate = canPause(typing, at: now, reports.count) && dice.once(in: 4)
        let late = isLate ? Int(dice.from(1, to: UInt64(max(1, reports.count - 1)))) : nil
        for index in reports.indices {
            let isCrisp = unit.isCrisp && reports[index].role == .release
            if index > 0 { now += isCrisp ? 1_000 : dice.from(unit.pace, to: unit.slowest) }
            if index == late {
                now += dice.anyLength(from: 60_000, to: 4_000_000)
                reports[index].isLate = true
            }
            reports[index].at = now
            reports[index].code = typing.codes.count
        }
        if !isCalm, dice.once(in: 8) { damage(&reports, &dice) }
        typing.codes.append(Code(text: text, from: from, to: now))
        typing.reports += reports
    }

    /// A pause in mid code can be told from an end only where the station knows that a key ends each code (or the
    /// report says so), and that the code did not begin before the scanner was read: never near an outage.
    private func canPause(_ typing: Typing, at now: UInt64, _ count: Int) -> Bool {
        let unit = typing.unit
        guard unit.isLame, unit.ending == .pos || (unit.isKnown && !unit.ending.isSilent) else { return false }
        let end = now + UInt64(count) * unit.slowest + 5_000_000
        return typing.codes.count > 1
            && !typing.outages.contains { $0.from < end && running($0.to) + 100_000 > now }
    }

    private func damage(_ reports: inout [Report], _ dice: inout Dice) {
        let first = Int(dice.from(0, to: UInt64(reports.count - 1)))
        switch dice.from(0, to: 3) {
        case 0: reports[first].damage = .overflow
        case 1: reports[first].damage = .short
        default:
            for index in first..<min(reports.count, first + Int(dice.from(1, to: 5))) { reports[index].damage = .lost }
        }
    }

    // MARK: The process

    /// When the process runs again at that moment or after it.
    func running(_ moment: UInt64) -> UInt64 {
        pauses.first { $0.contains(moment) }.map { $0.upperBound + 1 } ?? moment
    }

    /// Whether somewhere between the moments the process was stopped.
    func isStopped(from: UInt64, to: UInt64) -> Bool {
        from < to && pauses.contains { $0.overlaps(from...to) }
    }

    /// The time between two looks around of a reading thread: 20 ms, and 100 ms where nothing came for a while.
    static func period(_ moment: UInt64, after last: UInt64) -> UInt64 {
        moment > last && moment - last > 700_000 ? 100_000 : 20_000
    }

    /// The last look around at or before a moment, where the last report was taken at `last`.
    func look(before moment: UInt64, after last: UInt64) -> UInt64 {
        let stop = pauses.first { $0.contains(moment) }
        let base = stop?.lowerBound ?? moment
        let resumed = pauses.last { $0.upperBound < base }.map { $0.upperBound + 1 } ?? 0
        let look = max(resumed, base - min(base, (moment &* 7919) % Self.period(base, after: last)))
        // Then nobody looks any more.
        return min(look, last + 6_500_000)
    }

    // MARK: Lanes

    /// Where what a unit scans counts. All units of a scenario have one serial, so it is by port, and each has its own.
    ///
    /// - Parameter byArrival: instead by the order in which they were plugged in last.
    func lane(of unit: Unit, at moment: UInt64, byArrival: Bool) -> String {
        guard byArrival else { return unit.name }
        func arrival(_ typing: Typing) -> UInt64 {
            typing.outages.last { $0.kind == .unplugged && $0.to <= moment }?.to ?? 0
        }
        let order = typings.indices.sorted { (arrival(typings[$0]), $0) < (arrival(typings[$1]), $1) }
        return order.firstIndex { typings[$0].unit.name == unit.name }.map { typings[$0].unit.name } ?? ""
    }
}
