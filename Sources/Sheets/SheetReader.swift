public import DepotModel
import TextFormats

/// A reader of a sheet whose layout is known, in bounded memory.
///
/// Every row below the headings that is not blank becomes a row or a note, in the order of the file.
public struct SheetReader {
    private let layout: SheetLayout
    private let requiresLifecycle: Bool
    private var decoder: SheetDecoder
    private var reader: CSVReader
    private var hasHeadings = false
    private var row = 0

    /// Creates a reader at the start of the file.
    public init(_ layout: SheetLayout, _ options: SheetOptions) {
        self.layout = layout
        requiresLifecycle = options.requiresLifecycle
        decoder = SheetDecoder(layout.encoding)
        reader = SheetSurvey.reader(layout.separator)
    }

    /// Reads the next bytes and returns the rows that they complete.
    public mutating func feed(_ bytes: [UInt8]) -> [SheetRecord] { take(reader.feed(decoder.decode(bytes))) }

    /// Ends the file and returns the last rows.
    public mutating func finish() -> [SheetRecord] { take(reader.feed(decoder.finish()) + reader.finish()) }

    private mutating func take(_ records: [CSVRecord]) -> [SheetRecord] {
        var result: [SheetRecord] = []
        result.reserveCapacity(records.count)
        for record in records {
            row += 1
            switch record {
            case .broken(let line, let reason):
                result.append(.wrong(SheetNote(row: row, line: line, message: reason)))
            case .row(let line, let cells):
                guard !cells.allSatisfy(SheetText.isBlank) else { continue }
                guard hasHeadings else {
                    // Excel does not show the line that declares the separator.
                    if SheetSurvey.isDeclaration(cells) { row -= 1 } else { hasHeadings = true }
                    continue
                }
                do throws(Problem) {
                    result.append(.row(try sheetRow(line, cells)))
                } catch {
                    result.append(.wrong(SheetNote(row: row, line: line, message: error.message)))
                }
            }
        }
        return result
    }

    private struct Problem: Error {
        var message: String

        init(_ message: String) { self.message = message }

        /// A cell that is not what its column has.
        init(_ target: SheetTarget, _ cell: String, _ why: String = "") {
            message = "Invalid \(target) '\(SheetText.tidied(cell).prefix(60))'\(why)"
        }
    }

    private func sheetRow(_ line: Int, _ cells: [String]) throws(Problem) -> SheetRow {
        if cells.count > layout.targets.count,
            let extra = cells[layout.targets.count...].first(where: { !SheetText.isBlank($0) })
        {
            throw Problem("There are more cells than columns: '\(extra.prefix(60))'")
        }
        var result = SheetRow(row: row, line: line, cells: [])
        result.cells.reserveCapacity(cells.count)
        for (column, cell) in cells.enumerated() where !cell.isEmpty && column < layout.targets.count {
            guard let target = layout.targets[column], !SheetText.isBlank(cell) else { continue }
            guard let value = try value(cell, column, target) else { continue }
            result.cells.append(SheetRow.Cell(target: target, value: value))
            if target.form == .identifier, case .text(let text) = value, Self.isMangled(text) {
                result.warnings.append(
                    "\(target) '\(text.prefix(40))' looks like a long number that a spreadsheet has shortened.")
            }
        }
        return result
    }

    private func value(_ cell: String, _ column: Int, _ target: SheetTarget) throws(Problem) -> SheetValue? {
        if isClearing(cell, target) { return .clear }
        guard !cell.utf8.contains(0) else { throw Problem("\(target) contains a NUL character.") }
        let text = SheetText.text(cell, in: target)
        switch target.form {
        case .text, .identifier:
            guard target == .field(.status), requiresLifecycle else { return .text(text) }
            let word = SheetText.tidied(text).lowercased()
            guard let lifecycle = Lifecycle(rawValue: word), lifecycle.isStatusWord else { throw Problem(target, text) }
            return .text(word)
        case .day:
            switch DateOrder.reading(text) {
            case .day(let day)?: return .day(day)
            case .some(.none): return nil
            case .ordered(let first, let second, let year, _)?:
                let order = layout.dates[column] ?? .monthFirst
                if let day = order.day(first, second, year: year) { return .day(day) }
                let isOther = DateOrder.allCases.contains { $0.day(first, second, year: year) != nil }
                let other = order == .dayFirst ? "day" : "month"
                throw Problem(target, text, isOther ? ": the dates of this column begin with the \(other)" : "")
            case nil: throw Problem(target, text)
            }
        case .amount:
            let mark = layout.decimals[column] ?? .point
            if let amount = mark.amount(text), amount.tenThousandths >= 0 { return .amount(amount) }
            let isOther = DecimalMark.allCases.contains { $0.amount(text) != nil }
            throw Problem(target, text, isOther ? ": the decimal mark of this column is a \(mark)" : "")
        case .months:
            guard let months = Self.months(text) else { throw Problem(target, text) }
            return .months(months)
        }
    }

    private func isClearing(_ cell: String, _ target: SheetTarget) -> Bool {
        guard cell.utf8.count <= 64 else { return false }
        if cell == SheetText.clearing { return true }
        guard let last = cell.utf8.last,
            last == UInt8(ascii: "-") || last <= 0x20 || last >= 0x80 || target == .field(.assignee)
        else { return false }
        let word = trimmingWhiteSpace(cell)
        return word == SheetText.clearing || (target == .field(.assignee) && word.lowercased() == SheetText.returning)
    }

    /// Returns the number of months in `36` or `36 months`, or nil.
    private static func months(_ text: String) -> Int? {
        let words = SheetText.tidied(text).lowercased().split(separator: " ")
        guard let first = words.first, let number = Int(first), (0...1200).contains(number), words.count <= 2 else {
            return nil
        }
        return words.count == 1 || ["month", "months", "mo", "m"].contains(words[1]) ? number : nil
    }

    /// Returns true for a number in scientific notation, such as `3.54962E+15`.
    private static func isMangled(_ text: String) -> Bool {
        guard text.utf8.contains(UInt8(ascii: "+")), text.utf8.count <= 30 else { return false }
        let parts = SheetText.tidied(text).uppercased().split(separator: "E+", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else { return false }
        return parts[0].utf8.allSatisfy { (48...57).contains($0) || $0 == 0x2E || $0 == 0x2C }
            && parts[1].utf8.allSatisfy { (48...57).contains($0) }
    }
}

extension Lifecycle {
    /// A Boolean value that is true for the four states that a sheet may name.
    public var isStatusWord: Bool {
        switch self {
        case .available, .deployed, .maintenance, .retired: true
        case .deleted, .other: false
        }
    }
}
