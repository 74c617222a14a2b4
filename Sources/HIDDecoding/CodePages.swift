import TextFormats

/// The code page of ALT codes with a leading zero (Alt+0nnn).
public enum ANSICodePage: String, Hashable, Sendable, CaseIterable {
    case windows1252 = "cp1252"
    case latin1
}

/// The code page of ALT codes without a leading zero (Alt+nnn).
public enum OEMCodePage: String, Hashable, Sendable, CaseIterable {
    case cp437, cp850
}

extension ANSICodePage {
    /// Returns the character of a byte. Bytes that Windows-1252 does not define are controls, as in Windows.
    func scalar(_ byte: UInt8) -> Unicode.Scalar {
        self == .windows1252 ? Windows1252.scalar(byte) : Unicode.Scalar(byte)
    }
}

extension OEMCodePage {
    /// Returns the character of a byte, which is ASCII below 0x80, controls included.
    func scalar(_ byte: UInt8) -> Unicode.Scalar {
        guard byte >= 0x80 else { return Unicode.Scalar(byte) }
        return self == .cp437 ? CodePageTable.cp437[Int(byte) - 0x80] : CodePageTable.cp850[Int(byte) - 0x80]
    }
}

/// The upper halves of the code pages, from unicode.org's mapping files.
private enum CodePageTable {
    /// The characters of 0x80 to 0xFF.
    static let cp437: [Unicode.Scalar] = Array(
        ("ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒ"
            + "áíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐"
            + "└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀"
            + "αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}").unicodeScalars)

    /// The characters of 0x80 to 0xFF.
    static let cp850: [Unicode.Scalar] = Array(
        ("ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒ"
            + "áíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐"
            + "└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀"
            + "ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u{ad}±‗¾¶§÷¸°¨·¹³²■\u{a0}").unicodeScalars)
}
