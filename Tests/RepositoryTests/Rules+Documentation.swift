import Foundation

extension Rules {
    /// The folders whose documentation does not follow the rules yet. This list only shrinks.
    private static let undocumented = ["Sources/DepotStore/Import/"]

    /// The rules of documentation comments, in the form of the Swift API Design Guidelines.
    static let documentation: [SourceRule] = [
        SourceRule(name: "doc summaries") { file in
            documented(file).filter { entry in
                let first = entry.summary.prefix { $0.isLetter }
                return ["What", "Who", "Where", "How", "Whether", "Which"].contains(String(first))
            }
            .map {
                "\(file.path):\($0.number): a summary is a noun phrase or a verb in the third person: “\($0.summary)”"
            }
        },
        SourceRule(name: "doc comments") { file in
            guard isChecked(file) else { return [] }
            let lines = file.lines.map { $0.trimmingCharacters(in: .whitespaces) }
            return lines.indices.filter { isDeclaration(lines[$0]) && !hasDoc(lines, before: $0) }.map {
                "\(file.path):\($0 + 1): a declaration for other modules says what it is: “\(lines[$0])”"
            }
        },
    ]

    private static func isChecked(_ file: SourceFile) -> Bool {
        guard file.path.hasPrefix("Sources/") || file.path.hasPrefix("Benchmarks/") else { return false }
        return !undocumented.contains { file.path.hasPrefix($0) }
    }

    /// The first lines of a file's doc comments, numbered from 1.
    private static func documented(_ file: SourceFile) -> [(number: Int, summary: String)] {
        guard isChecked(file) else { return [] }
        let lines = file.lines.map { $0.trimmingCharacters(in: .whitespaces) }
        return lines.indices.filter { lines[$0].hasPrefix("/// ") && !($0 > 0 && lines[$0 - 1].hasPrefix("///")) }
            .map { ($0 + 1, String(lines[$0].dropFirst(4))) }
    }

    private static func isDeclaration(_ line: String) -> Bool {
        var words = line.split(separator: " ").map(String.init)[...]
        while let word = words.first, word.hasPrefix("@") { words = words.dropFirst() }
        guard let access = words.first, access == "public" || access == "package", words.count > 1 else { return false }
        guard !["import", "extension"].contains(words[words.startIndex + 1]) else { return false }
        // Requirements of the standard library's protocols have their documentation there.
        return ![
            "let rawValue: ", "init(rawValue: ", "var description: String { rawValue }", "init(from decoder: ",
            "func encode(to encoder: ",
        ].contains(where: words.joined(separator: " ").dropFirst(access.count + 1).hasPrefix)
    }

    private static func hasDoc(_ lines: [String], before index: Int) -> Bool {
        let above = lines[..<index].last { !$0.hasPrefix("@") }
        return above?.hasPrefix("///") ?? false
    }
}
