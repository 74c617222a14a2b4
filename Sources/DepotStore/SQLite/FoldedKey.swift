import DepotModel
import Foundation
import TextFormats

/// Returns the form in which tags, serial numbers, badges, codes and names are compared: trimmed, in lowercase by
/// Unicode's rules, and composed (NFC). It is stored beside the text, because SQLite folds only ASCII.
func foldedKey(_ text: String) -> String {
    let text = trimmed(text)
    if text.utf8.allSatisfy({ $0 < 0x80 }) { return text.lowercased() }
    return text.lowercased().precomposedStringWithCanonicalMapping
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
