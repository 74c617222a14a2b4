import CEmbedded
import Hummingbird
import NIOCore

/// A file that is part of the program, from `Sources/CEmbedded`.
struct EmbeddedFile: Sendable {
    static let openAPI = EmbeddedFile(embedded_openapi_yaml(), "application/yaml")

    /// The files under `/screen` by their names, which the page of the counter screen loads.
    static let screenFiles: [String: EmbeddedFile] = [
        "screen.css": EmbeddedFile(embedded_screen_screen_css(), "text/css; charset=utf-8"),
        "main.js": script(embedded_screen_main_js()),
        "connection.js": script(embedded_screen_connection_js()),
        "lane.js": script(embedded_screen_lane_js()),
        "page.js": script(embedded_screen_page_js()),
        "recent.js": script(embedded_screen_recent_js()),
        "search.js": script(embedded_screen_search_js()),
        "sound.js": script(embedded_screen_sound_js()),
        "text.js": script(embedded_screen_text_js()),
        "en.json": words(embedded_screen_en_json()),
        "de.json": words(embedded_screen_de_json()),
    ]

    private let content: ByteBuffer
    /// The media type with the encoding.
    let type: String

    init(_ file: embedded_file, _ type: String) {
        content = ByteBuffer(bytes: UnsafeRawBufferPointer(start: file.bytes, count: file.size))
        self.type = type
    }

    private static func script(_ file: embedded_file) -> EmbeddedFile {
        EmbeddedFile(file, "text/javascript; charset=utf-8")
    }

    private static func words(_ file: embedded_file) -> EmbeddedFile {
        EmbeddedFile(file, "application/json; charset=utf-8")
    }

    /// The content as text.
    var text: String { String(buffer: content) }

    /// The size in bytes.
    var size: Int { content.readableBytes }

    /// The response with the file.
    var reply: Response {
        Response(status: .ok, headers: [.contentType: type], body: ResponseBody(byteBuffer: content))
    }
}
