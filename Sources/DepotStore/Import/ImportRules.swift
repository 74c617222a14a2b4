public import Sheets

/// The rules under which a sheet is imported.
public struct ImportRules: Hashable, Sendable {
    /// The properties of the sheet that the caller gives.
    public var sheet = SheetOptions()
    /// The rows that are taken.
    public var mode = ImportMode.both
    /// The things that are made because a row names them. What is not made and does not exist is the error of its row.
    public var making: Set<ImportMaking> = Set(ImportMaking.allCases)
    /// The beginning of the name of a model for assets with a manufacturer or a category but no model, or nil to name
    /// the model after one of these.
    public var unnamedModel: String?

    /// Creates rules that take every row and make whatever it names.
    public init() {}
}
