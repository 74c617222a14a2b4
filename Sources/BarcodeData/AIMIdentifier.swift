/// Which symbology a code was printed in, as scanners tell it: `]`, a letter and a modifier (ISO/IEC 15424).
struct AIMIdentifier: Hashable {
    let symbology: UInt8
    let modifier: UInt8

    /// Reads the first three bytes; nil unless they are an identifier that exists.
    init?(_ bytes: ArraySlice<UInt8>) {
        let start = Array(bytes.prefix(3))
        guard start.count == 3, start[0] == UInt8(ascii: "]"),
            Self.modifiers(of: start[1])?.utf8.contains(start[2]) == true
        else { return nil }
        symbology = start[1]
        modifier = start[2]
    }

    /// Whether FNC1 stood first, which says that the content is GS1's (General Specifications §5.4, §7.8).
    var provesGS1: Bool { ["C1", "d2", "d5", "Q3", "Q4", "e0", "z1"].contains(text) }

    /// Whether the content may hold `\nnnnnn` ECI escapes and doubled backslashes.
    var hasECI: Bool { ["d4", "d5", "d6", "Q2", "Q4", "Q6", "z3", "z4", "z5", "L1"].contains(text) }

    /// Whether a verified Code 39 check character is sent with the content.
    var sendsCode39Check: Bool { text == "A1" }

    private var text: String { [symbology, modifier][...].text }

    private static func modifiers(of symbology: UInt8) -> String? {
        switch symbology {
        case UInt8(ascii: "A"): "013457"
        case UInt8(ascii: "B"): "0124"
        case UInt8(ascii: "C"): "0124"
        case UInt8(ascii: "d"): "0123456"
        case UInt8(ascii: "E"): "01234"
        case UInt8(ascii: "e"): "0123"
        case UInt8(ascii: "F"): "0124"
        case UInt8(ascii: "G"): "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
        case UInt8(ascii: "H"): "013"
        case UInt8(ascii: "h"): "0123456789"
        case UInt8(ascii: "I"): "013"
        case UInt8(ascii: "K"): "0124"
        case UInt8(ascii: "L"): "012345"
        case UInt8(ascii: "M"): "013"
        case UInt8(ascii: "N"): "0"
        case UInt8(ascii: "O"): "01456A"
        case UInt8(ascii: "P"): "0"
        case UInt8(ascii: "Q"): "0123456"
        case UInt8(ascii: "R"): "013"
        case UInt8(ascii: "S"): "0"
        case UInt8(ascii: "T"): "0124"
        case UInt8(ascii: "U"): "0123"
        case UInt8(ascii: "X"): "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZCgk"
        case UInt8(ascii: "Z"): "0123456789"
        case UInt8(ascii: "z"): "0123456789ABC"
        default: nil
        }
    }
}

/// What the symbol holds, apart from what the scanner put around it.
struct ScannedContent {
    /// From the scanner's own field, or else from in front of the bytes.
    let identifier: AIMIdentifier?
    /// The content without identifier, ECI escapes, terminator, surrounding spaces and FNC1 at its ends.
    let bytes: ArraySlice<UInt8>

    init(_ raw: [UInt8], symbology: String?) {
        let stated = symbology.flatMap { AIMIdentifier(Array($0.utf8)[...]) }
        let prefix = AIMIdentifier(raw[...])
        identifier = stated ?? prefix
        // Some scanners send the identifier both ways; another one in front is content.
        var rest = prefix != nil && prefix == identifier && raw.count > 3 ? raw[3...] : raw[...]
        if identifier?.hasECI == true { rest = Self.withoutECI(rest) }
        if rest.last == 0x0A { rest.removeLast() }
        if let last = rest.last, last == 0x0D || last == 0x09 { rest.removeLast() }
        bytes = rest.trimming { $0 == .space || $0 == .groupSeparator }
    }

    private static func withoutECI(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let backslash = UInt8(ascii: "\\")
        guard bytes.contains(backslash) else { return bytes }
        var result: [UInt8] = []
        var rest = bytes
        while let byte = rest.popFirst() {
            if byte == backslash {
                if rest.prefix(6).count == 6, rest.prefix(6).allSatisfy(\.isDigit) {
                    rest = rest.dropFirst(6)
                    continue
                }
                if rest.first == backslash { rest.removeFirst() }
            }
            result.append(byte)
        }
        return result[...]
    }
}
