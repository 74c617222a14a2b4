import Crypto
import DepotAPI
import DepotModel
import FoundationEssentials
import HTTPTypes
import Hummingbird
import TextFormats

/// The report about a walk as a page to print, which needs nothing else.
struct AuditPage {
    private let report: AuditReport
    private let station: String
    private let at: Timestamp

    init(_ report: AuditReport, station: String, at: Timestamp) {
        (self.report, self.station, self.at) = (report, station, at)
    }

    /// The response with the page, which runs no scripts and loads nothing.
    var response: Response {
        var response = textReply(html, type: "text/html; charset=utf-8")
        let hash = Data(SHA256.hash(data: Array(Self.style.utf8))).base64EncodedString()
        response.headers[.contentSecurityPolicy] =
            "default-src 'none'; style-src 'sha256-\(hash)'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        return response
    }

    private static let style = """
        @page{margin:15mm}body{font:10pt sans-serif;margin:1em}h1{font-size:16pt}h2{font-size:12pt;margin-top:1.5em}\
        table{border-collapse:collapse;width:100%}th,td{border-bottom:1px solid #999;padding:2px 6px;text-align:left}\
        tr{break-inside:avoid}thead{display:table-header-group}.sum{font-size:13pt}
        """

    private var html: String {
        let walk = report.audit
        var body =
            "<h1>Audit of \(Markup.escaped(walk.name))</h1>\n<p class=\"sum\">\(Markup.escaped(report.summary))</p>\n"
        body += "<p>\(Markup.escaped(dates))</p>\n"
        body += section("Missing", report.missing, ["Tag", "Name", "Belongs at", "With", "Action"]) {
            [$0.code, $0.name, $0.home?.name, $0.holder, $0.action?.rawValue]
        }
        body += section("Belong elsewhere", report.misplaced, Self.seen + ["Belongs at", "Action"]) {
            seen($0) + [$0.home?.name, $0.action?.rawValue]
        }
        body += section("Not expected", report.unexpected, Self.seen + ["With", "Action"]) {
            seen($0) + [$0.holder, $0.action?.rawValue]
        }
        body += section("Unknown codes", report.unknown, ["Code", "Seen at", "When (UTC)", "By", "Again"]) {
            [$0.code, $0.place?.name, time($0.at), $0.by, again($0)]
        }
        if let before = report.before {
            body += "<h2>Compared with the walk of \(before.audit.startedAt.date)</h2>\n"
            body += "<p>\(Markup.escaped(before.audit.summary))</p>\n"
            body += list("Missing again", before.missingAgain) + list("Returned", before.returned)
        }
        body += section("Found", report.found, Self.seen + ["Action"]) { seen($0) + [$0.action?.rawValue] }
        return """
            <!doctype html>
            <html lang="en">
            <meta charset="utf-8">
            <title>\(Markup.escaped("Audit of \(walk.name) · \(station)"))</title>
            <style>\(Self.style)</style>
            \(body)<p>\(Markup.escaped("\(station), \(at)"))</p>
            </html>

            """
    }

    private var dates: String {
        let walk = report.audit
        var text = "Number \(walk.id), started \(time(walk.startedAt) ?? "") by \(walk.startedBy.name)"
        if let at = walk.closedAt {
            text += ", closed \(time(at) ?? "")" + (walk.closedBy.map { " by \($0.name)" } ?? "")
        }
        if let at = walk.appliedAt {
            text += ", applied \(time(at) ?? "")" + (walk.appliedBy.map { " by \($0.name)" } ?? "")
        }
        return text + (walk.closedAt == nil ? "; it is \(walk.state.rawValue). Times are UTC." : ". Times are UTC.")
    }

    private static let seen = ["Tag", "Name", "Seen at", "When (UTC)", "By", "Again"]

    private func seen(_ line: AuditLine) -> [String?] {
        [line.code, line.name, line.place?.name, time(line.at), line.by, again(line)]
    }

    private func again(_ line: AuditLine) -> String? { line.repeats == 0 ? nil : "\(line.repeats)×" }

    /// Returns the time to the second.
    private func time(_ at: Timestamp?) -> String? {
        at.map { String($0.description.prefix(19)).replacing("T", with: " ") }
    }

    private func list(_ title: String, _ tags: [String]) -> String {
        tags.isEmpty ? "" : "<p>\(title): \(Markup.escaped(tags.joined(separator: ", ")))</p>\n"
    }

    private func section(
        _ title: String, _ lines: [AuditLine], _ titles: [String], _ cells: (AuditLine) -> [String?]
    ) -> String {
        guard !lines.isEmpty else { return "" }
        var text = "<h2>\(title) (\(lines.count))</h2>\n<table><thead><tr>"
        for title in titles { text += "<th>\(title)</th>" }
        text += "</tr></thead><tbody>\n"
        for line in lines {
            text += "<tr>"
            for cell in cells(line) { text += "<td>\(Markup.escaped(cell ?? ""))</td>" }
            text += "</tr>\n"
        }
        return text + "</tbody></table>\n"
    }
}
