/// The layout of a sheet, as far as it was given or found out, with the reasons.
public struct SheetLayout: Hashable, Sendable {
    /// The kind of the things in the sheet.
    public let kind: SheetKind
    /// The assumptions, for the caller to read.
    public let assumed: SheetAssumptions
    /// The number of rows below the headings, blank ones excluded.
    public let rows: Int
    let encoding: SheetEncoding
    let separator: SheetSeparator
    /// The target of each column, nil for a column that is not read.
    let targets: [SheetTarget?]
    /// The headings as they are in the file.
    let headings: [String]
    /// The order of each column of dates.
    let dates: [Int: DateOrder]
    /// The decimal mark of each column of amounts.
    let decimals: [Int: DecimalMark]

    /// The fields that the sheet has.
    public var fields: Set<SheetField> {
        Set(targets.compactMap { if case .field(let field)? = $0 { field } else { nil } })
    }
}

/// The assumptions under which a sheet was read.
public struct SheetAssumptions: Hashable, Sendable, Codable {
    /// One assumption: the value and the reason for it, `given` if the caller gave it.
    public struct Choice: Hashable, Sendable, Codable {
        /// The value.
        public var value: String
        /// The reason.
        public var reason: String
        /// The heading of the column that it is about, or nil for the whole file.
        public var column: String?

        /// Creates a choice.
        public init(_ value: String, _ reason: String, column: String? = nil) {
            self.value = value
            self.reason = reason
            self.column = column
        }
    }

    /// A column that was read.
    public struct Column: Hashable, Sendable, Codable {
        /// The heading in the file.
        public var heading: String
        /// The field, by the heading of our exports.
        public var field: String
    }

    /// The encoding.
    public var encoding: Choice
    /// The separator.
    public var separator: Choice
    /// The columns that were read, in the order of the file.
    public var columns: [Column]
    /// The headings of the columns that were not read, at most 100.
    public var unused: [String]
    /// The order of day and month for each column of dates that has a date in which it matters.
    public var dates: [Choice]
    /// The decimal mark for each column of amounts.
    public var decimals: [Choice]
}
