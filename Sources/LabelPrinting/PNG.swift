/// Black and white images as PNG (RFC 2083), not compressed (RFC 1950, RFC 1951 §3.2.4).
public enum PNG {
    /// Returns the file for rows of pixels of one length, true for black ones.
    public static func encode(_ pixels: [[Bool]]) -> [UInt8] {
        let width = pixels.first?.count ?? 0
        var scanlines: [UInt8] = []
        for row in pixels {
            scanlines.append(0)
            for start in stride(from: 0, to: width, by: 8) {
                var byte: UInt8 = 0
                for bit in 0..<8 {
                    let isWhite = start + bit >= width || !row[start + bit]
                    byte = byte << 1 | (isWhite ? 1 : 0)
                }
                scanlines.append(byte)
            }
        }
        let size = bigEndian(UInt32(truncatingIfNeeded: width)) + bigEndian(UInt32(truncatingIfNeeded: pixels.count))
        // one bit per pixel, greyscale
        return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + chunk("IHDR", size + [1, 0, 0, 0, 0])
            + chunk("IDAT", stored(scanlines)) + chunk("IEND", [])
    }

    private static func chunk(_ type: String, _ data: [UInt8]) -> [UInt8] {
        let body = Array(type.utf8) + data
        return bigEndian(UInt32(truncatingIfNeeded: data.count)) + body + bigEndian(crc32(body))
    }

    /// A zlib stream of stored blocks.
    private static func stored(_ data: [UInt8]) -> [UInt8] {
        var stream: [UInt8] = [0x78, 0x01]
        for start in stride(from: 0, to: data.count, by: 65_535) {
            let block = data[start..<min(start + 65_535, data.count)]
            let length = UInt16(truncatingIfNeeded: block.count)
            stream.append(block.endIndex == data.count ? 1 : 0)
            for word in [length, ~length] { stream += [UInt8(truncatingIfNeeded: word), UInt8(word >> 8)] }
            stream += block
        }
        return stream + bigEndian(adler32(data))
    }

    private static func bigEndian(_ word: UInt32) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: word >> $0) }
    }

    /// RFC 2083, appendix 15.
    static func crc32(_ bytes: [UInt8]) -> UInt32 {
        var crc: UInt32 = 0xFFFF_FFFF
        for byte in bytes {
            crc ^= UInt32(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? 0xEDB8_8320 ^ crc >> 1 : crc >> 1 }
        }
        return crc ^ 0xFFFF_FFFF
    }

    /// RFC 1950, section 9.
    static func adler32(_ bytes: [UInt8]) -> UInt32 {
        var (first, second): (UInt32, UInt32) = (1, 0)
        for byte in bytes {
            first = (first + UInt32(byte)) % 65_521
            second = (second + first) % 65_521
        }
        return second << 16 | first
    }
}
