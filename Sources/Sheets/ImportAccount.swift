/// The rows that an import takes.
public enum ImportMode: String, Hashable, Sendable, CaseIterable, Codable {
    /// New ones only; a row for something that is there is refused.
    case create
    /// Only those for something that is there.
    case update
    case both
}

/// The things that an import may make because a row names them.
public enum ImportMaking: String, Hashable, Sendable, CaseIterable, Codable {
    case people, locations
    /// Models, and their manufacturers and categories; suppliers and companies.
    case models
}

/// The kinds of things that an import has made because rows named them.
public enum MadeKind: String, Hashable, Sendable, CaseIterable, Codable {
    case people, locations, models, manufacturers, categories, suppliers, companies
}

/// The account of an import: every row of the file is in exactly one of ``created``, ``updated``, ``unchanged`` and
/// ``refused``.
public struct ImportAccount: Hashable, Sendable, Codable {
    /// Things that were made because rows named them.
    public struct Made: Hashable, Sendable, Codable {
        /// The number of them.
        public var count = 0
        /// The names of the first 100.
        public var names: [String] = []

        /// The largest number of names that are listed.
        public static let listed = 100

        /// Creates a list without names.
        public init() {}
    }

    /// The largest number of errors, and of warnings, that are listed.
    public static let listed = 10_000

    /// The kind of the things in the sheet.
    public var kind: SheetKind
    /// A Boolean value that is true if nothing was changed.
    public var isDryRun: Bool
    /// The number of rows of the file below the headings, blank ones excluded.
    public var rows = 0
    /// The number of rows that made something new.
    public var created = 0
    /// The number of rows that changed something.
    public var updated = 0
    /// The number of rows that said what is so already.
    public var unchanged = 0
    /// The number of rows that were refused.
    public var refused = 0
    /// The number of checkouts that rows asked for, transfers included.
    public var checkouts = 0
    /// The number of returns that rows asked for.
    public var returns = 0
    /// The things that were made because rows named them.
    public var made: [String: Made] = [:]
    /// The refused rows with their reasons, in the order of the file, at most ``listed``.
    public var errors: [SheetNote] = []
    /// The warnings about rows that were taken, at most ``listed``.
    public var warnings: [SheetNote] = []
    /// The number of all warnings.
    public var warningCount = 0
    /// The assumptions under which the file was read.
    public var assumed: SheetAssumptions

    /// Creates an account of an import that has read nothing yet.
    public init(kind: SheetKind, isDryRun: Bool, assumed: SheetAssumptions) {
        self.kind = kind
        self.isDryRun = isDryRun
        self.assumed = assumed
    }

    /// Adds a refused row.
    public mutating func refuse(_ note: SheetNote) {
        rows += 1
        refused += 1
        if errors.count < Self.listed { errors.append(note.bounded) }
    }

    /// Adds a warning.
    public mutating func warn(_ note: SheetNote) {
        warningCount += 1
        if warnings.count < Self.listed { warnings.append(note.bounded) }
    }

    /// Adds something that was made.
    public mutating func add(made kind: MadeKind, _ name: String) {
        var list = made[kind.rawValue] ?? Made()
        list.count += 1
        if list.names.count < Made.listed { list.names.append(String(name.prefix(100))) }
        made[kind.rawValue] = list
    }

    /// Orders errors and warnings as the file has them.
    public mutating func sort() {
        errors.sort { $0.line < $1.line }
        warnings.sort { $0.line < $1.line }
    }

    enum CodingKeys: String, CodingKey {
        case kind, rows, created, updated, unchanged, refused, checkouts, returns, made, errors, warnings, assumed
        case isDryRun = "dry_run"
        case warningCount = "warning_count"
    }
}

extension SheetNote {
    /// The note with a sentence of at most 1,000 characters.
    fileprivate var bounded: SheetNote {
        message.utf8.count <= 1000 ? self : SheetNote(row: row, line: line, message: String(message.prefix(1000)))
    }
}
