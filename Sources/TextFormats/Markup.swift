/// Text in HTML and XML.
public enum Markup {
    /// Returns the text with `&`, `<`, `>`, `"` and `'` as character references, for text and attribute values.
    ///
    /// An apostrophe is `&#039;`, the form of PHP's `htmlspecialchars`, because some clients compare bytes.
    public static func escaped(_ text: String) -> String {
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
}
