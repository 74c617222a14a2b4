import CZint

/// A Code 128 as an image with its text below, made by libzint.
struct TextedBars {
    /// Rows of pixels of one length, true for black ones.
    let pixels: [[Bool]]

    /// Returns the image; nil where the text is not for a Code 128.
    init?(_ text: String) {
        guard Symbol(text, .code128) != nil, let symbol = ZBarcode_Create() else { return nil }
        defer { ZBarcode_Delete(symbol) }
        let bytes = Array(text.utf8)
        symbol.pointee.symbology = BARCODE_CODE128
        symbol.pointee.height = 50
        symbol.pointee.scale = 2
        symbol.pointee.show_hrt = 1
        symbol.pointee.whitespace_width = 10
        symbol.pointee.whitespace_height = 4
        guard ZBarcode_Encode_and_Buffer(symbol, bytes, Int32(bytes.count), 0) < ZINT_ERROR_TOO_LONG,
            let bitmap = symbol.pointee.bitmap
        else { return nil }
        let (width, height) = (Int(symbol.pointee.bitmap_width), Int(symbol.pointee.bitmap_height))
        pixels = (0..<height).map { y in (0..<width).map { x in bitmap[3 * (y * width + x)] < 128 } }
    }
}
