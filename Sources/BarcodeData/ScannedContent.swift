/// The content of a symbol without the characters that the scanner added.
struct ScannedContent {
    /// The identifier that the scanner reported beside the bytes, or else the one before them.
    let identifier: AIMIdentifier?
    /// The content without identifier, ECI escapes, terminator, surrounding spaces and FNC1 at its ends.
    let bytes: ArraySlice<UInt8>

    init(_ raw: [UInt8], symbology: String?) {
        let stated = symbology.flatMap { AIMIdentifier(Array($0.utf8)[...]) }
        let prefix = AIMIdentifier(raw[...])
        identifier = stated ?? prefix
        // Some scanners send the identifier both ways; a different one before the bytes is content.
        var rest = prefix != nil && prefix == identifier && raw.count > 3 ? raw[3...] : raw[...]
        if identifier?.hasECI == true { rest = Self.withoutECI(rest) }
        if rest.last == 0x0A { rest.removeLast() }
        if let last = rest.last, last == 0x0D || last == 0x09 { rest.removeLast() }
        bytes = rest.trimming { $0 == .space || $0 == .groupSeparator }
    }

    private static func withoutECI(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let backslash = UInt8(ascii: "\\")
        guard bytes.contains(backslash) else { return bytes }
        var result: [UInt8] = []
        var rest = bytes
        while let byte = rest.popFirst() {
            if byte == backslash {
                if rest.prefix(6).count == 6, rest.prefix(6).allSatisfy(\.isDigit) {
                    rest = rest.dropFirst(6)
                    continue
                }
                if rest.first == backslash { rest.removeFirst() }
            }
            result.append(byte)
        }
        return result[...]
    }
}
