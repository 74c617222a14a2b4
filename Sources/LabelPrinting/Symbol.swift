import CZint

/// A bar code as modules, made by libzint.
public struct Symbol: Hashable, Sendable {
    /// The kinds of code that are printed.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// A QR code (ISO/IEC 18004) with error correction M; text is in it as the bytes of its UTF-8.
        case qr
        /// A Code 128 (ISO/IEC 15417); printable ASCII only.
        case code128
    }

    /// The kind of code.
    public let kind: Kind
    /// The modules by row, true for dark ones; one row for a Code 128. Every row has the same length.
    public let rows: [[Bool]]

    /// Modules on each side of a row.
    public var width: Int { rows.first?.count ?? 0 }

    /// White modules on each side of the code, as the standards ask for (ISO/IEC 18004 §5.3.8, ISO/IEC 15417 §4.4).
    public var quietZone: Int { kind == .qr ? 4 : 10 }

    /// UTF-8 as an extended channel interpretation (AIM ECI Part 3, assignment 000026).
    private static let utf8: Int32 = 26
    /// The most bytes of a QR code of correction M (ISO/IEC 18004 table 7).
    private static let longestQR = 2331
    /// More makes a Code 128 that no scanner reads in one sweep.
    private static let longestCode128 = 60

    /// Returns the code that holds the text, or nil where the text is empty, too long, or not for this kind of code.
    public init?(_ text: String, _ kind: Kind) {
        let bytes = Array(text.utf8)
        switch kind {
        case .qr: guard (1...Self.longestQR).contains(bytes.count) else { return nil }
        case .code128:
            guard (1...Self.longestCode128).contains(bytes.count), bytes.allSatisfy({ (0x20...0x7E).contains($0) })
            else { return nil }
        }
        guard let symbol = ZBarcode_Create() else { return nil }
        defer { ZBarcode_Delete(symbol) }
        symbol.pointee.symbology = kind == .qr ? BARCODE_QRCODE : BARCODE_CODE128
        symbol.pointee.input_mode = DATA_MODE
        if kind == .qr { symbol.pointee.option_1 = 2 }
        // readers that are not told take UTF-8 for Shift JIS; ASCII is the same either way, and read by the oldest
        if !bytes.allSatisfy({ $0 < 0x80 }) { symbol.pointee.eci = Self.utf8 }
        symbol.pointee.scale = 1
        symbol.pointee.show_hrt = 0
        guard ZBarcode_Encode_and_Buffer(symbol, bytes, Int32(bytes.count), 0) < ZINT_ERROR_TOO_LONG,
            let bitmap = symbol.pointee.bitmap
        else { return nil }
        let (count, width) = (Int(symbol.pointee.width), Int(symbol.pointee.bitmap_width))
        guard count > 0, width >= count, width % count == 0 else { return nil }
        if kind == .qr, symbol.pointee.bitmap_height != symbol.pointee.bitmap_width { return nil }
        let pixels = width / count
        self.kind = kind
        rows = (0..<(kind == .qr ? count : 1)).map { row in
            (0..<count).map { column in bitmap[3 * (row * pixels * width + column * pixels)] < 128 }
        }
    }
}
