import DepotModel
import Foundation
import TextFormats

/// Returns the form in which tags, serial numbers, badges, codes and names are compared. It is stored beside the text,
/// because SQLite folds only ASCII.
///
/// Two texts that a person cannot tell apart have the same form: it is composed with compatibility (NFKC, UAX #15), in
/// lowercase by Unicode's rules, without invisible signs (`Default_Ignorable_Code_Point`, such as U+200B and U+FEFF),
/// trimmed, and every run of white space in it is one space. Accents count.
func foldedKey(_ text: String) -> String {
    if let plain = foldedASCII(text) { return plain }
    return spaced(visible(text.precomposedStringWithCompatibilityMapping.lowercased()))
        .precomposedStringWithCompatibilityMapping
}

/// Returns the form in which texts are searched and sorted: that of ``foldedKey(_:)`` without accents, so that `muller`
/// finds “Müller”, which stands beside “Muller”.
func folded(_ text: String) -> String {
    if let plain = foldedASCII(text) { return plain }
    var scalars = String.UnicodeScalarView()
    for scalar in foldedKey(text).decomposedStringWithCanonicalMapping.unicodeScalars {
        // Combining diacritical marks; those of other scripts are letters to their readers.
        if (0x300...0x36F).contains(scalar.value) { continue }
        if let letters = letterVariants[scalar] {
            scalars.append(contentsOf: letters.unicodeScalars)
        } else {
            scalars.append(scalar)
        }
    }
    return String(scalars).precomposedStringWithCanonicalMapping
}

/// Letters that no decomposition takes apart, with what is typed in their place.
private let letterVariants: [Unicode.Scalar: String] = [
    "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ı": "i", "ħ": "h",
]

/// Returns the folded form of a text that is ASCII, or nil for any other.
private func foldedASCII(_ text: String) -> String? {
    var previous = UInt8(ascii: " ")
    var isSpaced = true
    for byte in text.utf8 {
        guard byte < 0x80 else { return nil }
        let isSpace = isASCIISpace(byte)
        if isSpace, byte != UInt8(ascii: " ") || previous == UInt8(ascii: " ") { isSpaced = false }
        previous = byte
    }
    if isSpaced, previous != UInt8(ascii: " ") || text.isEmpty { return text.lowercased() }
    return spaced(text.lowercased())
}

private func isASCIISpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

/// Returns the text with one space for each run of white space, and none at its ends.
private func spaced(_ text: String) -> String {
    text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
}

/// Returns the text without the signs that are not shown.
private func visible(_ text: String) -> String {
    var scalars = text.unicodeScalars
    scalars.removeAll { $0.properties.isDefaultIgnorableCodePoint }
    return String(scalars)
}

/// Returns the text without leading and trailing white space.
func trimmed(_ text: String) -> String {
    if hasPlainEnds(text) { return text }
    guard let first = text.first, let last = text.last, first.isWhitespace || last.isWhitespace else { return text }
    let start = text.drop(while: \.isWhitespace)
    guard let end = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
    return String(start[...end])
}

/// Returns the trimmed text, or nil if it is empty.
func nonEmpty(_ text: String?) -> String? {
    guard let text else { return nil }
    let result = trimmed(text)
    return result.isEmpty ? nil : result
}
