import DepotModel

/// The targets of a sheet's columns, by their headings and by what the caller says of them.
struct ColumnAssignment {
    private(set) var targets: [SheetTarget?] = []
    /// The headings of columns that are not read.
    private(set) var unused: [String] = []
    /// The columns of dates and amounts.
    private(set) var formed: [Int] = []

    init() {}

    /// Assigns targets.
    ///
    /// - Throws: `DepotError.Code.badRequest` if the caller names a column or field that does not exist, if two columns
    ///   have equal claims to one field, or if a field is missing without which no row can be read.
    init(_ headings: [String], _ kind: SheetKind, _ options: SheetOptions) throws(DepotError) {
        let names = Headings(kind)
        let folded = headings.map(Headings.folded)
        var mapped: [String: SheetTarget] = [:]
        for (heading, text) in options.map.sorted(by: { $0.key < $1.key }) {
            let key = try Self.known(heading, folded, headings)
            guard let target = SheetTarget(text, kind) else {
                throw DepotError(
                    .badRequest, "There is no field “\(text.prefix(60))” to which a column could be mapped.",
                    hint: "Use one of \(kind.fields.map(\.rawValue).joined(separator: ", "))"
                        + (kind == .assets ? ", custom.NAME." : "."))
            }
            mapped[key] = target
        }
        var ignored: Set<String> = []
        for heading in options.ignored { ignored.insert(try Self.known(heading, folded, headings)) }
        var claims: [SheetTarget: (column: Int, rank: Int)] = [:]
        targets = Array(repeating: nil, count: headings.count)
        for (column, heading) in headings.enumerated() where !ignored.contains(folded[column]) {
            let target: SheetTarget
            let rank: Int
            if let given = mapped[folded[column]] {
                (target, rank) = (given, -1)
            } else if let custom = Self.custom(heading, kind) {
                (target, rank) = (custom, 0)
            } else if let known = names.field(heading) {
                (target, rank) = (.field(known.field), known.rank)
            } else {
                continue
            }
            if let other = claims[target] {
                guard other.rank != rank else {
                    throw DepotError(
                        .badRequest, "The file has two columns \(target).",
                        hint: "Leave one out: ignore “\(heading.prefix(60))”, or rename it.")
                }
                if other.rank < rank { continue }
                targets[other.column] = nil
            }
            claims[target] = (column, rank)
            targets[column] = target
        }
        unused = headings.indices.filter { targets[$0] == nil && !SheetText.isBlank(headings[$0]) }
            .map { String(SheetText.tidied(headings[$0]).prefix(100)) }
        formed = targets.indices.filter { [.day, .amount].contains(targets[$0]?.form) }
        guard kind.required.contains(where: { claims[.field($0)] != nil }) else {
            let found = headings.prefix(20).map { "“\(SheetText.tidied($0).prefix(40))”" }.joined(separator: ", ")
            throw DepotError(
                .badRequest, "The file has no column \(kind.required.first?.rawValue ?? "").",
                hint: "The first line names the columns; here these are \(found). Map one of them to that field.")
        }
    }

    /// Returns the custom field that a heading names, as ours do (`custom.Colour`), Homebox's (`HB.field.Colour`) and
    /// Shelf's (`cf:Colour, type:text`), or nil.
    private static func custom(_ heading: String, _ kind: SheetKind) -> SheetTarget? {
        guard kind == .assets else { return nil }
        // A name of ours is kept to the character.
        if heading.hasPrefix(SheetTarget.customPrefix), heading.utf8.count > SheetTarget.customPrefix.utf8.count {
            return .custom(String(heading.dropFirst(SheetTarget.customPrefix.count)))
        }
        let text = SheetText.tidied(heading)
        let lower = text.lowercased()
        for prefix in [SheetTarget.customPrefix, "hb.field.", "cf:"] where lower.hasPrefix(prefix) {
            let rest = text.dropFirst(prefix.count)
            let name = SheetText.tidied(prefix == "cf:" ? String(rest.prefix { $0 != "," }) : String(rest))
            return name.isEmpty ? nil : .custom(name)
        }
        return nil
    }

    /// Returns the folded heading that the caller means.
    private static func known(_ heading: String, _ folded: [String], _ headings: [String]) throws(DepotError) -> String
    {
        let key = Headings.folded(heading)
        guard folded.contains(key) else {
            let found = headings.prefix(20).map { "“\(SheetText.tidied($0).prefix(40))”" }.joined(separator: ", ")
            throw DepotError(
                .badRequest, "The file has no column “\(heading.prefix(60))”.", hint: "Its columns are \(found).")
        }
        return key
    }
}
