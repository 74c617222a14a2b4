public import DepotModel
import TextFormats

/// The look at a whole sheet before anything of it is read: its headings, and for each column of dates and amounts the
/// one way in which it is written.
///
/// Memory is bounded: what is kept of a column is a few counts.
public struct SheetSurvey {
    private let kind: SheetKind
    private let options: SheetOptions
    private let encoding: (encoding: SheetEncoding, reason: String)
    private var decoder: SheetDecoder
    private let separator: (separator: SheetSeparator, reason: String)
    private var reader: CSVReader
    private var headings: [String]?
    private var columns = ColumnAssignment()
    private var evidence: [Int: Evidence] = [:]
    private var rows = 0

    /// The counts of cells of a column that are valid in one way only, with the first of each.
    private struct Evidence {
        var first = 0
        var second = 0
        var firstExample = ""
        var secondExample = ""
        /// The number of cells that are valid in both ways, with another meaning.
        var either = 0
        var isDotted = false
    }

    /// Begins a survey. The file is fed from its beginning afterwards.
    ///
    /// - Throws: `DepotError.Code.badRequest` if the file cannot be a sheet.
    public init(_ kind: SheetKind, _ options: SheetOptions, _ inspection: SheetInspection) throws(DepotError) {
        self.kind = kind
        self.options = options
        encoding = try inspection.encoding(options.encoding)
        decoder = SheetDecoder(encoding.encoding)
        separator = Self.separator(kind, options, encoding.encoding, inspection.beginning)
        reader = Self.reader(separator.separator)
    }

    /// Returns the reader of a sheet with this separator.
    static func reader(_ separator: SheetSeparator) -> CSVReader {
        var options = CSVReader.Options.lenient
        options.skipsBlankRecords = false
        options.reportsEmptyLines = true
        options.resumesAfterBrokenQuotes = true
        options.separator = separator.byte
        return CSVReader(options)
    }

    /// Looks at the next bytes.
    ///
    /// - Throws: `DepotError.Code.badRequest` if the headings cannot be used.
    public mutating func feed(_ bytes: [UInt8]) throws(DepotError) {
        try take(reader.feed(decoder.decode(bytes)))
    }

    /// Ends the file and returns its layout.
    public mutating func finish() throws(DepotError) -> SheetLayout {
        try take(reader.feed(decoder.finish()) + reader.finish())
        guard let headings else {
            throw DepotError(.badRequest, "The file has no text.", hint: "The first line names the columns.")
        }
        let decimals = decimals(headings)
        let dates = dates(headings, decimals.marks)
        let assumed = SheetAssumptions(
            encoding: .init(encoding.encoding.rawValue, encoding.reason),
            separator: .init(separator.separator.rawValue, separator.reason),
            columns: zip(headings, columns.targets).compactMap { heading, target in
                target.map { .init(heading: String(heading.prefix(100)), field: $0.description) }
            },
            unused: Array(columns.unused.prefix(100)), dates: dates.notes, decimals: decimals.notes)
        return SheetLayout(
            kind: kind, assumed: assumed, rows: rows, encoding: encoding.encoding, separator: separator.separator,
            targets: columns.targets, headings: headings, dates: dates.orders, decimals: decimals.marks)
    }

    private mutating func take(_ records: [CSVRecord]) throws(DepotError) {
        for record in records {
            switch record {
            case .broken(_, let reason) where headings == nil:
                throw DepotError(
                    .badRequest, "The headings cannot be read: \(reason)", hint: "The first line names the columns.")
            case .broken: rows += 1
            case .row(_, let cells) where headings == nil:
                if cells.allSatisfy(SheetText.isBlank) || Self.isDeclaration(cells) { continue }
                columns = try ColumnAssignment(cells, kind, options)
                headings = cells
            case .row(_, let cells):
                guard !cells.allSatisfy(SheetText.isBlank) else { continue }
                rows += 1
                for column in columns.formed where column < cells.count { look(at: cells[column], column) }
            }
        }
    }

    /// Returns true for Excel's line `sep=;`, of which a separator leaves `sep=` and an empty cell.
    static func isDeclaration(_ cells: [String]) -> Bool {
        guard let first = cells.first, first.lowercased().hasPrefix("sep="), first.utf8.count <= 5 else { return false }
        return cells.dropFirst().allSatisfy(\.isEmpty)
    }

