import DepotDialect
import DepotModel

/// Translates the older `$filter`, such as `(LocationId eq 'GUID') and SearchText contains 'x'`, into facets.
enum ODataFilter {
    private static let facets = [
        "assettypeid": "assettype", "locationid": "location", "locationroomid": "room", "ownerid": "user",
        "modelid": "model", "statustypeid": "assetstatus", "manufacturerid": "manufacturer",
        "assettag": "assettag", "serialnumber": "assetserialnumber", "name": "assetname", "searchtext": "keyword",
    ]

    /// Parses conditions joined by `and`. Each has a field, `eq` or `contains`, and a text in single quotes, in which two
    /// quotes stand for one.
    ///
    /// - Throws: `RequestError.invalid` under `$filter` for anything else.
    static func read(_ text: String) throws(RequestError) -> [FacetFilter] {
        var filters: [FacetFilter] = []
        for words in try conditions(text) {
            guard words.count == 3, let facet = facets[words[0].lowercased()],
                ["eq", "contains"].contains(words[1].lowercased())
            else {
                throw .invalid(
                    "$filter",
                    "“\(words.joined(separator: " ").prefix(60))” is no condition such as LocationId eq 'GUID'.")
            }
            filters.append(FacetFilter(facet, words[2], place: "$filter"))
        }
        return filters
    }

    private static func conditions(_ text: String) throws(RequestError) -> [[String]] {
        var conditions: [[String]] = [[]]
        for token in try tokens(text) {
            switch token {
            case .word(let word) where word.lowercased() == "and": conditions.append([])
            case .word(let text), .quoted(let text): conditions[conditions.count - 1].append(text)
            }
        }
        return conditions
    }

    private enum Token {
        case word(String), quoted(String)
    }

    private static func tokens(_ text: String) throws(RequestError) -> [Token] {
        var tokens: [Token] = []
        var rest = text[...]
        while let character = rest.first {
            if character.isWhitespace || character == "(" || character == ")" {
                rest.removeFirst()
            } else if character == "'" {
                rest.removeFirst()
                var quoted = ""
                while true {
                    guard let end = rest.firstIndex(of: "'") else {
                        throw .invalid("$filter", "A text in $filter is not closed.")
                    }
                    quoted += rest[..<end]
                    rest = rest[rest.index(after: end)...]
                    guard rest.first == "'" else { break }
                    quoted.append("'")
                    rest.removeFirst()
                }
                tokens.append(.quoted(quoted))
            } else {
                let word = rest.prefix { !$0.isWhitespace && $0 != "(" && $0 != ")" && $0 != "'" }
                rest = rest.dropFirst(word.count)
                tokens.append(.word(String(word)))
            }
            guard tokens.count <= 400 else { throw .invalid("$filter", "$filter is too long.") }
        }
        return tokens
    }
}
