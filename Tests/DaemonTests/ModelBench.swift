import DepotAPI
import DepotModel
import DepotTestKit

/// A scanner of the random stations on the bench.
struct BenchUnit {
    var name: String
    var kind = "wedge"
    var vendor = "05e0"
    var product = "1200"
    var port: String
    var serial: String
    var terminator: String?
    var isGerman = false
    /// Another one has its serial number, so it is known by its port.
    var isTwin = false

    /// Only silence ends its codes.
    var isSilent: Bool { terminator == "none" }

    var plug: String {
        BenchStep.plug(
            name, kind: kind, vid: vendor, pid: product, port: port, serial: serial,
            extra: isGerman ? ["layout": "de"] : [:])
    }

    /// Twins, a HID POS scanner and one without a terminator; or three that are known by their serial numbers.
    static func units(ofGroup group: Int) -> [BenchUnit] {
        let pos = BenchUnit(name: "P", kind: "pos", vendor: "0c2e", product: "0db3", port: "3", serial: "P-7003")
        let silent = BenchUnit(name: "D", port: "4", serial: "D-7004", terminator: "none")
        guard group.isMultiple(of: 2) else {
            return [
                BenchUnit(name: "A", port: "1", serial: "08FF20150112", terminator: "enter", isTwin: true),
                BenchUnit(name: "B", port: "2", serial: "08FF20150112", terminator: "tab", isTwin: true), pos, silent,
            ]
        }
        return [
            BenchUnit(name: "A", port: "1", serial: "A-7001", terminator: "enter"),
            BenchUnit(name: "C", port: "2", serial: "C-7002", terminator: "enter", isGerman: true), pos, silent,
        ]
    }

    /// The silence is configured, so that a busy machine under the bench is not taken for a scanner that paused.
    static let configuration = """
        scanners:
          inter_key_timeout_ms: 700
          devices:
            - {identity: "usb:05e0:C-7002", layout: de}
        """
}

/// A running station at which things happen by a seed, and what must come of it.
///
/// No code of a station is a piece of another one, so every piece that counts is seen.
struct ModelBench {
    private struct Typed {
        var text: String
        /// No fault was around it, so it must count.
        var isCertain: Bool
        /// The daemon has taken all of it.
        var isTaken = false
    }

    /// What is known of one scanner.
    private struct Progress {
        var typed: [Typed] = []
        /// Those before it were accepted, or never will be.
        var next = 0
        var lane: LaneID?
        /// Something failed since its last sentinel.
        var isSuspect = true
        /// Something failed in this seed.
        var mayBreak = true
        /// The code that it reads until it counts.
        var sentinel: String?
    }

    private let daemon: DaemonFixture
    private var units: [BenchUnit]
    private var progress: [Progress]
    private var last = ScanNumber(rawValue: 0)
    private var rows: [JournalledScan] = []
    /// The first sentinels are of no seed.
    private var seed: UInt64 = 999_999
    private var steps: [String] = []
    private var violations: [String] = []

    /// Waits for the scanners, and learns their lanes.
    init(_ daemon: DaemonFixture, _ units: [BenchUnit]) async throws {
        self.daemon = daemon
        self.units = units
        progress = units.map { _ in Progress() }
        try await resume()
        try await settle()
        finish()
    }

    /// Plays one seed; returns what was wrong, with the steps.
    mutating func play(seed: UInt64) async throws -> String? {
        self.seed = seed
        (steps, violations) = ([], [])
        for index in units.indices { progress[index].mayBreak = progress[index].isSuspect }
        var dice = BenchDice(seed)
        do {
            for _ in 0...dice.below(2) { try await act(&dice) }
            try await settle()
        } catch {
            throw KitError("SEED=\(seed): \(error)\n\(violations)\n\(steps.joined(separator: "\n"))")
        }
        finish()
        return violations.isEmpty
            ? nil : "SEED=\(seed): \(violations.joined(separator: "; "))\n\(steps.joined(separator: "\n"))"
    }

    /// What has no row by now never gets one.
    private mutating func finish() {
        for index in units.indices {
            for typed in progress[index].typed[progress[index].next...] where typed.isCertain {
                violations.append("“\(typed.text)” is missing")
            }
            progress[index].typed = []
            progress[index].next = 0
        }
    }

    // MARK: What happens

