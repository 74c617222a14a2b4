/// The code page Windows-1252.
public enum Windows1252 {
    /// The characters of 0x80 to 0x9F, with NUL for undefined ones, from unicode.org's mapping file.
    private static let high: [Unicode.Scalar] = Array(
        ("€\0‚ƒ„…†‡ˆ‰Š‹Œ\0Ž\0"
            + "\0‘’“”•–—˜™š›œ\0žŸ").unicodeScalars)

    /// Returns the character of a byte. Bytes that the code page does not define are controls, as in Windows.
    public static func scalar(_ byte: UInt8) -> Unicode.Scalar {
        guard (0x80..<0xA0).contains(byte) else { return Unicode.Scalar(byte) }
        let scalar = high[Int(byte) - 0x80]
        return scalar.value == 0 ? Unicode.Scalar(byte) : scalar
    }
}
