import BarcodeData

/// What a code of a station with these formats stands for.
func read(_ code: String, _ symbology: String? = nil, _ formats: BarcodeFormats = BarcodeFormats()) -> Reading {
    BarcodeReader(formats: formats).read(Array(code.utf8), symbology: symbology)
}

/// The identifiers of a code; empty if it is a command or rejected.
func identifiers(
    _ code: String, _ symbology: String? = nil, _ formats: BarcodeFormats = BarcodeFormats()
) -> [Identifier] {
    guard case .identifiers(let list) = read(code, symbology, formats) else { return [] }
    return list
}

/// The derived ones as `kind value`.
func derived(_ code: String, _ symbology: String? = nil, _ formats: BarcodeFormats = BarcodeFormats()) -> [String] {
    identifiers(code, symbology, formats).filter(\.isDerived).map(short)
}

/// The exact ones as `kind value`, without the five plain readings of the whole content.
func exactBeyondPlain(
    _ code: String, _ symbology: String? = nil, _ formats: BarcodeFormats = BarcodeFormats()
) -> [String] {
    let exact = identifiers(code, symbology, formats).filter { !$0.isDerived }
    return exact.filter { !$0.rule.hasSuffix("as scanned") }.map(short)
}

func short(_ identifier: Identifier) -> String { "\(identifier.kind.rawValue) \(identifier.value)" }

/// The same numbers for the same seed (SplitMix64).
struct SeededNumbers: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }
}
