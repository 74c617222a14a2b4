import DepotDialect
import TextFormats

/// Returns the text with `&`, `<`, `>`, `"` and `'` as entities, the form of all texts in answers to GET.
func escapedHTML(_ text: String) -> String {
    var text = text
    let needs = text.withUTF8 { utf8 in
        utf8.contains { byte in
            // All five are below 0x3F, so one comparison decides for most bytes.
            byte < 0x3F
                && (byte == UInt8(ascii: "&") || byte == UInt8(ascii: "<") || byte == UInt8(ascii: ">")
                    || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'"))
        }
    }
    guard needs else { return text }
    var escaped = ""
    escaped.reserveCapacity(text.utf8.count + 32)
    for scalar in text.unicodeScalars {
        switch scalar {
        case "&": escaped += "&amp;"
        case "<": escaped += "&lt;"
        case ">": escaped += "&gt;"
        case "\"": escaped += "&quot;"
        case "'": escaped += "&#039;"
        default: escaped.unicodeScalars.append(scalar)
        }
    }
    return escaped
}

extension JSONWriter {
    /// Writes a member with an HTML-escaped text, or null for nil.
    mutating func escaped(_ name: StaticString, _ text: String?) {
        key(name)
        value(text.map(escapedHTML))
    }

    /// Writes `{"id":…,"name":…}` with the name HTML-escaped, or null for nil.
    mutating func reference(_ name: StaticString, id: Int64?, _ text: String?) {
        key(name)
        guard let id, let text else { return null() }
        object { json in
            json.member("id", id)
            json.escaped("name", text)
        }
    }
}
