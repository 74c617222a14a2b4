/// Returns true if the text begins and ends with printable ASCII, as most texts do: there is nothing to trim, and no
/// Unicode properties to look up.
public func hasPlainEnds(_ text: String) -> Bool {
    guard let first = text.utf8.first, let last = text.utf8.last else { return false }
    return 0x21...0x7E ~= first && 0x21...0x7E ~= last
}

/// Returns the text without leading and trailing white space.
public func trimmingWhiteSpace(_ text: String) -> String {
    if hasPlainEnds(text) { return text }
    let scalars = text.unicodeScalars
    guard let first = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
        let last = scalars.lastIndex(where: { !$0.properties.isWhitespace })
    else { return "" }
    return String(scalars[first...last])
}
