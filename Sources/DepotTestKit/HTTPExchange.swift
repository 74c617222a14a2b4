import Foundation
import Glibc

/// The reply of a server.
public struct HTTPReply: Sendable {
    /// The status, or 0 if the server closed the connection without a reply.
    public var status: Int
    /// The header fields by name in lower case; repeated ones are joined by `, `.
    public var headers: [String: String]
    /// The body, unchunked.
    public var bytes: [UInt8]

    /// Creates a reply.
    public init(status: Int, headers: [String: String], bytes: [UInt8]) {
        self.status = status
        self.headers = headers
        self.bytes = bytes
    }

    /// The body as text.
    public var text: String { String(decoding: bytes, as: UTF8.self) }

    /// The body as read by `JSONSerialization`, or nil if it is not JSON.
    public var json: Any? { try? JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed) }

    /// The body as a JSON object, empty if it is none.
    public var object: [String: Any] { json as? [String: Any] ?? [:] }
}

/// Sends a single HTTP request, byte for byte, over a TCP connection of its own.
enum HTTPExchange {
    /// Returns the bytes of a request after which the server closes the connection. Missing `Host` and `Content-Length`
    /// fields are added; nothing is checked or escaped.
    static func request(
        _ method: String, _ path: String, host: String, headers: [(String, String)], body: [UInt8]?
    ) -> [UInt8] {
        let given = Set(headers.map { $0.0.lowercased() })
        var text = "\(method) \(path) HTTP/1.1\r\n"
        if !given.contains("host") { text += "Host: \(host)\r\n" }
        if !given.contains("connection") { text += "Connection: close\r\n" }
        for (name, value) in headers { text += "\(name): \(value)\r\n" }
        if let body, !given.contains("content-length"), !given.contains("transfer-encoding") {
            text += "Content-Length: \(body.count)\r\n"
        }
        return Array((text + "\r\n").utf8) + (body ?? [])
    }

    /// Sends the bytes and reads until the server closes the connection, on a thread of its own so that no task is blocked.
    static func send(_ bytes: [UInt8], host: String, port: UInt16, isHead: Bool) async throws(KitError) -> HTTPReply {
        let answers = Inbox<Result<[UInt8], KitError>>()
        let thread = Thread {
            answers.push(Result { () throws(KitError) in try exchange(bytes, host, port) })
        }
        thread.name = "http-exchange"
        thread.start()
        guard let answer = await answers.next() else { throw KitError("no answer") }
        let bytes = try answer.get()
        return try parse(bytes, isHead: isHead)
    }

    private static func exchange(_ bytes: [UInt8], _ host: String, _ port: UInt16) throws(KitError) -> [UInt8] {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw KitError("socket: \(String(cString: strerror(errno)))") }
        defer { close(descriptor) }
        // No reply takes this long; a test must not hang.
        var patience = timeval(tv_sec: 300, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = inet_addr(host)
        let connected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0 else { throw KitError("\(host):\(port): \(String(cString: strerror(errno)))") }
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                Glibc.send(
                    descriptor, buffer.baseAddress.map { $0 + sent }, buffer.count - sent, Int32(MSG_NOSIGNAL))
            }
            // The server may have replied and closed before it read everything: the reply must still be read.
            guard count > 0 else { break }
            sent += count
        }
        var received: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0 else { return received }
            received += buffer.prefix(count)
        }
    }

    /// Parses the last reply in the bytes; those before it are 1xx.
    static func parse(_ bytes: [UInt8], isHead: Bool) throws(KitError) -> HTTPReply {
        guard !bytes.isEmpty else { return HTTPReply(status: 0, headers: [:], bytes: []) }
        guard let end = firstRange(of: Array("\r\n\r\n".utf8), in: bytes[...]) else {
            throw KitError("no HTTP: \(String(decoding: bytes.prefix(200), as: UTF8.self))")
        }
        let lines = String(decoding: bytes[..<end], as: UTF8.self).components(separatedBy: "\r\n")
        let words = lines[0].split(separator: " ")
        guard words.count >= 2, let status = Int(words[1]) else { throw KitError("no status: \(lines[0])") }
        let rest = bytes[(end + 4)...]
        if (100..<200).contains(status) { return try parse(Array(rest), isHead: isHead) }
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let value = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
            headers[line[..<colon].lowercased(), default: ""] +=
                headers[line[..<colon].lowercased()] == nil
                ? value : ", " + value
        }
        if isHead { return HTTPReply(status: status, headers: headers, bytes: Array(rest)) }
        if headers["transfer-encoding"]?.lowercased() == "chunked" {
            return HTTPReply(status: status, headers: headers, bytes: try unchunked(rest))
        }
        if let text = headers["content-length"], let length = Int(text), length != rest.count {
            throw KitError("\(rest.count) of \(length) bytes came")
        }
        return HTTPReply(status: status, headers: headers, bytes: Array(rest))
    }

    private static func unchunked(_ bytes: ArraySlice<UInt8>) throws(KitError) -> [UInt8] {
        var rest = bytes
        var body: [UInt8] = []
        while let end = firstRange(of: [13, 10], in: rest) {
            let size = String(decoding: rest[rest.startIndex..<end], as: UTF8.self).prefix { $0 != ";" }
            guard let count = Int(size, radix: 16), count >= 0, count <= rest.endIndex - end - 4 else { break }
            if count == 0 { return body }
            body += rest[(end + 2)..<(end + 2 + count)]
            rest = rest[(end + 4 + count)...]
        }
        throw KitError("the answer was cut off after \(body.count) bytes")
    }

    private static func firstRange(of wanted: [UInt8], in bytes: ArraySlice<UInt8>) -> Int? {
        guard let first = wanted.first else { return nil }
        var start = bytes.startIndex
        while let index = bytes[start...].firstIndex(of: first) {
            if bytes[index...].starts(with: wanted) { return index }
            start = index + 1
        }
        return nil
    }
}
