import CEmbedded
import HTTPTypes
import Hummingbird
import TextFormats

/// A page of the counter screen: a file whose names in `{{…}}` are replaced by the station's name and the language's
/// words.
struct ScreenPage: Sendable {
    /// The counter screen, whose content its scripts load.
    static let screen = ScreenPage(embedded_screen_html())
    /// The page for a browser that is not paired. It reloads by itself: after a pairing link on another page, the
    /// browser withholds the new cookie (`SameSite=Strict`) until a page of the station sends the request.
    static let unpaired = ScreenPage(embedded_unpaired_html())
    /// The page for a browser whose pairing link is no longer good.
    static let spent = ScreenPage(embedded_spent_html())

    /// The text between the names, and the names: `text, name, text, name, text`.
    private let parts: [Substring]
    private let type: String

    private init(_ file: embedded_file) {
        let file = EmbeddedFile(file, "text/html; charset=utf-8")
        type = file.type
        var parts: [Substring] = []
        var rest = file.text[...]
        while let start = rest.firstRange(of: "{{"), let end = rest[start.upperBound...].firstRange(of: "}}") {
            parts.append(rest[..<start.lowerBound])
            parts.append(rest[start.upperBound..<end.lowerBound])
            rest = rest[end.upperBound...]
        }
        self.parts = parts + [rest]
    }

    /// The names in the page.
    var names: [String] { parts.enumerated().filter { $0.offset % 2 == 1 }.map { String($0.element) } }

    /// Returns the response with the page.
    func reply(station: String, _ language: ScreenLanguage, _ status: HTTPResponse.Status = .ok) -> Response {
        var values = language.words
        values["station"] = station
        values["language"] = language.code
        let text = parts.enumerated().map { index, part in
            index % 2 == 0 ? String(part) : Markup.escaped(values[String(part)] ?? "")
        }
        return textReply(text.joined(), type: type, status)
    }
}
