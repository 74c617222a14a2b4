import DepotAPI
import Foundation

/// One request as it goes over the wire (RFC 9112), made once and sent many times.
enum HTTPRequest {
    static func bytes(
        _ method: String, _ path: String, token: String? = nil, accept: String = "*/*", body: String? = nil
    ) -> [UInt8] {
        var head = "\(method) \(path) HTTP/1.1\r\nHost: depot\r\nAccept: \(accept)\r\n"
        if let token { head += "Authorization: Bearer \(token)\r\n" }
        if let body { head += "Content-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n" }
        return Array((head + "\r\n" + (body ?? "")).utf8)
    }

    /// What goes before a body of that type and length.
    static func head(_ method: String, _ path: String, token: String, type: String, length: Int) -> [UInt8] {
        Array(
            """
            \(method) \(path) HTTP/1.1\r\nHost: depot\r\nAuthorization: Bearer \(token)\r
            Content-Type: \(type)\r\nContent-Length: \(length)\r\n\r\n
            """.utf8)
    }
}

/// A keep-alive HTTP/1.1 client for servers that are ours: no redirects, no trailers, no compression.
///
/// As thin as it can be, because on few cores whatever it costs is taken from the server that is measured.
struct HTTPConnection {
    private let socket: StreamSocket
    private static let blank: [UInt8] = Array("\r\n\r\n".utf8)
    private static let lineEnd: [UInt8] = Array("\r\n".utf8)

    /// Connects. A server that says nothing for `patience` seconds counts as dead.
    init(_ endpoint: Endpoint, patience: Int = 20) throws(BenchError) {
        socket = try StreamSocket(endpoint, patience: patience)
    }

    /// Sends a request, passes over the answer's body, and returns its status.
    func status(of request: [UInt8]) throws(BenchError) -> Int {
        try socket.send(request[...])
        let head = try head()
        switch head.framing {
        case .length(let length): try socket.skip(length)
        case .chunked: while try chunk() != nil {}
        }
        return head.status
    }

    /// Sends a request and returns the answer. `progress` is called whenever another mebibyte of it has gone out.
    func answer(
        to request: [UInt8], progress: () -> Void = {}
    ) throws(BenchError) -> (status: Int, body: [UInt8]) {
        for start in stride(from: 0, to: request.count, by: 1 << 20) {
            try socket.send(request[start..<min(start + 1 << 20, request.count)])
            progress()
        }
        let head = try head()
        switch head.framing {
        case .length(let length): return (head.status, try socket.take(length))
        case .chunked:
            var body: [UInt8] = []
            while let chunk = try chunk() { body += chunk }
            return (head.status, body)
        }
    }

    /// Sends a request, hands out the answer's body as it comes, and returns the status.
    func stream(_ request: [UInt8], _ piece: ([UInt8]) -> Void) throws(BenchError) -> Int {
        try socket.send(request[...])
        let head = try head()
        switch head.framing {
        case .length(let length): piece(try socket.take(length))
        case .chunked: while let chunk = try chunk() { piece(chunk) }
        }
        return head.status
    }

    /// Asks for an event stream; its messages are then read with ``piece()`` and nothing else.
    func openStream(_ path: String) throws(BenchError) {
        try socket.send(HTTPRequest.bytes("GET", path, accept: StationAPI.eventStream)[...])
        let head = try head()
        guard head.status == 200, case .chunked = head.framing else {
            throw BenchError("GET \(path) gives \(head.status) and no stream")
        }
    }

    /// The next piece of an event stream: as the server writes it, whole messages.
    func piece() throws(BenchError) -> [UInt8] {
        guard let chunk = try chunk() else { throw BenchError("the event stream ended") }
        return chunk
    }

    private enum Framing { case length(Int), chunked }

    private func head() throws(BenchError) -> (status: Int, framing: Framing) {
        let head = try socket.take(until: Self.blank)
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

    /// The value of the first header field of that name, which is lower case.
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

    /// One chunk (RFC 9112 §7.1); nil after the last.
    private func chunk() throws(BenchError) -> [UInt8]? {
        let line = String(decoding: try socket.take(until: Self.lineEnd), as: UTF8.self)
        guard let size = Int(line, radix: 16), size >= 0, size < 1 << 40 else {
            throw BenchError("a chunk has no size")
        }
        let data = size == 0 ? [] : try socket.take(size)
        try socket.skip(Self.lineEnd.count)
        return size == 0 ? nil : data
    }
}
