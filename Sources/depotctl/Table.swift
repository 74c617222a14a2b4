/// A table with titles, at most 80 columns wide; longer cells are truncated with an ellipsis.
struct Table {
    /// A cell with its colour.
    struct Cell: ExpressibleByStringInterpolation {
        var text: String
        var colour: Output.Colour?

        init(_ text: String, _ colour: Output.Colour? = nil) {
            self.text = Output.printable(text)
            self.colour = colour
        }

        init(stringLiteral value: String) { self.init(value) }
    }

    /// The width of the text output in columns.
    static let width = 80

    private let titles: [String]
    private let numeric: Set<Int>
    private var rows: [[Cell]] = []

    /// Creates a table; titles that begin with `>` belong to columns of numbers.
    init(_ titles: String...) {
        self.titles = titles.map { $0.hasPrefix(">") ? String($0.dropFirst()) : $0 }
        numeric = Set(titles.indices.filter { titles[$0].hasPrefix(">") })
    }

    /// Adds a row, which must have as many cells as there are titles.
    mutating func add(_ cells: Cell...) { rows.append(cells) }

    /// Returns the table as text, or `none` if it has no rows.
    func text(orElse none: String) -> String {
        guard !rows.isEmpty else { return none }
        var widths = titles.indices.map { column in
            ([titles[column]] + rows.map { column < $0.count ? $0[column].text : "" }).map(displayWidth).max() ?? 0
        }
        var excess = widths.reduce(2 * (widths.count - 1), +) - Table.width
        while excess > 0, let widest = widths.indices.max(by: { widths[$0] < widths[$1] }), widths[widest] > 4 {
            widths[widest] -= 1
            excess -= 1
        }
        let header = titles.map { Cell($0, .bold) }
        return ([header] + rows).map { line($0, widths) }.joined(separator: "\n")
    }

    private func line(_ cells: [Cell], _ widths: [Int]) -> String {
        var text = ""
        var gap = 0
        for (column, (cell, width)) in zip(cells, widths).enumerated() {
            guard !cell.text.isEmpty else {
                gap += width + 2
                continue
            }
            let fitted = truncated(cell.text, to: width)
            let padding = width - displayWidth(fitted)
            let left = numeric.contains(column) ? padding : 0
            // Padding only before a further cell, so that no line ends in blanks.
            text += String(repeating: " ", count: gap + left) + Output.coloured(fitted, cell.colour)
            gap = padding - left + 2
        }
        return text
    }
}

/// Returns the number of terminal columns of a text: two for East Asian wide characters and emoji, none for combining marks
/// (roughly UAX #11).
func displayWidth(_ text: String) -> Int {
    text.reduce(0) { $0 + width(of: $1) }
}

/// Returns the text truncated to a number of columns, with `…` at the end if it was longer.
func truncated(_ text: String, to width: Int) -> String {
    guard displayWidth(text) > width else { return text }
    var result = ""
    var used = 1
    for character in text {
        used += depotctl.width(of: character)
        if used > width { break }
        result.append(character)
    }
    return result + "…"
}

private func width(of character: Character) -> Int {
    guard let scalar = character.unicodeScalars.first else { return 0 }
    if scalar.properties.generalCategory == .nonspacingMark { return 0 }
    switch scalar.value {
    case 0x200B...0x200F, 0xFEFF: return 0
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
        0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1F9FF,
        0x20000...0x3FFFD:
        return 2
    default: return 1
    }
}
