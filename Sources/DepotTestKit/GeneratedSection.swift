import Foundation

/// A part of a page of the documentation that the programs make, between two comments.
public enum GeneratedSection {
    private static let begin = "<!-- begin: made by `make reference` -->\n"
    private static let end = "\n<!-- end -->"

    /// Returns the lines of the page's section that the text does not have, and the other way round.
    ///
    /// Where `DEPOT_WRITE_DOCS` is set, the section becomes the text, and there are none.
    public static func differences(in page: String, from text: String) throws -> [String] {
        let file = Programs.repository.appendingPathComponent(page)
        var written = try String(contentsOf: file, encoding: .utf8)
        guard let start = written.range(of: begin),
            let stop = written.range(of: end, range: start.upperBound..<written.endIndex)
        else { throw KitError("\(page) has no place for a generated section") }
        let section = start.upperBound..<stop.lowerBound
        if ProcessInfo.processInfo.environment["DEPOT_WRITE_DOCS"] != nil {
            written.replaceSubrange(section, with: text)
            try written.write(to: file, atomically: true, encoding: .utf8)
            return []
        }
        return text.split(separator: "\n").difference(from: written[section].split(separator: "\n")).map { change in
            switch change {
            case .insert(_, let line, _): "+ \(line)"
            case .remove(_, let line, _): "- \(line)"
            }
        }
    }
}
