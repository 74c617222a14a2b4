extension UInt8 {
    static let endOfTransmission: UInt8 = 0x04
    static let fileSeparator: UInt8 = 0x1C
    static let groupSeparator: UInt8 = 0x1D
    static let recordSeparator: UInt8 = 0x1E
    static let space = UInt8(ascii: " ")

    var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
    var isUpper: Bool { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) }
    var isLetter: Bool { upper.isUpper }
    var isAlphanumeric: Bool { isDigit || isLetter }
    var isLineBreak: Bool { self == 0x0A || self == 0x0D }

    /// The upper-case letter, of ASCII only, so that a prefix never changes its length.
    var upper: UInt8 { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self) ? self - 0x20 : self }

    /// The value of a decimal digit; meaningless for any other byte.
    var digit: Int { Int(self) - 0x30 }
}