    private mutating func act(_ dice: inout BenchDice) async throws {
        let unit = dice.below(units.count)
        switch dice.below(16) {
        case 0..<3:
            for _ in 0...dice.below(3) { try await type(unit, gap: dice.below(6)) }
            try await drain(unit)
        case 3..<7: try await stop(unit, &dice)
        case 7..<11:
            try await type(unit, gap: dice.below(8))
            fail(unit)
            let status = ["stall", "error", "protocol", "overflow"][dice.below(4)]
            try await play(BenchStep.fault(units[unit].name, status))
            try await drain(unit)
            try await type(unit, gap: dice.below(3))
            try await drain(unit)
        case 11..<13:
            try await type(unit, gap: dice.below(8))
            try await replug([unit], &dice)
        case 13:
            let twins = units.indices.filter { units[$0].isTwin }
            // Both out, and in again the other way round.
            try await replug(twins.isEmpty ? [unit] : twins.reversed(), &dice)
        case 14: try await restart(kill: true, typing: unit, &dice)
        default: try await restart(kill: false, typing: unit, &dice)
        }
    }

    /// The daemon has no processor while one or two scanners type: nothing is torn.
    private mutating func stop(_ unit: Int, _ dice: inout BenchDice) async throws {
        let other = dice.below(units.count)
        try await type(unit, gap: dice.below(12))
        try await play(BenchStep.word("kill", "STOP"), BenchStep.word("pause_ms", 10 + dice.below(800)))
        // What is between two codes without a terminator only the running daemon can say.
        let isBoth = other != unit && !units[other].isSilent
        if isBoth { try await type(other, gap: dice.below(4)) }
        try await play(BenchStep.word("pause_ms", dice.below(150)), BenchStep.word("kill", "CONT"))
        try await drain(unit)
        if isBoth { try await drain(other) }
    }

    private mutating func replug(_ indices: [Int], _ dice: inout BenchDice) async throws {
        for index in indices {
            fail(index)
            try await play(BenchStep.word("unplug", units[index].name))
            if !units[index].isTwin { units[index].port = "\(5 + index)." + "\(1 + dice.below(3))" }
        }
        for index in indices { try await play(units[index].plug) }
        for index in indices {
            if dice.below(2) == 0 { try await type(index, gap: dice.below(3)) }
            try await play(BenchStep.word("await", units[index].name))
            try await drain(index)
        }
    }

    private mutating func restart(kill: Bool, typing unit: Int, _ dice: inout BenchDice) async throws {
        try await type(unit, gap: dice.below(8))
        // What is not in the journal yet may never be.
        try await pull()
        for index in units.indices { fail(index, isForgotten: true) }
        if kill {
            steps.append("kill")
            try await daemon.crashAndRestart()
        } else {
            try await play(BenchStep.word("restart"))
            try await daemon.untilReady()
        }
        try await resume()
        for index in units.indices { try await drain(index) }
    }

    private mutating func resume() async throws {
        try await daemon.follow(since: try await daemon.client.status().lastEvent)
        for unit in units { try await play(BenchStep.word("await", unit.name)) }
    }

    // MARK: Typing

    private mutating func type(_ unit: Int, gap: Int) async throws {
        try await part(unit)
        let number = progress[unit].typed.count
        // Long enough for two reports of HID POS now and then.
        let tail = units[unit].kind == "pos" && number.isMultiple(of: 2) ? String(repeating: "-1047", count: 14) : ""
        let text = "\(units[unit].name)\(Self.digits(seed))-\(Self.digits(UInt64(number)))-47\(tail)"
        try await type(text, unit, gap: gap)
    }

    private mutating func type(_ text: String, _ unit: Int, gap: Int) async throws {
        let isCertain = !progress[unit].isSuspect && !units[unit].isSilent
        progress[unit].typed.append(Typed(text: text, isCertain: isCertain))
        try await play(
            BenchStep.scan(
                units[unit].name, text, terminator: units[unit].terminator, gap: gap == 0 ? nil : gap))
    }

    /// Two codes without a terminator are two only if it was silent between them.
    private mutating func part(_ unit: Int) async throws {
        guard units[unit].isSilent, let before = progress[unit].typed.last else { return }
        try await drain(unit)
        if progress[unit].isSuspect {
            try await play(BenchStep.word("pause_ms", 1_300))
        } else {
            while !isTold(before.text, unit) { try await next() }
        }
    }

    private mutating func drain(_ unit: Int) async throws {
        try await play(BenchStep.word("drain", units[unit].name))
        for index in progress[unit].typed.indices { progress[unit].typed[index].isTaken = true }
    }

