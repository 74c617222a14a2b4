public import DepotModel

/// The value of a cell.
public enum SheetValue: Hashable, Sendable {
    /// A text as it is in the cell.
    case text(String)
    case day(CalendarDate)
    case amount(Money)
    /// A number of months, 0 to 1200.
    case months(Int)
    /// The word that empties the field or returns the asset.
    case clear
}

/// A row of a sheet, with a value for each cell that is not blank.
public struct SheetRow: Hashable, Sendable {
    /// One cell.
    public struct Cell: Hashable, Sendable {
        /// The field.
        public var target: SheetTarget
        /// The value.
        public var value: SheetValue
    }

    /// The row as a spreadsheet shows it, the first one being 1.
    public var row: Int
    /// The line of the file on which the row begins, the first one being 1.
    public var line: Int
    /// The cells that are not blank, in the order of the columns.
    public var cells: [Cell]
    /// The warnings about the row's cells.
    public var warnings: [String] = []

    /// Creates a row.
    public init(row: Int, line: Int, cells: [Cell], warnings: [String] = []) {
        self.row = row
        self.line = line
        self.cells = cells
        self.warnings = warnings
    }

    /// Returns the value of a field, or nil if its cell is blank.
    public subscript(field: SheetField) -> SheetValue? {
        for cell in cells { if case .field(field) = cell.target { return cell.value } }
        return nil
    }

    /// Returns the text of a field, or nil if its cell is blank, clears the field or is no text.
    public func text(_ field: SheetField) -> String? {
        if case .text(let text)? = self[field] { text } else { nil }
    }
}

/// A row of a sheet, or the reason for which it cannot be read.
public enum SheetRecord: Hashable, Sendable {
    case row(SheetRow)
    case wrong(SheetNote)
}

/// A sentence about a row of a sheet.
public struct SheetNote: Hashable, Sendable, Codable {
    /// The row as a spreadsheet shows it, the first one being 1.
    public var row: Int
    /// The line of the file on which the row begins, the first one being 1.
    public var line: Int
    /// The sentence.
    public var message: String

    /// Creates a note.
    public init(row: Int, line: Int, message: String) {
        self.row = row
        self.line = line
        self.message = message
    }
}
