/// The symbology of a code as scanners report it: `]`, a letter and a modifier (ISO/IEC 15424).
struct AIMIdentifier: Hashable {
    let symbology: UInt8
    let modifier: UInt8

    /// Creates an identifier from the first three bytes, or returns nil unless they are one that exists.
    init?(_ bytes: ArraySlice<UInt8>) {
        let start = Array(bytes.prefix(3))
        guard start.count == 3, start[0] == UInt8(ascii: "]"),
            Self.modifiers(of: start[1])?.utf8.contains(start[2]) == true
        else { return nil }
        symbology = start[1]
        modifier = start[2]
    }

    /// A Boolean value that is true if FNC1 came first, so that the content is GS1's (General Specifications §5.4,
    /// §7.8).
    var provesGS1: Bool { ["C1", "d2", "d5", "Q3", "Q4", "e0", "z1"].contains(text) }

    /// A Boolean value that is true if the content may hold `\nnnnnn` ECI escapes and doubled backslashes.
    var hasECI: Bool { ["d4", "d5", "d6", "Q2", "Q4", "Q6", "z3", "z4", "z5", "L1"].contains(text) }

    /// A Boolean value that is true if the content ends with a verified Code 39 check character.
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
