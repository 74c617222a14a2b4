/// Reads what a scanner types: whole reports, in array order.
///
/// A key types when a report holds it and the report before did not, or holds it more often. Reports without a change
/// (idle rate) and with roll-over types nothing and releases nothing.
struct WedgeDecoder: Sendable {
    private enum Modifier {
        static let control: UInt8 = 0x11
        static let shift: UInt8 = 0x22
        static let leftAlt: UInt8 = 0x04
        static let rightAlt: UInt8 = 0x40
        static let gui: UInt8 = 0x88
    }

    /// How much longer a scanner is waited for that ended its last code with a key.
    private static let patience: UInt64 = 5

    private let reader: KeyboardReportReader
    private let options: WedgeOptions
    private var held: [UInt8: KeyboardReport] = [:]
    private var capsLock = false
    private var code = WedgeCode()
    private var alt = AltCode()
    private var dead: Character?
    private var endsWithKey = false
    /// The last terminator that ended a code or an empty one.
    private var lastTerminatorAt: UInt64?
    /// The code ended by a pause; its terminator may still come.
    private var awaitsLateTerminator = false

    init(reader: KeyboardReportReader, options: WedgeOptions) {
        self.reader = reader
        self.options = options
    }

    // MARK: Reports and time

    mutating func feed(_ bytes: [UInt8], at: UInt64) -> [Decoded] {
        var decoded = expire(at: at)
        for report in reader.reports(in: bytes) {
            switch reader.read(report) {
            case .foreign: continue
            case .short: code.spoil(BrokenReason.shortReport, at: at)
            case .keyboard(let keys): take(keys, at: at, into: &decoded)
            }
        }
        return decoded
    }

    var deadline: UInt64? {
        guard code.firstAt != nil else { return nil }
        let timeout = options.interKeyTimeoutMicroseconds
        let (patient, overflow) = timeout.multipliedReportingOverflow(by: endsWithKey ? Self.patience : 1)
        return code.lastAt.saturatingAdd(overflow ? .max : patient)
    }

    mutating func expire(at: UInt64) -> [Decoded] {
        guard let deadline, at >= deadline else { return [] }
        // A scanner that ends its codes with a key and once does not was interrupted: half a code could be another
        // asset's tag. It is believed to have been set up anew only if it happens again.
        if endsWithKey { code.spoil(BrokenReason.noTerminator, at: code.lastAt) }
        endsWithKey = false
        awaitsLateTerminator = true
        return finish(at: code.lastAt, endedByPause: true)
    }

    mutating func disconnect() -> [Decoded] {
        defer { self = WedgeDecoder(reader: reader, options: options) }
        guard code.firstAt != nil else { return [] }
        code.spoil(BrokenReason.unplugged, at: code.lastAt)
        return finish(at: code.lastAt, endedByPause: false)
    }

    mutating func reportsLost(at: UInt64) {
        code.spoil(BrokenReason.lostReports, at: at)
    }

    // MARK: Keys

    private mutating func take(_ report: KeyboardReport, at: UInt64, into decoded: inout [Decoded]) {
        let previous = held[report.id]
        guard report != previous, !report.isError else { return }
        held[report.id] = report
        let modifiers = held.values.reduce(0) { $0 | $1.modifiers }
        var keys = report.newKeys(since: previous)
        if modifiers & (Modifier.leftAlt | Modifier.rightAlt) == 0 {
            commitAlt(at: at)
        } else if beginsNextChord(report, after: previous) {
            commitAlt(at: at)
            keys = report.keys
        }
        let digitsBefore = alt.count
        for key in keys { press(key, modifiers, at: at, into: &decoded) }
        if alt.count > digitsBefore { alt.isChord = digitsBefore == 0 && alt.count > 1 }
        if code.firstAt != nil { code.touch(at: at) }
    }

    /// Fast scanners send all digits of an ALT code in one report and never release Alt between characters.
    private func beginsNextChord(_ report: KeyboardReport, after previous: KeyboardReport?) -> Bool {
        guard alt.isChord, report.keys.filter({ alt.digit(for: $0) != nil }).count > 1 else { return false }
        guard let previous, !previous.keys.isEmpty else { return true }
        let isGrowing = previous.newKeys(since: report).isEmpty && report.keys.count > previous.keys.count
        let isShrinking = report.newKeys(since: previous).isEmpty && report.keys.count < previous.keys.count
        return !isGrowing && !isShrinking && report.keys != previous.keys
    }

    private mutating func press(_ key: UInt8, _ modifiers: UInt8, at: UInt64, into decoded: inout [Decoded]) {
        if modifiers & (Modifier.leftAlt | Modifier.rightAlt) != 0, alt.take(key) {
            code.touch(at: at)
            return
        }
        commitAlt(at: at)
        if let byte = options.controlKeys[key] {
            type(control: byte, at: at)
            return
        }
        switch key {
        case 0x28, 0x58, 0x2B: terminate(at: at, into: &decoded)
        case 0x39: capsLock.toggle()
        case 0x29: type(control: 0x1B, at: at)
        case 0x2A: type(control: 0x08, at: at)
        case 0x4C: type(control: 0x7F, at: at)
        default:
            if let text = Self.keypad[key] {
                type(.text(text), at: at)
            } else {
                press(textKey: key, modifiers, at: at)
            }
        }
    }

    /// Whatever Num Lock is (HUT 1.5 §10). The separator 0x63 differs by layout and is taken from it if there.
    private static let keypad: [UInt8: String] = [
        0x54: "/", 0x55: "*", 0x56: "-", 0x57: "+", 0x59: "1", 0x5A: "2", 0x5B: "3", 0x5C: "4", 0x5D: "5", 0x5E: "6",
        0x5F: "7", 0x60: "8", 0x61: "9", 0x62: "0", 0x67: "=", 0x85: ",",
    ]

