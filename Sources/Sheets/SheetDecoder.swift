import TextFormats

/// A converter of a sheet's bytes, which arrive in pieces, to UTF-8.
///
/// What is no text in the encoding becomes a byte that is not valid UTF-8, so that its row is refused. A byte order mark
/// stays.
struct SheetDecoder {
    private let encoding: SheetEncoding
    /// The first byte of a UTF-16 code unit whose second one has not arrived.
    private var half: UInt8?
    /// The first code unit of a surrogate pair whose second one has not arrived.
    private var surrogate: UInt16?

    /// A byte that no UTF-8 text has.
    private static let invalid: UInt8 = 0xFF
    private static let upperHalf: [[UInt8]] = (0x80...0xFF).map { byte in
        Array(String(Character(Windows1252.scalar(UInt8(byte)))).utf8)
    }

    init(_ encoding: SheetEncoding) { self.encoding = encoding }

    /// Returns the next bytes in UTF-8.
    mutating func decode(_ bytes: [UInt8]) -> [UInt8] {
        switch encoding {
        case .utf8: return bytes
        case .windows1252:
            guard bytes.contains(where: { $0 >= 0x80 }) else { return bytes }
            var result: [UInt8] = []
            result.reserveCapacity(bytes.count + bytes.count / 8)
            for byte in bytes {
                if byte < 0x80 { result.append(byte) } else { result += Self.upperHalf[Int(byte) - 0x80] }
            }
            return result
        case .utf16LittleEndian, .utf16BigEndian:
            var result: [UInt8] = []
            result.reserveCapacity(bytes.count)
            for byte in bytes {
                guard let first = half else {
                    half = byte
                    continue
                }
                half = nil
                let (high, low) = encoding == .utf16BigEndian ? (first, byte) : (byte, first)
                take(UInt16(high) << 8 | UInt16(low), &result)
            }
            return result
        }
    }

    /// Returns what is left at the end of the file.
    mutating func finish() -> [UInt8] {
        defer { (half, surrogate) = (nil, nil) }
        return half != nil || surrogate != nil ? [Self.invalid] : []
    }

    private mutating func take(_ unit: UInt16, _ result: inout [UInt8]) {
        if let first = surrogate {
            surrogate = nil
            if (0xDC00...0xDFFF).contains(unit),
                let scalar = Unicode.Scalar(0x10000 + (UInt32(first) - 0xD800) << 10 + (UInt32(unit) - 0xDC00))
            {
                return result.append(contentsOf: String(Character(scalar)).utf8)
            }
            result.append(Self.invalid)
        }
        if (0xD800...0xDBFF).contains(unit) {
            surrogate = unit
        } else if unit < 0x80 {
            result.append(UInt8(unit))
        } else if let scalar = Unicode.Scalar(unit) {
            result.append(contentsOf: String(Character(scalar)).utf8)
        } else {
            result.append(Self.invalid)
        }
    }
}
