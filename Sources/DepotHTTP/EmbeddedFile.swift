import CEmbedded
import HTTPTypes
import Hummingbird
import NIOCore

/// A file that is part of the program, from `Sources/CEmbedded`.
struct EmbeddedFile: Sendable {
    static let openAPI = EmbeddedFile(embedded_openapi_yaml(), "application/yaml")
    /// The counter screen, whose content its script loads.
    static let screen = EmbeddedFile(embedded_screen_html(), html)
    /// The page for a browser that is not paired. It reloads by itself: after a pairing link on another page, the
    /// browser withholds the new cookie (`SameSite=Strict`) until a page of the station sends the request.
    static let unpaired = EmbeddedFile(embedded_unpaired_html(), html)
    static let spent = EmbeddedFile(embedded_spent_html(), html)
    static let script = EmbeddedFile(embedded_screen_js(), "text/javascript; charset=utf-8")
    static let style = EmbeddedFile(embedded_screen_css(), "text/css; charset=utf-8")

    private static let html = "text/html; charset=utf-8"
    private let content: ByteBuffer
    private let type: String

    private init(_ file: embedded_file, _ type: String) {
        content = ByteBuffer(bytes: UnsafeRawBufferPointer(start: file.bytes, count: file.size))
        self.type = type
    }

    /// The content as text.
    var text: String { String(buffer: content) }

    /// The response with the file.
    var reply: Response {
        Response(status: .ok, headers: [.contentType: type], body: ResponseBody(byteBuffer: content))
    }

    /// Returns the response with the file and the station's name inserted, which is the only part that differs between
    /// stations.
    func reply(station: String, _ status: HTTPResponse.Status = .ok) -> Response {
        textReply(text.replacing("{{station}}", with: escapedHTML(station)), type: type, status)
    }
}

/// Returns a text escaped for HTML text or attribute values.
func escapedHTML(_ text: String) -> String {
    var result = ""
    for character in text.unicodeScalars {
        switch character {
        case "&": result += "&amp;"
        case "<": result += "&lt;"
        case ">": result += "&gt;"
        case "\"": result += "&quot;"
        case "'": result += "&#39;"
        default: result.unicodeScalars.append(character)
        }
    }
    return result
}