    private mutating func press(textKey key: UInt8, _ modifiers: UInt8, at: UInt64) {
        let hasControl = modifiers & Modifier.control != 0
        let hasLeftAlt = modifiers & Modifier.leftAlt != 0
        let hasRightAlt = modifiers & Modifier.rightAlt != 0
        let shift = modifiers & Modifier.shift != 0
        // Control with Alt is how Windows writes AltGr; Alt or GUI alone is a shortcut and types nothing.
        let altGr = hasRightAlt || (hasControl && hasLeftAlt)
        guard modifiers & Modifier.gui == 0, altGr || !hasLeftAlt else { return }
        if hasControl, !hasLeftAlt {
            if let byte = controlCharacter(key, shift: shift, altGr: altGr) {
                type(control: byte, at: at)
                return
            }
            guard altGr else { return }
        }
        switch options.layout.output(key, shift: shift, altGr: altGr, capsLock: capsLock) {
        case .text(let text)? where !text.isEmpty: type(.text(text), at: at)
        case .dead(let accent)?: type(.dead(accent), at: at)
        case .text, nil:
            if key == 0x2C {
                type(.text(" "), at: at)
            } else if key == 0x63 {
                type(.text("."), at: at)
            } else if (0x04...0x38).contains(key) || key == 0x64 || (0x87...0x8B).contains(key) {
                // Leaving it out would make another code of it.
                code.spoil(BrokenReason.unknownKey, at: at)
            }
        }
    }

    /// What Control makes of a key: by the scanner's layout, else by the key's place on the US one (GS is Control
    /// and `]` there).
    private func controlCharacter(_ key: UInt8, shift: Bool, altGr: Bool) -> UInt8? {
        let levels: [KeyOutput?] =
            altGr
            ? [options.layout.output(key, shift: shift, altGr: true, capsLock: false)]
            : [
                options.layout.output(key, shift: shift, altGr: false, capsLock: false),
                options.layout.output(key, shift: false, altGr: false, capsLock: false),
                KeyboardLayout.us.output(key, shift: shift, altGr: false, capsLock: false),
                KeyboardLayout.us.output(key, shift: false, altGr: false, capsLock: false),
            ]
        for case .text(let text)? in levels {
            guard let ascii = text.first?.asciiValue else { continue }
            switch ascii {
            case 0x5B...0x5F: return ascii & 0x1F
            // With AltGr, Control is only how Windows writes it.
            case _ where altGr: continue
            case 0x40...0x5A, 0x61...0x7A: return ascii & 0x1F
            // The digit row stands in for ^@, ^^ and ^_ in the tables of scanner manuals.
            case 0x32: return 0x00
            case 0x36: return 0x1E
            case 0x2D: return 0x1F
            default: continue
            }
        }
        return nil
    }

    // MARK: The code

    private mutating func type(_ output: KeyOutput, at: UInt64) {
        code.touch(at: at)
        switch (dead, output) {
        case (nil, .text(let text)): code.append(text)
        case (nil, .dead(let accent)): dead = accent
        case (let accent?, .text(let text)):
            dead = nil
            code.append(DeadKeys.compose(accent, with: text))
        case (let first?, .dead(let second)):
            dead = nil
            code.append(DeadKeys.alone(first))
            // The same dead key twice is the accent once.
            if first != second { dead = second }
        }
    }

    private mutating func type(control byte: UInt8, at: UInt64) {
        // The LF of a CR LF whose CR was the Enter key.
        if byte == 0x0A, code.isEmpty, dead == nil, isPartOfLastTerminator(at: at) { return }
        flushDead()
        code.touch(at: at)
        code.append(String(Character(Unicode.Scalar(byte))))
    }

    private mutating func flushDead() {
        guard let accent = dead else { return }
        dead = nil
        code.append(DeadKeys.alone(accent))
    }

    private mutating func commitAlt(at: UInt64) {
        guard !alt.isEmpty else { return }
        flushDead()
        code.append(alt.value, at: at)
        alt = AltCode()
    }

    private mutating func terminate(at: UInt64, into decoded: inout [Decoded]) {
        flushDead()
        if code.isEmpty {
            // A second terminator of the same code, or one that came after its code had ended by a pause.
            if awaitsLateTerminator || isPartOfLastTerminator(at: at) {
                awaitsLateTerminator = false
                return
            }
            code.touch(at: at)
        }
        code.touch(at: at)
        endsWithKey = true
        lastTerminatorAt = at
        decoded += finish(at: at, endedByPause: false)
    }

    private func isPartOfLastTerminator(at: UInt64) -> Bool {
        guard let lastTerminatorAt else { return false }
        return at.elapsed(since: lastTerminatorAt) <= options.interKeyTimeoutMicroseconds
    }

    private mutating func finish(at: UInt64, endedByPause: Bool) -> [Decoded] {
        commitAlt(at: at)
        flushDead()
        defer { code = WedgeCode() }
        if !endedByPause { awaitsLateTerminator = false }
        if endedByPause, options.requiresTerminator { code.spoil(BrokenReason.noTerminator, at: at) }
        let text = code.text(options)
        if let fault = code.fault { return [.broken(bytes: text, reason: fault)] }
        let bytes = endedByPause ? strippingSuffix(text) : text
        return [.scan(RawScan(bytes: bytes, firstReportAt: code.firstAt ?? at, lastReportAt: at))]
    }
}
