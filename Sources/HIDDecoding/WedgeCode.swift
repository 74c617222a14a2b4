/// The code in progress.
struct WedgeCode: Sendable {
    /// The source of a byte: bytes of ALT codes may be UTF-8, which is known only at the end.
    private enum Origin: UInt8 { case key, ansi, oem }

    /// The time of the first key in microseconds, or nil if there was none.
    private(set) var firstAt: UInt64?
    private(set) var lastAt: UInt64 = 0
    /// The longest time between two of its reports, in microseconds.
    var slowestGap: UInt64 = 0
    /// The second longest time between two of its reports, in microseconds.
    private(set) var secondSlowestGap: UInt64 = 0
    /// A Boolean value that is true if all gaps are known precisely.
    var isMeasured = true
    /// A Boolean value that is true if the code may contain a silence that was not observed.
    var hasUnseenPause = false
    /// The number of keys that typed something.
    var keyCount = 0
    /// The first reason for which the code cannot be whole, or nil.
    private(set) var fault: String?
    private var bytes: [UInt8] = []
    private var typed = 0
    private var origins: [Origin] = []

    /// A Boolean value that is true if nothing was typed.
    var isEmpty: Bool { bytes.isEmpty && fault == nil }

    /// A Boolean value that is true if more was typed than any code holds, so that the code will never end.
    var isEndless: Bool { typed > 2 * RawScan.maximumBytes }

    /// The number of bytes typed, or nil if all of them are kept.
    var cutLength: Int? { typed > bytes.count ? typed : nil }

    /// Records that something of the code was seen at the time in microseconds.
    mutating func touch(at: UInt64) {
        if firstAt == nil { firstAt = at }
        lastAt = at
    }

    /// Records the time between two reports in microseconds.
    mutating func record(gap: UInt64) {
        if gap > slowestGap {
            (secondSlowestGap, slowestGap) = (slowestGap, gap)
        } else {
            secondSlowestGap = max(secondSlowestGap, gap)
        }
    }

    /// Returns the longest gap that is typical of the scanner, in microseconds.
    ///
    /// If only silence shows that this is one code, an outlier may be the gap between two codes in quick succession.
    func pace(isEndKnown: Bool) -> UInt64 {
        isEndKnown || keyCount < 4 ? slowestGap : min(slowestGap, 4 * secondSlowestGap)
    }

    mutating func invalidate(_ reason: String, at: UInt64) {
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
        case .invalid: invalidate(BrokenReason.altCode, at: at)
        }
    }

    private mutating func append(_ byte: UInt8, _ origin: Origin) {
        typed += 1
        guard bytes.count < RawScan.maximumBytes else { return }
        bytes.append(byte)
        origins.append(origin)
    }

    /// Returns the text: ALT bytes re-joined if every run of them is UTF-8, or else each by its code page.
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
        // A code that was cut may end inside a character.
        return bytes.count == RawScan.maximumBytes || String(validating: run, as: UTF8.self) != nil
    }
}

/// Returns the bytes without one terminator that a scanner appends: CR LF, or one of CR, LF, TAB.
func strippingSuffix(_ bytes: [UInt8]) -> [UInt8] {
    guard let last = bytes.last, last == 0x0D || last == 0x0A || last == 0x09 else { return bytes }
    let rest = bytes.dropLast()
    return Array(last == 0x0A && rest.last == 0x0D ? rest.dropLast() : rest)
}
