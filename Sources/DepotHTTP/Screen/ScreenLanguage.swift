import FoundationEssentials

/// A language of the counter screen: the words of one file, `Sources/CEmbedded/screen/LANGUAGE.json`.
struct ScreenLanguage: Sendable {
    /// The language's code in ISO 639.
    let code: String
    /// The words by their names.
    let words: [String: String]

    /// The languages by their codes.
    static let all: [String: ScreenLanguage] = {
        var languages: [String: ScreenLanguage] = [:]
        for (name, file) in EmbeddedFile.screenFiles where name.hasSuffix(".json") {
            let code = String(name.dropLast(".json".count))
            // A test reads every file; one that could not be read would leave its language out.
            guard let words = try? JSONDecoder().decode([String: String].self, from: Data(file.text.utf8)) else {
                continue
            }
            languages[code] = ScreenLanguage(code: code, words: words)
        }
        return languages
    }()

    /// Returns the configured language, or else the one that the browser prefers (RFC 9110 §12.5.4), or else English.
    ///
    /// - Parameters:
    ///   - configured: the value of `station.language`.
    ///   - accepted: the value of `Accept-Language`, or nil.
    static func choose(configured: String, accepted: String?) -> ScreenLanguage {
        if let language = all[configured] { return language }
        let wanted = (accepted ?? "").split(separator: ",").prefix(20).map { part in
            let pieces = part.split(separator: ";").map { $0.filter { !$0.isWhitespace } }
            let weight = pieces.dropFirst().first { $0.hasPrefix("q=") }.flatMap { Double($0.dropFirst(2)) } ?? 1
            let code = pieces.first?.split(separator: "-").first.map { $0.lowercased() } ?? ""
            return (code: code, weight: weight)
        }
        // The sort is stable: of two languages with the same weight the first one counts.
        let known = wanted.filter { $0.weight > 0 && all[$0.code] != nil }.sorted { $0.weight > $1.weight }
        return known.first.flatMap { all[$0.code] } ?? all["en"] ?? ScreenLanguage(code: "en", words: [:])
    }
}
