import TextFormats

/// An http or https URL, taken apart and never fetched.
struct WebAddress {
    /// Lower case, with the port unless it is the scheme's own; no user information.
    let host: String
    /// As scanned, percent-encoded, without query and fragment.
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

/// Percent-decoded text (RFC 3986 §2.1); an escape that is none stays as it is.
///
/// - Returns: nil if the result is empty, not UTF-8 or holds control characters.
func percentDecoded(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    guard let result = PercentEncoding.bytes(bytes, keepsBrokenEscapes: true),
        let text = String(validating: result, as: UTF8.self), !text.isEmpty,
        !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
    else { return nil }
    return result[...]
}

/// A GS1 Digital Link (URI syntax 1.2 and later): `…/<key AI>/<value>[/<qualifier AI>/<value>…]` on any host.
struct DigitalLink {
    let elements: [GS1Element]

    /// Finds the last key in the path whose value is valid and that only its own qualifiers follow, in their order.
    init?(_ url: WebAddress) {
        // A key and three qualifiers are the most that a link has; what is in front is the resolver's own path.
        var segments: [ArraySlice<UInt8>] = []
        var rest = url.path.trimming { $0 == UInt8(ascii: "/") }
        while segments.count < 8, !rest.isEmpty {
            let slash = rest.lastIndex(of: UInt8(ascii: "/"))
            segments.insert(slash.map { rest[($0 + 1)...] } ?? rest, at: 0)
            rest = slash.map { rest[..<$0] } ?? []
        }
        var start = segments.count - 2
        while start >= 0 {
            if let elements = Self.elements(segments[start...]) {
                self.elements = elements
                return
            }
            start -= 2
        }
        return nil
    }

    func addIdentifiers(to list: inout IdentifierList) {
        elements.addIdentifiers(to: &list, origin: " from a Digital Link", isProven: false)
    }

    private static func elements(_ segments: ArraySlice<ArraySlice<UInt8>>) -> [GS1Element]? {
        guard let first = segments.first, let orders = qualifiers[name(first)] else { return nil }
        var elements: [GS1Element] = []
        var rest = segments
        while let ai = rest.popFirst().map(name), let raw = rest.popFirst() {
            guard var value = percentDecoded(raw), let format = GS1Format.of(ai) else { return nil }
            // Older links hold shorter GTINs; they are the same with zeros in front.
            if ai == "01", [8, 12, 13].contains(value.count) {
                value = (Array(repeating: UInt8(ascii: "0"), count: 14 - value.count) + value)[...]
            }
            guard format.accepts(value) else { return nil }
            elements.append(GS1Element(ai: ai, value: value))
        }
        let used = elements.dropFirst().map(\.ai)
        return orders.contains { isSubsequence(used, of: $0) } ? elements : nil
    }

    /// The AI of a segment; words are of the drafts before 1.2.
    private static func name(_ segment: ArraySlice<UInt8>) -> String {
        let text = segment.count <= 5 ? segment.text.lowercased() : ""
        return words[text] ?? text
    }

    private static func isSubsequence(_ names: [String], of order: [String]) -> Bool {
        var rest = order[...]
        for name in names {
            guard let index = rest.firstIndex(of: name) else { return false }
            rest = rest[(index + 1)...]
        }
        return true
    }

    /// Each key with the orders in which qualifiers may follow it.
    private static let qualifiers: [String: [[String]]] = [
        "00": [[]], "01": [["22", "10", "21"], ["235"]], "253": [[]], "255": [[]], "401": [[]], "402": [[]],
        "414": [["254"], ["7040"]], "417": [["7040"]], "8003": [[]], "8004": [["7040"]], "8006": [["22", "10", "21"]],
        "8010": [["8011"]], "8013": [[]], "8017": [["8019"]], "8018": [["8019"]],
    ]

    private static let words = [
        "sscc": "00", "gtin": "01", "cpv": "22", "lot": "10", "ser": "21", "gdti": "253", "gcn": "255", "ginc": "401",
        "gsin": "402", "gln": "414", "glnx": "254", "grai": "8003", "giai": "8004", "itip": "8006", "cpid": "8010",
        "cpsn": "8011", "gmn": "8013", "gsrnp": "8017", "gsrn": "8018", "srin": "8019",
    ]
}
