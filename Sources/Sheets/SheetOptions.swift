/// The properties of a sheet that the caller gives. What is nil is found out by looking at the file.
public struct SheetOptions: Hashable, Sendable {
    /// The encoding.
    public var encoding: SheetEncoding?
    /// The separator.
    public var separator: SheetSeparator?
    /// The order of day and month in every column of dates.
    public var dates: DateOrder?
    /// The decimal mark in every column of amounts.
    public var decimal: DecimalMark?
    /// The fields of columns by their headings, as ``SheetTarget/description``; they take precedence over what the
    /// headings say.
    public var map: [String: String] = [:]
    /// The headings of columns that are not read.
    public var ignored: [String] = []
    /// A Boolean value that is true if a status is one of the four lifecycles; otherwise it may be any text, which the
    /// importer looks up.
    public var requiresLifecycle = false

    /// Creates options under which everything is found out.
    public init() {}
}