    /// From here on nothing of a scanner must count, nor what was on its way.
    private mutating func fail(_ unit: Int, isForgotten: Bool = false) {
        progress[unit].isSuspect = true
        progress[unit].mayBreak = true
        for index in progress[unit].typed.indices where index >= progress[unit].next {
            if isForgotten || !progress[unit].typed[index].isTaken { progress[unit].typed[index].isCertain = false }
        }
    }

    private mutating func play(_ steps: String...) async throws {
        self.steps += steps
        try await daemon.bench.play(contentsOf: steps)
    }

    // MARK: What came of it

    /// Lets each scanner read a sentinel until one is accepted: then whatever came before has its row.
    private mutating func settle() async throws {
        var open = Set(units.indices)
        var attempts = 0
        for unit in units.indices { try await attempt(unit, &attempts) }
        while true {
            for unit in open.sorted() {
                guard let text = progress[unit].sentinel, isTold(text, unit) else { continue }
                if rows.contains(where: { $0.text == text && $0.outcome != .broken }) {
                    progress[unit].isSuspect = false
                    open.remove(unit)
                } else if attempts < 40 {
                    try await attempt(unit, &attempts)
                } else {
                    throw KitError("\(units[unit].name) is never read again")
                }
            }
            if open.isEmpty { break }
            try await next()
        }
        rows = []
    }

    private mutating func attempt(_ unit: Int, _ attempts: inout Int) async throws {
        try await part(unit)
        attempts += 1
        let text = "\(units[unit].name)\(Self.digits(seed))-END-\(Self.digits(UInt64(attempts)))"
        progress[unit].sentinel = text
        try await type(text, unit, gap: 0)
    }

    /// Whether a row holds all of the text, as a code or broken.
    private func isTold(_ text: String, _ unit: Int) -> Bool {
        let hex = Self.hex(text)
        return rows.contains { $0.raw.contains(hex) }
    }

    /// Of one length, so that no code begins another one.
    private static func digits(_ number: UInt64) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, 6 - digits.count)) + digits
    }

    private static func hex(_ text: String) -> String {
        text.utf8.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// Waits for one more row, whatever it is.
    private mutating func next() async throws {
        guard try await pull() == 0 else { return }
        _ = try await daemon.nextScan()
        _ = try await pull()
    }

    /// Reads on in the journal; returns how many rows there were.
    @discardableResult private mutating func pull() async throws -> Int {
        var count = 0
        while true {
            let reply = try await daemon.client.scans(since: last)
            guard !reply.scans.isEmpty else { return count }
            last = reply.last
            count += reply.scans.count
            rows += reply.scans
            for row in reply.scans { judge(row) }
        }
    }

    private mutating func judge(_ row: JournalledScan) {
        guard row.outcome != .broken else {
            let unit = progress.firstIndex { $0.lane != nil && $0.lane == row.lane }
            // On a busy machine nobody sees whether a scanner without terminator is silent.
            if let unit, !progress[unit].mayBreak, !units[unit].isSilent {
                violations.append("\(row.raw) of \(units[unit].name) is broken without a fault: \(row.reason ?? "")")
            }
            return
        }
        let text = row.text ?? row.raw
        guard let unit = units.firstIndex(where: { text.hasPrefix($0.name) }) else {
            violations.append("“\(text)” was never typed (\(row.outcome.rawValue))")
            return
        }
        guard
            let index = progress[unit].typed.indices.dropFirst(progress[unit].next).first(where: {
                progress[unit].typed[$0].text == text
            })
        else {
            violations.append("“\(text)” was never typed, or before, or twice (\(row.outcome.rawValue))")
            return
        }
        if row.outcome == .duplicate { violations.append("“\(text)” is a duplicate") }
        for missed in progress[unit].typed[progress[unit].next..<index] where missed.isCertain {
            violations.append("“\(missed.text)” is missing before “\(text)”")
        }
        progress[unit].next = index + 1
        if progress[unit].lane == nil { progress[unit].lane = row.lane }
        if progress[unit].lane != row.lane {
            violations.append("“\(text)” counts at lane \(row.lane.map(\.description) ?? "none")")
        }
    }
}

/// SplitMix64: the same numbers in every run.
struct BenchDice {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed &* 0x2545_F491_4F6C_DD1D }

    /// A number from 0 on.
    mutating func below(_ count: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((value ^ (value >> 31)) % UInt64(max(1, count)))
    }
}
