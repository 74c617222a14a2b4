/// A decoder for keyboard wedges, which processes whole reports in array order.
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

    private let reader: KeyboardReportReader
    private var held: [UInt8: KeyboardReport] = [:]
    private var capsLock = false
    private var framing: WedgeFraming
    private var alt = AltCode()
    private var dead: Character?

    init(reader: KeyboardReportReader, options: WedgeOptions, profile: ScannerProfile) {
        self.reader = reader
        framing = WedgeFraming(options: options, profile: profile)
    }

    /// The options by which keys are read; a code in progress is read on by new ones.
    var options: WedgeOptions {
        get { framing.options }
        set { framing.options = newValue }
    }

    var profile: ScannerProfile { framing.profile }
    var isSettled: Bool { framing.isSettled }
    var isTyping: Bool { framing.code.firstAt != nil }
    var isEndless: Bool { framing.code.isEndless }
    var deadline: UInt64? { framing.deadline }

    // MARK: Reports and time

    mutating func feed(_ report: HIDReport) -> [Decoded] {
        var decoded = quiet(until: report.since)
        for part in reader.reports(in: report.bytes) {
            switch reader.read(part) {
            case .unrelated: continue
            case .short: interrupt(BrokenReason.shortReport, isCertain: true, at: report.at)
            case .keyboard(let keys): process(keys, report, into: &decoded)
            }
        }
        return decoded
    }

    mutating func quiet(until moment: UInt64) -> [Decoded] {
        guard let deadline = framing.deadline, moment >= deadline else { return [] }
        commitAlt(at: framing.code.lastAt)
        flushDead()
        let wasSettled = framing.isSettled
        let decoded = framing.quiet(until: moment)
        // The missing bytes may hold a Caps Lock, which is off at the beginning of a code.
        if !wasSettled, framing.isSettled { capsLock = false }
        return decoded
    }

    mutating func attach(at: UInt64) {
        resetKeyState()
        framing.attach(at: at)
    }

    mutating func interrupt(_ reason: String, isCertain: Bool, at: UInt64) {
        commitAlt(at: at)
        flushDead()
        // The missing report may be the release of a key, which would never be new again.
        resetKeyState()
        framing.interrupt(reason, isCertain: isCertain, at: at)
    }

    mutating func disconnect(_ reason: String) -> [Decoded] {
        commitAlt(at: framing.code.lastAt)
        flushDead()
        resetKeyState()
        return framing.disconnect(reason)
    }

    /// Discards an endless code and returns its bytes.
    mutating func abandon() -> [UInt8] {
        resetKeyState()
        return framing.abandon()
    }

    private mutating func resetKeyState() {
        held = [:]
        capsLock = false
        alt = AltCode()
        dead = nil
    }

    // MARK: Keys

    private mutating func process(_ report: KeyboardReport, _ transfer: HIDReport, into decoded: inout [Decoded]) {
        let at = transfer.at
        let previous = held[report.id]
        guard report != previous, !report.isError else { return }
        held[report.id] = report
        framing.beginReport(at: at, since: transfer.since)
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
        framing.touch(at: at)
    }

    /// Returns whether a report begins the next ALT code: fast scanners send all digits in one report and never release Alt.
    private func beginsNextChord(_ report: KeyboardReport, after previous: KeyboardReport?) -> Bool {
        guard alt.isChord, report.keys.filter({ alt.digit(for: $0) != nil }).count > 1 else { return false }
        guard let previous, !previous.keys.isEmpty else { return true }
        let isGrowing = previous.newKeys(since: report).isEmpty && report.keys.count > previous.keys.count
        let isShrinking = report.newKeys(since: previous).isEmpty && report.keys.count < previous.keys.count
        return !isGrowing && !isShrinking && report.keys != previous.keys
    }

    private mutating func press(_ key: UInt8, _ modifiers: UInt8, at: UInt64, into decoded: inout [Decoded]) {
        if modifiers & (Modifier.leftAlt | Modifier.rightAlt) != 0, alt.accept(key) {
            framing.beginKey(at: at)
            return
        }
        commitAlt(at: at)
        if let byte = options.controlKeys[key] {
            type(control: byte, at: at)
            return
        }
        switch key {
        case 0x28, 0x58: terminate(.enter, at: at, into: &decoded)
        case 0x2B: terminate(.tab, at: at, into: &decoded)
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

    /// The text of keypad keys, whatever the state of Num Lock (HUT 1.5 §10). The separator 0x63 depends on the layout.
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
                // Skipping the key would yield another code.
                framing.beginKey(at: at)
                framing.invalidate(BrokenReason.unknownKey, at: at)
            }
        }
    }

    /// Returns the control character of a key by the scanner's layout, or else by the position of the key on the US
    /// layout (where GS is Control and `]`).
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
            // The tables of scanner manuals use the digit row for ^@, ^^ and ^_.
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
        framing.beginKey(at: at)
        switch (dead, output) {
        case (nil, .text(let text)): framing.append(text)
        case (nil, .dead(let accent)): dead = accent
        case (let accent?, .text(let text)):
            dead = nil
            framing.append(DeadKeys.compose(accent, with: text))
        case (let first?, .dead(let second)):
            dead = nil
            framing.append(DeadKeys.alone(first))
            // The same dead key twice is the accent once.
            if first != second { dead = second }
        }
    }

    private mutating func type(control byte: UInt8, at: UInt64) {
        // The LF of a CR LF whose CR was the Enter key.
        let followsTerminator =
            framing.code.isEmpty && framing.isPartOfLastTerminator(at: at) || framing.isAfterTerminator
        if byte == 0x0A, dead == nil, followsTerminator { return }
        flushDead()
        framing.beginKey(at: at)
        framing.append(String(Character(Unicode.Scalar(byte))))
    }

    private mutating func flushDead() {
        guard let accent = dead else { return }
        dead = nil
        framing.append(DeadKeys.alone(accent))
    }

    private mutating func commitAlt(at: UInt64) {
        guard !alt.isEmpty else { return }
        flushDead()
        framing.append(alt.value, at: at)
        alt = AltCode()
    }

    private mutating func terminate(_ key: Terminator, at: UInt64, into decoded: inout [Decoded]) {
        flushDead()
        decoded += framing.terminate(key, at: at)
    }
}
