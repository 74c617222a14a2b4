import DepotTestKit
import Foundation
import Testing

/// The table of the four dialects in `docs/dialects.md`, as a run of every operation makes it.
final class SeedTable {
    private struct Row {
        var dialect: String
        var operation: String
        var request: String
        var answer: String
    }

    private var rows: [Row] = []

    /// Notes one operation of one dialect.
    func add(_ dialect: String, _ operation: String, _ request: String, _ answer: SeedAnswer) {
        rows.append(
            Row(
                dialect: dialect, operation: operation, request: Self.shortened(Self.steady(request), to: 90),
                answer: "\(answer.status) " + Self.shortened(Self.steady(answer.body), to: 110)))
    }

    /// The table in Markdown.
    var markdown: String {
        var lines = ["| dialect | operation | request | answer |", "|---|---|---|---|"]
        var last = ""
        for row in rows {
            let dialect = row.dialect == last ? "" : row.dialect
            last = row.dialect
            lines.append("| \(dialect) | \(row.operation) | `\(cell(row.request))` | `\(cell(row.answer))` |")
        }
        return lines.joined(separator: "\n")
    }

    /// Compares with the page of the dialects.
    func check() throws {
        let differences = try GeneratedSection.differences(in: "docs/dialects.md", from: markdown)
        #expect(differences.isEmpty, "the table is not what comes back: \(differences.joined(separator: "\n"))")
    }

    private func cell(_ text: String) -> String {
        text.replacingOccurrences(of: "|", with: "\\|").replacingOccurrences(of: "`", with: "'")
    }

    /// Without what differs from run to run.
    private static func steady(_ text: String) -> String {
        var text = text.split(whereSeparator: \.isNewline).joined(separator: " ")
        if text.hasPrefix("\u{FFFD}PNG") { return "(a PNG)" }
        let hex = "[0-9a-fA-F]"
        for (pattern, replacement) in [
            ("\(hex){8}-\(hex){4}-\(hex){4}-\(hex){4}-\(hex){12}", "…"),
            ("\\d{4}-\\d\\d-\\d\\d[ T]\\d\\d:\\d\\d(:\\d\\d)?(\\.\\d+)?Z?", "…"),
            ("\"(ExecutionTime|ProcessId)\":[\\d.]+", "\"$1\":…"),
        ] {
            text = text.replacingOccurrences(of: pattern, with: replacement, options: .regularExpression)
        }
        let today = ISO8601DateFormatter().string(from: Date()).prefix(10)
        return text.replacingOccurrences(of: today, with: "(today)")
    }

    private static func shortened(_ text: String, to length: Int) -> String {
        let line = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return line.count > length ? line.prefix(length) + " …" : line
    }
}
