/// Percent-encoded text (RFC 3986 §2.1).
public enum PercentEncoding {
    /// Returns the decoded text, or nil if an escape is malformed or the result is not UTF-8 or contains a NUL.
    ///
    /// - Parameter plusIsSpace: A Boolean value that is true if `+` stands for a space, as in forms.
    public static func decode(_ text: some StringProtocol, plusIsSpace: Bool = false) -> String? {
        let isPlain = text.utf8.allSatisfy { byte in
            byte != UInt8(ascii: "%") && byte != 0 && !(plusIsSpace && byte == UInt8(ascii: "+"))
        }
        if isPlain { return String(text) }
        guard let bytes = bytes(text.utf8, plusIsSpace: plusIsSpace, keepsBrokenEscapes: false), !bytes.contains(0)
        else { return nil }
        return String(validating: bytes, as: UTF8.self)
    }

    /// Returns the decoded bytes.
    ///
    /// - Parameter keepsBrokenEscapes: A Boolean value that is true if an escape without two hexadecimal digits stays
    ///   as it is; otherwise the result is nil.
    public static func bytes(
        _ encoded: some Collection<UInt8>, plusIsSpace: Bool = false, keepsBrokenEscapes: Bool
    ) -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(encoded.count)
        var rest = encoded[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "%"):
                let digits = rest.prefix(2).compactMap(Hexadecimal.value)
                if digits.count == 2 {
                    bytes.append(digits[0] << 4 | digits[1])
                    rest = rest.dropFirst(2)
                } else if keepsBrokenEscapes {
                    bytes.append(byte)
                } else {
                    return nil
                }
            case UInt8(ascii: "+") where plusIsSpace: bytes.append(UInt8(ascii: " "))
            default: bytes.append(byte)
            }
        }
        return bytes
    }

    /// Returns the text with every byte percent-encoded that is not one of RFC 3986's unreserved characters.
    public static func encode(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var result: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                result.append(byte)
            default: result += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
