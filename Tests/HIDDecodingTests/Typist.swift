import HIDDecoding

/// Types at a decoder as a scanner does: 8-byte boot reports, a millisecond apart.
struct Typist {
    var decoder: ScannerDecoder
    var now: UInt64 = 1_000_000
    var decoded: [Outcome] = []

    init(_ options: WedgeOptions = WedgeOptions(), descriptor: [UInt8] = []) throws {
        decoder = try ScannerDecoder(
            .fixture(kind: .keyboardWedge, descriptor: descriptor), wedge: options)
    }

    /// When the process was stopped, until the next report.
    private var stoppedAt: UInt64?

    mutating func report(_ bytes: [UInt8]) {
        decoded += decoder.feed(HIDReport(bytes, since: stoppedAt, at: now)).map(Outcome.init)
        stoppedAt = nil
        now += 1000
    }

    mutating func keys(_ modifiers: UInt8, _ keys: UInt8...) {
        report([modifiers, 0] + keys + Array(repeating: 0, count: max(0, 6 - keys.count)))
    }

    mutating func press(_ key: UInt8, _ modifiers: UInt8 = 0) {
        keys(modifiers, key)
        keys(0)
    }

    /// Lower-case letters and digits only.
    mutating func type(_ text: String) {
        for character in text.utf8 {
            switch character {
            case 0x30: press(0x27)
            case 0x31...0x39: press(character - 0x31 + 0x1E)
            default: press(character - 0x61 + 0x04)
            }
        }
    }

    /// Alt down, keys one after another, Alt up.
    mutating func alt(_ codes: UInt8..., modifier: UInt8 = 0x04) {
        keys(modifier)
        for key in codes {
            keys(modifier, key)
            keys(modifier)
        }
        keys(0)
    }

    mutating func enter() { press(0x28) }

    mutating func pause(_ microseconds: UInt64) { now += microseconds }

    /// It is quiet until nothing is open any more, or at least for the time given.
    mutating func silence(_ microseconds: UInt64 = 0) {
        let until = max(decoder.deadline ?? now, now + microseconds)
        decoded += decoder.quiet(until: until).map(Outcome.init)
        now = max(now, until)
    }

    /// The process is stopped for a while: nobody sees whether it is quiet, and what came waits.
    mutating func stop(_ microseconds: UInt64) {
        stoppedAt = now
        now += microseconds
    }
}

extension ScannerDescription {
    static func fixture(kind: ScannerKind, vendor: UInt16 = 0x05E0, descriptor: [UInt8]) -> ScannerDescription {
        ScannerDescription(
            identity: "port:1-1", vendorID: vendor, productID: 0x1200, manufacturer: nil, product: nil, serial: nil,
            port: "1-1", interface: 0, kind: kind, reportDescriptor: descriptor)
    }
}
