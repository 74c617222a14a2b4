import DepotAPI
import Foundation

/// The bytes of a request (RFC 9112), built once and sent many times.
enum HTTPRequest {
    static func bytes(
        _ method: String, _ path: String, token: String? = nil, accept: String = "*/*", body: String? = nil
    ) -> [UInt8] {
        var head = "\(method) \(path) HTTP/1.1\r\nHost: depot\r\nAccept: \(accept)\r\n"
        if let token { head += "Authorization: Bearer \(token)\r\n" }
        if let body { head += "Content-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n" }
        return Array((head + "\r\n" + (body ?? "")).utf8)
    }

    /// Returns the head of a request with a body of the type and length.
    static func head(_ method: String, _ path: String, token: String, type: String, length: Int) -> [UInt8] {
        Array(
            """
            \(method) \(path) HTTP/1.1\r\nHost: depot\r\nAuthorization: Bearer \(token)\r
            Content-Type: \(type)\r\nContent-Length: \(length)\r\n\r\n
            """.utf8)
    }
}

/// A keep-alive HTTP/1.1 client for this project's servers, without redirects, trailers and compression.
///
/// It is minimal, since on few cores its cost reduces the throughput of the measured server.
struct HTTPConnection {
    private let socket: StreamSocket
    private static let blank: [UInt8] = Array("\r\n\r\n".utf8)
    private static let lineEnd: [UInt8] = Array("\r\n".utf8)

    /// Connects. A read without data for `timeout` seconds fails.
    init(_ endpoint: Endpoint, timeout: Int = 20) throws(BenchError) {
        socket = try StreamSocket(endpoint, timeout: timeout)
    }

    /// Sends a request, skips the body of the answer and returns the status.
    func status(of request: [UInt8]) throws(BenchError) -> Int {
        try socket.send(request[...])
        let head = try head()
        switch head.framing {
        case .length(let length): try socket.skip(length)
        case .chunked: while try chunk() != nil {}
        }
        return head.status
    }

    /// Sends a request and returns the answer. `progress` is called after each mebibyte that was sent.
    func answer(
        to request: [UInt8], progress: () -> Void = {}
    ) throws(BenchError) -> (status: Int, body: [UInt8]) {
        for start in stride(from: 0, to: request.count, by: 1 << 20) {
            try socket.send(request[start..<min(start + 1 << 20, request.count)])
            progress()
        }
        let head = try head()
        switch head.framing {
        case .length(let length): return (head.status, try socket.read(length))
        case .chunked:
            var body: [UInt8] = []
            while let chunk = try chunk() { body += chunk }
            return (head.status, body)
        }
    }

    /// Sends a request, passes on the body of the answer as it comes and returns the status.
    func stream(_ request: [UInt8], _ piece: ([UInt8]) -> Void) throws(BenchError) -> Int {
        try socket.send(request[...])
        let head = try head()
        switch head.framing {
        case .length(let length): piece(try socket.read(length))
        case .chunked: while let chunk = try chunk() { piece(chunk) }
        }
        return head.status
    }

    /// Requests an event stream, whose messages are then read by ``piece()`` only.
    func openStream(_ path: String) throws(BenchError) {
        try socket.send(HTTPRequest.bytes("GET", path, accept: StationAPI.eventStream)[...])
        let head = try head()
        guard head.status == 200, case .chunked = head.framing else {
            throw BenchError("GET \(path) gives \(head.status) and no stream")
        }
    }

    /// Returns the next piece of an event stream, which holds whole messages.
    func piece() throws(BenchError) -> [UInt8] {
        guard let chunk = try chunk() else { throw BenchError("the event stream ended") }
        return chunk
    }

    private enum Framing { case length(Int), chunked }

    private func head() throws(BenchError) -> (status: Int, framing: Framing) {
        let head = try socket.read(until: Self.blank)
        let status = head.dropFirst(9).prefix(3).reduce(0) { $0 * 10 + Int($1 &- UInt8(ascii: "0")) }
        guard head.count >= 12, (100...599).contains(status) else { throw BenchError("the answer is not HTTP/1.1") }
        if let value = Self.field("content-length", in: head) {
            var length = 0
            for digit in value {
                guard (48...57).contains(digit), length < 1 << 40 else {
                    throw BenchError("Content-Length is no number")
                }
                length = length * 10 + Int(digit - 48)
            }
            return (status, .length(length))
        }
        guard Self.field("transfer-encoding", in: head) != nil else { return (status, .length(0)) }
        return (status, .chunked)
    }

    /// Returns the value of the first header field with a name in lower case, or nil.
    private static func field(_ name: StaticString, in head: [UInt8]) -> ArraySlice<UInt8>? {
        let length = name.utf8CodeUnitCount
        var line = head.startIndex
        while line < head.endIndex {
            let end = head[line...].firstIndex(of: UInt8(ascii: "\r")) ?? head.endIndex
            let colon = line + length
            if colon < end, head[colon] == UInt8(ascii: ":"),
                (0..<length).allSatisfy({ head[line + $0] | 0x20 == name.utf8Start[$0] })
            {
                return head[(colon + 1)..<end].drop { $0 == UInt8(ascii: " ") }
            }
            line = end + 2
        }
        return nil
    }

    /// Returns the next chunk (RFC 9112 §7.1), or nil after the last.
    private func chunk() throws(BenchError) -> [UInt8]? {
        let line = String(decoding: try socket.read(until: Self.lineEnd), as: UTF8.self)
        guard let size = Int(line, radix: 16), size >= 0, size < 1 << 40 else {
            throw BenchError("a chunk has no size")
        }
        let data = size == 0 ? [] : try socket.read(size)
        try socket.skip(Self.lineEnd.count)
        return size == 0 ? nil : data
    }
}
