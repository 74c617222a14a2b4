/// The code being typed.
struct WedgeCode: Sendable {
    /// Where a byte came from: bytes of ALT codes may be one character's UTF-8, known only at the end.
    private enum Origin: UInt8 { case key, ansi, oem }

    /// When something of it was seen first; nil: nothing yet.
    private(set) var firstAt: UInt64?
    private(set) var lastAt: UInt64 = 0
    /// The longest time between two reports of it.
    var slowestGap: UInt64 = 0
    /// The longest but one.
    private(set) var secondSlowestGap: UInt64 = 0
    /// All of them are known exactly.
    var isMeasured = true
    /// Inside it there may have been a silence that nobody saw.
    var hasUnseenPause = false
    /// Keys that typed something.
    var keyCount = 0
    /// Why the code cannot be whole; the first reason stays.
    private(set) var fault: String?
    private var bytes: [UInt8] = []
    private var typed = 0
    private var origins: [Origin] = []

    /// Nothing was typed.
    var isEmpty: Bool { bytes.isEmpty && fault == nil }

    /// More was typed than any code has, so that it will never end.
    var isEndless: Bool { typed > 2 * RawScan.maximumBytes }

    /// How many bytes were typed, where not all of them are kept.
    var cutLength: Int? { typed > bytes.count ? typed : nil }

    /// Something of a code was seen.
    mutating func touch(at: UInt64) {
        if firstAt == nil { firstAt = at }
        lastAt = at
    }

    /// Takes note of the time between two reports.
    mutating func note(gap: UInt64) {
        if gap > slowestGap {
            (secondSlowestGap, slowestGap) = (slowestGap, gap)
        } else {
            secondSlowestGap = max(secondSlowestGap, gap)
        }
    }

    /// The longest gap that says something of the scanner's pace. Where nothing but silence says that it is one code, one
    /// that stands out from the others may be the gap between two that came too fast.
    func pace(isEndKnown: Bool) -> UInt64 {
        isEndKnown || keyCount < 4 ? slowestGap : min(slowestGap, 4 * secondSlowestGap)
    }

    mutating func spoil(_ reason: String, at: UInt64) {
        touch(at: at)
        if fault == nil { fault = reason }
    }

    mutating func append(_ text: String) {
        for byte in text.utf8 { append(byte, .key) }
    }

    mutating func append(_ value: AltCode.Value, at: UInt64) {
        switch value {
        case .ansi(let byte): append(byte, byte < 0x80 ? .key : .ansi)
        case .oem(let byte): append(byte, byte < 0x80 ? .key : .oem)
        case .scalar(let scalar): append(String(Character(scalar)))
        case .invalid: spoil(BrokenReason.altCode, at: at)
        }
    }

    private mutating func append(_ byte: UInt8, _ origin: Origin) {
        typed += 1
        guard bytes.count < RawScan.maximumBytes else { return }
        bytes.append(byte)
        origins.append(origin)
    }

    /// What was typed: ALT bytes re-joined if every run of them is UTF-8, else each by its code page.
    func text(_ options: WedgeOptions) -> [UInt8] {
        guard origins.contains(where: { $0 != .key }), !altRunsAreUTF8 else { return bytes }
        var text: [UInt8] = []
        for (byte, origin) in zip(bytes, origins) {
            let scalar: Unicode.Scalar
            switch origin {
            case .key:
                text.append(byte)
                continue
            case .ansi: scalar = options.ansiCodePage.scalar(byte)
            case .oem: scalar = options.oemCodePage.scalar(byte)
            }
            text.append(contentsOf: String(Character(scalar)).utf8)
        }
        return Array(text.prefix(RawScan.maximumBytes))
    }

    private var altRunsAreUTF8: Bool {
        var run: [UInt8] = []
        for (byte, origin) in zip(bytes, origins) {
            if origin != .key {
                run.append(byte)
            } else if !run.isEmpty {
                guard String(validating: run, as: UTF8.self) != nil else { return false }
                run.removeAll(keepingCapacity: true)
            }
        }
        // A code cut at its maximum may end inside a character.
        return bytes.count == RawScan.maximumBytes || String(validating: run, as: UTF8.self) != nil
    }
}

/// Drops one terminator a scanner appends: CR LF, or one of CR, LF, TAB.
func strippingSuffix(_ bytes: [UInt8]) -> [UInt8] {
    guard let last = bytes.last, last == 0x0D || last == 0x0A || last == 0x09 else { return bytes }
    let rest = bytes.dropLast()
    return Array(last == 0x0A && rest.last == 0x0D ? rest.dropLast() : rest)
}
