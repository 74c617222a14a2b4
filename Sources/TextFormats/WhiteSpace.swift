/// Returns whether a text begins and ends with printable ASCII, as most do: nothing around it is to be trimmed then, and
/// Unicode need not be asked.
public func hasPlainEnds(_ text: String) -> Bool {
    guard let first = text.utf8.first, let last = text.utf8.last else { return false }
    return 0x21...0x7E ~= first && 0x21...0x7E ~= last
}

/// Returns the text without white space around it.
public func trimmingWhiteSpace(_ text: String) -> String {
    if hasPlainEnds(text) { return text }
    let scalars = text.unicodeScalars
    guard let first = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
        let last = scalars.lastIndex(where: { !$0.properties.isWhitespace })
    else { return "" }
    return String(scalars[first...last])
}