    private mutating func look(at cell: String, _ column: Int) {
        guard !cell.isEmpty else { return }
        var counts = evidence[column] ?? Evidence()
        defer { evidence[column] = counts }
        let isFirst: Bool?
        if columns.targets[column]?.form == .amount {
            // Most amounts have neither mark, which tells nothing.
            guard cell.utf8.contains(where: { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: ".") }) else { return }
            isFirst = DecimalMark.told(by: cell).map { $0 == .point }
            if isFirst == nil, DecimalMark.point.amount(cell) != nil { counts.either += 1 }
        } else {
            guard case .ordered(let one, let two, _, let isDotted)? = DateOrder.reading(cell) else { return }
            if isDotted { counts.isDotted = true }
            isFirst = DateOrder.told(by: cell).map { $0 == .dayFirst }
            if isFirst == nil, one != two { counts.either += 1 }
        }
        guard let isFirst else { return }
        if isFirst {
            if counts.first == 0 { counts.firstExample = String(cell.prefix(40)) }
            counts.first += 1
        } else {
            if counts.second == 0 { counts.secondExample = String(cell.prefix(40)) }
            counts.second += 1
        }
    }

    // MARK: One way for each column

    private func indices(_ form: SheetField.Form) -> [Int] {
        columns.targets.indices.filter { columns.targets[$0]?.form == form }
    }

    private func decimals(_ headings: [String]) -> (marks: [Int: DecimalMark], notes: [SheetAssumptions.Choice]) {
        var marks: [Int: DecimalMark] = [:]
        var notes: [SheetAssumptions.Choice] = []
        // Excel separates cells by semicolons where a comma is the decimal mark.
        let isContinental = separator.separator == .semicolon
        for column in indices(.amount) {
            let counts = evidence[column] ?? Evidence()
            let (mark, reason): (DecimalMark, String)
            if let given = options.decimal {
                (mark, reason) = (given, "given")
            } else if counts.first > counts.second {
                (mark, reason) = (.point, "“\(counts.firstExample)”")
            } else if counts.second > counts.first {
                (mark, reason) = (.comma, "“\(counts.secondExample)”")
            } else if isContinental, counts.first == 0 {
                (mark, reason) = (.comma, "the file does not tell, but its separator is a semicolon")
            } else if counts.either > 0 || counts.first > 0 {
                (mark, reason) = (.point, "the file does not tell")
            } else {
                (mark, reason) = (.point, "no amount has a mark")
            }
            marks[column] = mark
            notes.append(.init(mark.rawValue, reason, column: headings[column]))
        }
        return (marks, notes)
    }

    private func dates(
        _ headings: [String], _ decimals: [Int: DecimalMark]
    ) -> (orders: [Int: DateOrder], notes: [SheetAssumptions.Choice]) {
        var orders: [Int: DateOrder] = [:]
        var reasons: [Int: String] = [:]
        for column in indices(.day) {
            guard let counts = evidence[column] else { continue }
            if let given = options.dates {
                (orders[column], reasons[column]) = (given, "given")
            } else if counts.first != counts.second {
                let isFirst = counts.first > counts.second
                orders[column] = isFirst ? .dayFirst : .monthFirst
                reasons[column] = "“\(isFirst ? counts.firstExample : counts.secondExample)”"
            } else if counts.isDotted {
                (orders[column], reasons[column]) = (.dayFirst, "dates with points begin with the day")
            }
        }
        let told = orders.min { $0.key < $1.key }
        let isContinental = separator.separator == .semicolon || decimals.values.contains(.comma)
        var notes: [SheetAssumptions.Choice] = []
        for column in indices(.day) {
            if orders[column] == nil {
                if let given = options.dates {
                    (orders[column], reasons[column]) = (given, "given")
                } else if let told {
                    (orders[column], reasons[column]) = (told.value, "as in “\(headings[told.key])”")
                } else if isContinental {
                    orders[column] = .dayFirst
                    reasons[column] = "the file does not tell, but its numbers are written as where the day comes first"
                } else {
                    (orders[column], reasons[column]) = (.monthFirst, "the file does not tell")
                }
            }
            let counts = evidence[column] ?? Evidence()
            guard counts.first + counts.second + counts.either > 0, let order = orders[column] else { continue }
            notes.append(.init(order.rawValue, reasons[column] ?? "", column: headings[column]))
        }
        return (orders, notes)
    }

    // MARK: The separator

    /// Returns the separator with which the first lines have the most known headings, or else the most cells.
    private static func separator(
        _ kind: SheetKind, _ options: SheetOptions, _ encoding: SheetEncoding, _ beginning: [UInt8]
    ) -> (separator: SheetSeparator, reason: String) {
        if let given = options.separator { return (given, "given") }
        var decoder = SheetDecoder(encoding)
        let text = decoder.decode(beginning)
        let names = Headings(kind)
        let mapped = Set(options.map.keys.map(Headings.folded))
        var best: (separator: SheetSeparator, known: Int, cells: Int)?
        for separator in SheetSeparator.allCases {
            var reader = reader(separator)
            let records = reader.feed(text) + reader.finish()
            let header = records.lazy.compactMap { record -> [String]? in
                if case .row(_, let cells) = record, !cells.allSatisfy(SheetText.isBlank) { cells } else { nil }
            }.first { !isDeclaration($0) }
            if case .row(_, let cells)? = records.first, let line = cells.first,
                let declared = SheetSeparator(
                    declaration: line.isEmpty ? "" : cells.count > 1 ? line + declaredRest(separator) : line),
                declared == separator
            {
                return (separator, "the first line says so")
            }
            let cells = header ?? []
            let known = cells.count { names.field($0) != nil || mapped.contains(Headings.folded($0)) }
            if best.map({ (known, cells.count) > ($0.known, $0.cells) }) ?? true {
                best = (separator, known, cells.count)
            }
        }
        guard let best, best.cells > 1 else { return (.comma, "there is one column") }
        return (best.separator, best.known > 0 ? "\(best.known) known headings" : "\(best.cells) columns")
    }

    /// Returns what a separator has removed from its own declaration.
    private static func declaredRest(_ separator: SheetSeparator) -> String {
        String(decoding: [separator.byte], as: UTF8.self)
    }
}
