import TextFormats

extension ArraySlice<UInt8> {
    /// The text of bytes that are known to be UTF-8.
    var text: String { String(decoding: self, as: UTF8.self) }

    /// The bytes without leading and trailing spaces.
    var trimmed: ArraySlice<UInt8> { trimming { $0 == .space } }

    func trimming(_ drop: (UInt8) -> Bool) -> ArraySlice<UInt8> {
        var rest = self.drop(while: drop)
        while let last = rest.last, drop(last) { rest.removeLast() }
        return rest
    }

    /// Returns the bytes after the prefix, compared without ASCII case, or nil if they do not start with it.
    func after(_ prefix: some StringProtocol) -> ArraySlice<UInt8>? {
        var rest = self
        for byte in prefix.utf8 {
            guard rest.first?.upper == byte.upper else { return nil }
            rest.removeFirst()
        }
        return rest
    }

    /// Returns whether the bytes start with the prefix, compared without ASCII case.
    func hasPrefix(_ prefix: some StringProtocol) -> Bool { after(prefix) != nil }

    /// Splits at the first occurrence of the byte, or returns nil if there is none.
    func split(at byte: UInt8) -> (before: ArraySlice<UInt8>, after: ArraySlice<UInt8>)? {
        guard let index = firstIndex(of: byte) else { return nil }
        return (self[..<index], self[(index + 1)...])
    }

    /// Returns the bytes with each token replaced by its byte, in one pass; the first token that matches wins.
    func replacing(_ tokens: [(text: String, byte: UInt8)]) -> ArraySlice<UInt8> {
        let starts = tokens.compactMap(\.text.utf8.first)
        guard contains(where: starts.contains) else { return self }
        var result: [UInt8] = []
        result.reserveCapacity(count)
        var rest = self
        while let byte = rest.first {
            if starts.contains(byte), let token = tokens.first(where: { rest.hasPrefix($0.text) }) {
                result.append(token.byte)
                rest = rest.dropFirst(token.text.utf8.count)
            } else {
                result.append(byte)
                rest.removeFirst()
            }
        }
        return result[...]
    }
}

/// Returns a UUID in any usual spelling as lower-case hexadecimal with dashes, or nil for anything else.
///
/// - Parameter dashes: whether the dashes must be where RFC 9562 §4 has them, or must be absent.
func canonicalUUID(_ bytes: ArraySlice<UInt8>, dashes: Bool) -> String? {
    guard bytes.count == (dashes ? 36 : 32) else { return nil }
    var text: [UInt8] = []
    for (offset, byte) in bytes.enumerated() {
        if dashes, [8, 13, 18, 23].contains(offset) {
            guard byte == UInt8(ascii: "-") else { return nil }
        } else {
            guard Hexadecimal.value(byte) != nil else { return nil }
            if !dashes, [8, 12, 16, 20].contains(offset) { text.append(UInt8(ascii: "-")) }
        }
        text.append(byte.isUpper ? byte + 0x20 : byte)
    }
    return text[...].text
}
