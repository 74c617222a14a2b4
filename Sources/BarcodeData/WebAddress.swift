import TextFormats

/// The parts of an http or https URL, which is never fetched.
struct WebAddress {
    /// The host in lower case, with the port unless it is the scheme's default, and without user information.
    let host: String
    /// The path as scanned, percent-encoded, without query and fragment.
    let path: ArraySlice<UInt8>

    init?(_ bytes: ArraySlice<UInt8>) {
        guard let rest = bytes.after("https://") ?? bytes.after("http://") else { return nil }
        let isSecure = bytes.hasPrefix("https")
        let whole = rest.prefix { $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") }
        let authority = whole.prefix { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "\\") }
        var host = authority
        if let at = authority.lastIndex(of: UInt8(ascii: "@")) { host = authority[(at + 1)...] }
        guard !host.isEmpty else { return nil }
        var name = host.text.lowercased()
        let port = isSecure ? ":443" : ":80"
        if name.hasSuffix(port) { name.removeLast(port.count) }
        self.host = name
        path = whole.dropFirst(authority.count)
    }
}

/// Decodes percent-encoded text (RFC 3986 §2.1); a malformed escape stays unchanged.
///
/// - Returns: nil if the result is empty, not UTF-8 or holds control characters.
func percentDecoded(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    guard let result = PercentEncoding.bytes(bytes, keepsBrokenEscapes: true),
        let text = String(validating: result, as: UTF8.self), !text.isEmpty,
        !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
    else { return nil }
    return result[...]
}
