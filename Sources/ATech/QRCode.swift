import CZint
import DepotDialect
import DepotModel
import HTTPTypes

/// QR codes (ISO/IEC 18004) as PNG images, made by libzint.
enum QRCode {
    /// Pixels on each side of the image.
    static let size = 200
    /// White modules around the code, as the standard asks for.
    private static let quietZone = 4

    /// The image for an asset; `content` is text in which `{tag}`, `{id}` and `{uuid}` stand for the asset's own.
    static func answer(_ asset: Asset, _ content: String) throws -> Answer {
        guard let modules = modules(text(asset, content)) else {
            throw DepotError(.badRequest, "The text is too long for a QR code.")
        }
        return Answer(.ok, headers: [.contentType: "image/png"], body: .bytes(PNG.encode(pixels(modules), size: size)))
    }

    /// The content with the asset's own in it, read once from left to right, so that a tag is never taken for a name.
    static func text(_ asset: Asset, _ content: String) -> String {
        let names = ["{tag}": asset.tag, "{id}": asset.id.description, "{uuid}": asset.uuid.description]
        var text = ""
        var rest = content[...]
        while let character = rest.first {
            if let name = names.keys.first(where: { rest.hasPrefix($0) }) {
                text += names[name] ?? ""
                rest = rest.dropFirst(name.count)
            } else {
                text.append(character)
                rest = rest.dropFirst()
            }
        }
        return text
    }

    /// The code's modules by row, true for dark ones; nil where the text is empty or too long.
    ///
    /// Error correction is M. Text is in the code as the bytes of its UTF-8.
    static func modules(_ text: String) -> [[Bool]]? {
        let bytes = Array(text.utf8)
        guard !bytes.isEmpty, bytes.count <= 2331, let symbol = ZBarcode_Create() else { return nil }
        defer { ZBarcode_Delete(symbol) }
        symbol.pointee.symbology = BARCODE_QRCODE
        symbol.pointee.input_mode = DATA_MODE
        symbol.pointee.option_1 = 2
        symbol.pointee.scale = 1
        symbol.pointee.show_hrt = 0
        guard ZBarcode_Encode_and_Buffer(symbol, bytes, Int32(bytes.count), 0) < ZINT_ERROR_TOO_LONG,
            let bitmap = symbol.pointee.bitmap
        else { return nil }
        let (count, width) = (Int(symbol.pointee.width), Int(symbol.pointee.bitmap_width))
        guard count > 0, width >= count, width % count == 0, symbol.pointee.bitmap_height == symbol.pointee.bitmap_width
        else { return nil }
        let pixels = width / count
        return (0..<count).map { row in
            (0..<count).map { column in bitmap[3 * (row * pixels * width + column * pixels)] < 128 }
        }
    }

    /// Rows of pixels, true for dark ones: modules of a whole number of pixels, in the middle.
    static func pixels(_ modules: [[Bool]]) -> [[Bool]] {
        let scale = max(1, size / (modules.count + 2 * quietZone))
        let margin = max(0, (size - modules.count * scale) / 2)
        return (0..<size).map { y in
            (0..<size).map { x in
                let (row, column) = (y - margin, x - margin)
                guard row >= 0, column >= 0, row / scale < modules.count, column / scale < modules.count else {
                    return false
                }
                return modules[row / scale][column / scale]
            }
        }
    }
}

/// Black and white images as PNG (RFC 2083), not compressed (RFC 1950, RFC 1951 §3.2.4).
enum PNG {
    /// The file for a square image of rows of pixels, true for black ones.
    static func encode(_ pixels: [[Bool]], size: Int) -> [UInt8] {
        var scanlines: [UInt8] = []
        for row in pixels {
            scanlines.append(0)
            for start in stride(from: 0, to: size, by: 8) {
                var byte: UInt8 = 0
                for bit in 0..<8 {
                    let isWhite = start + bit >= size || !row[start + bit]
                    byte = byte << 1 | (isWhite ? 1 : 0)
                }
                scanlines.append(byte)
            }
        }
        let side = bigEndian(UInt32(truncatingIfNeeded: size))
        // one bit per pixel, greyscale
        return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + chunk("IHDR", side + side + [1, 0, 0, 0, 0])
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
