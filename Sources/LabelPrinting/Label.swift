import TextFormats

/// A label to print: a code, and the texts beside it.
public struct Label: Hashable, Sendable {
    /// The text in the codes.
    public var code: String
    /// The largest text on the label.
    public var title: String
    /// A line below the title; empty: none.
    public var detail: String

    /// Creates a label.
    public init(code: String, title: String, detail: String = "") {
        (self.code, self.title, self.detail) = (code, title, detail)
    }

    /// The codes on a label.
    public enum Codes: String, Hashable, Sendable, CaseIterable {
        /// A QR code.
        case qr
        /// A Code 128; a QR code where the text or the label is not for one.
        case code128
        /// Both, as far as they fit.
        case both
    }

    /// White on each side of a label, in millimetres.
    static let margin = 2.0
    /// The narrowest module of a Code 128 that scanners and office printers are good for, in millimetres.
    static let narrowestModule = 0.19
    /// The least height of a line of text, in millimetres.
    static let smallestText = 1.9
    /// The widest, in millimetres.
    static let widestModule = 0.5

    /// Returns the label as an SVG group whose unit is a millimetre, with its upper left corner at the origin.
    func group(_ codes: Codes, width: Double, height: Double) -> String {
        let margin = Self.margin
        var svg = ""
        var (left, room) = (margin, width - 2 * margin)
        let linear = codes == .qr ? nil : Symbol(code, .code128)
        let wantsSquare = codes != .code128
        // a Code 128 that would be unreadable makes way for a QR code
        let isNarrow =
            linear.map { Self.module($0, wantsSquare ? room - Self.side(height, width) : room) == nil } ?? true
        if wantsSquare || isNarrow, let square = Symbol(code, .qr) {
            let side = Self.side(height, width)
            let module = side / Double(square.width + 2 * square.quietZone)
            let inset = module * Double(square.quietZone)
            svg += Self.path(square, x: left - inset / 2 + inset, y: (height - side) / 2 + inset, module: module)
            left += side
            room -= side
        }
        var lines: [(text: String, size: Double, weight: Bool)] = [(title, 0, true)]
        if !detail.isEmpty { lines.append((detail, 0, false)) }
        if code != title { lines.append((code, 0, false)) }
        var textHeight = height - 2 * margin
        // Where bars would leave no room for words, the QR code is enough.
        let hasBars = left == margin || textHeight * 0.6 - 1 >= Double(lines.count) * Self.smallestText
        if hasBars, let linear, !isNarrow, let module = Self.module(linear, room) {
            let bars = max(5, textHeight * 0.4)
            let wide = module * Double(linear.width)
            svg += Self.path(
                linear, x: left + (room - wide) / 2, y: height - margin - bars, module: module, height: bars)
            textHeight -= bars + 1
        }
        while lines.count > 1, textHeight / Double(lines.count) < Self.smallestText { lines.removeLast() }
        let size = min(5, max(Self.smallestText, textHeight / Double(lines.count)) / 1.25)
        for (index, line) in lines.enumerated() {
            let own = index == 0 ? size : size * 0.8
            svg += Self.text(
                line.text, x: left, y: margin + size * (0.9 + 1.25 * Double(index)), size: own, bold: line.weight, room)
        }
        return svg
    }

    /// A QR code's side with its quiet zone.
    private static func side(_ height: Double, _ width: Double) -> Double { min(height - margin, width * 0.4) }

    /// The width of a Code 128's module in the room; nil: too narrow to read.
    private static func module(_ symbol: Symbol, _ room: Double) -> Double? {
        let module = room / Double(symbol.width + 2 * symbol.quietZone)
        return module < narrowestModule ? nil : min(module, widestModule)
    }

    /// Dark runs as one path.
    private static func path(
        _ symbol: Symbol, x: Double, y: Double, module: Double, height: Double? = nil
    ) -> String {
        var data = ""
        for (index, row) in symbol.rows.enumerated() {
            var column = 0
            while column < row.count {
                guard row[column] else {
                    column += 1
                    continue
                }
                let end = row[column...].firstIndex(of: false) ?? row.count
                data += "M\(column) \(index)h\(end - column)v1h-\(end - column)z"
                column = end
            }
        }
        return "<path transform=\"translate(\(number(x)) \(number(y))) scale(\(number(module)) "
            + "\(number(height ?? module)))\" d=\"\(data)\"/>"
    }

    private static func text(
        _ text: String, x: Double, y: Double, size: Double, bold: Bool, _ room: Double
    ) -> String {
        // Not every reader of SVG squeezes text, so it is set smaller, down to three fifths, and cut beyond that.
        let unit = bold ? 0.7 : 0.62
        let own = max(size * 0.6, min(size, room / max(1, width(text, unit))))
        return "<text x=\"\(number(x))\" y=\"\(number(y))\" font-size=\"\(number(own))\""
            + (bold ? " font-weight=\"bold\"" : "") + ">\(escaped(cut(text, to: room / own, unit)))</text>"
    }

    /// Returns the width of a text in units of its size.
    ///
    /// The font that prints it is not known here: a letter counts as `unit`, a wide one as one.
    private static func width(_ text: String, _ unit: Double) -> Double {
        text.reduce(0) { $0 + width($1, unit) }
    }

    private static func width(_ character: Character, _ unit: Double) -> Double {
        character.unicodeScalars.allSatisfy { $0.value < 0x1100 } ? unit : 1
    }

    /// Returns as much of the text as fits into the room, in units of its size.
    private static func cut(_ text: String, to room: Double, _ unit: Double) -> String {
        guard width(text, unit) > room else { return text }
        var (left, shown) = (room - 1, "")
        for character in text {
            left -= width(character, unit)
            guard left >= 0 else { break }
            shown.append(character)
        }
        return shown + "…"
    }

    /// Returns the text escaped for XML, without what XML 1.0 §2.2 does not allow.
    static func escaped(_ text: String) -> String {
        var allowed = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case _ where scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value): allowed += " "
            case "\u{FFFE}", "\u{FFFF}": break
            default: allowed.unicodeScalars.append(scalar)
            }
        }
        return Markup.escaped(allowed)
    }

    /// Micrometres are more than a printer knows.
    static func number(_ value: Double) -> String {
        let thousandths = Int((value * 1000).rounded())
        let (whole, rest) = (abs(thousandths) / 1000, abs(thousandths) % 1000)
        let sign = thousandths < 0 ? "-" : ""
        guard rest != 0 else { return "\(sign)\(whole)" }
        let digits = String(rest)
        return "\(sign)\(whole).\(String(repeating: "0", count: 3 - digits.count))\(digits)"
    }
}
