public import DepotStore
import Sheets
public import TextFormats

extension ImportRules {
    /// The names of the parameters that say how a sheet is read and imported. `map` and `ignore` may repeat.
    public static let parameters = [
        "mode", "make", "encoding", "separator", "dates", "decimal", "map", "ignore",
    ]

    /// Sets the rules that a query names.
    ///
    /// - Throws: ``RequestError/invalid(_:)`` naming a parameter whose value is none of its words.
    public mutating func read(_ query: QueryItems) throws(RequestError) {
        if let mode = try Self.word(query, "mode", ImportMode.self) { self.mode = mode }
        if let text = query["make"] {
            making = []
            for word in text.split(separator: ",") where word != "nothing" {
                guard let kind = ImportMaking(rawValue: String(word)) else {
                    throw Self.invalid("make", String(word), ImportMaking.allCases.map(\.rawValue) + ["nothing"])
                }
                making.insert(kind)
            }
        }
        sheet.encoding = try Self.word(query, "encoding", SheetEncoding.self) ?? sheet.encoding
        sheet.separator = try Self.word(query, "separator", SheetSeparator.self) ?? sheet.separator
        sheet.dates = try Self.word(query, "dates", DateOrder.self) ?? sheet.dates
        sheet.decimal = try Self.word(query, "decimal", DecimalMark.self) ?? sheet.decimal
        for text in query.all("map") {
            // A heading may contain an equals sign, and a field does not.
            guard let equals = text.lastIndex(of: "="), equals > text.startIndex else {
                throw .invalid("map", "“map” is HEADING=FIELD, such as Inv.-Nr.=asset_tag.")
            }
            sheet.map[String(text[..<equals])] = String(text[text.index(after: equals)...])
        }
        sheet.ignored += query.all("ignore")
    }

    private static func word<Word: RawRepresentable & CaseIterable>(
        _ query: QueryItems, _ name: String, _: Word.Type
    ) throws(RequestError) -> Word? where Word.RawValue == String {
        guard let text = query[name] else { return nil }
        guard let word = Word(rawValue: text) else { throw invalid(name, text, Word.allCases.map(\.rawValue)) }
        return word
    }

    private static func invalid(_ name: String, _ text: String, _ words: [String]) -> RequestError {
        .invalid(name, "“\(text.prefix(40))” is not a value of “\(name)”: use one of \(words.joined(separator: ", ")).")
    }
}
