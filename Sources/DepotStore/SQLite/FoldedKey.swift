import DepotModel
import Foundation
import TextFormats

/// The form in which tags, serial numbers, badges, codes and names are compared: surrounding space trimmed, in lower
/// case by Unicode's rules, composed (NFC). Stored beside the text, because SQLite folds ASCII only.
func foldedKey(_ text: String) -> String {
    let text = trimmed(text)
    if text.utf8.allSatisfy({ $0 < 0x80 }) { return text.lowercased() }
    return text.lowercased().precomposedStringWithCanonicalMapping
}

/// The text without white space at its ends.
func trimmed(_ text: String) -> String {
    if hasPlainEnds(text) { return text }
    guard let first = text.first, let last = text.last, first.isWhitespace || last.isWhitespace else { return text }
    let start = text.drop(while: \.isWhitespace)
    guard let end = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
    return String(start[...end])
}

/// Trimmed, and nil where nothing is left.
func nonEmpty(_ text: String?) -> String? {
    guard let text else { return nil }
    let result = trimmed(text)
    return result.isEmpty ? nil : result
}
