import DepotAPI
import DepotDialect
import DepotEngine
import DepotHTTP
import DepotModel
import DepotStore
import Foundation
import Glibc
import Logging
import ServiceLifecycle
import Synchronization
import Testing

/// A real station on a temporary socket, port and database.
struct TestStation: Sendable {
    let folder: String
    let station: Station
    let store: DepotStore
    let port: Int
    let admin: String
    let `operator`: String
    let viewer: String

    var socketPath: String { folder + "/depotd.sock" }

    /// Runs the body against a served station, and stops it.
    ///
    /// - Parameter kept: the folder to use, which stays; nil: one of its own, which goes.
    /// - Parameter log: gets what the HTTP faces log.
    static func run(
        in kept: String? = nil, dialects: [any Dialect] = [], log: LogRecorder? = nil,
        _ adjust: (inout HTTPSettings) -> Void = { _ in },
        _ body: @Sendable (TestStation) async throws -> Void
    ) async throws {
        let folder = try kept ?? temporaryFolder()
        defer { if kept == nil { removeFolder(folder) } }
        let station = try await makeStation(in: folder)
        let (store, logger) = (station.store, quietLogger)
        var settings = HTTPSettings(socketPath: folder + "/depotd.sock", host: "127.0.0.1", port: 0)
        adjust(&settings)
        let (listening, announce) = AsyncStream.makeStream(of: Listening.self)
        let services = try makeServices(
            station: station, dialects: dialects, settings: settings, logger: log?.logger ?? logger
        ) { announce.yield($0) }
        let group = ServiceGroup(
            configuration: .init(services: services.map { .init(service: $0) }, logger: logger))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            var port = 0
            var iterator = listening.makeAsyncIterator()
            for _ in services {
                if case .tcp(_, let bound) = await iterator.next() { port = bound }
            }
            func token(_ role: TokenRole) async throws -> String {
                try await store.createToken(
                    name: role.rawValue, role: role, tenant: .standard, expires: nil,
                    actor: Actor(kind: .station, name: "test"), origin: Origin(face: .daemon)
                ).secret
            }
            let made = TestStation(
                folder: folder, station: station, store: store, port: port, admin: try await token(.admin),
                operator: try await token(.operator), viewer: try await token(.viewer))
            let result: Result<Void, any Error>
            do { result = .success(try await body(made)) } catch { result = .failure(error) }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
            await station.stop()
            await store.close()
            try result.get()
        }
    }

    /// A station that nobody serves.
    static func makeStation(in folder: String) async throws -> Station {
        let hub = EventHub()
        let store = try DepotStore(
            .init(path: folder + "/depot.sqlite", station: "Counter & Co"), now: StationClock.system.wall,
            onCommit: { hub.publish($0) })
        var configuration = Configuration()
        configuration.stationName = "Counter & Co"
        return try await Station(
            configuration: configuration, store: store, events: hub,
            layouts: { name throws(DepotError) in throw DepotError(.configuration, "no layout \(name)") },
            logger: quietLogger)
    }

    static var quietLogger: Logger {
        var logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        logger.logLevel = .critical
        return logger
    }

    /// One request on TCP.
    func tcp(
        _ method: String, _ path: String, token: String? = nil, body: String? = nil, headers: [String: String] = [:]
    ) async throws -> Answer {
        var headers = headers
        if let token { headers["Authorization"] = "Bearer \(token)" }
        return try Answer(await exchange(.tcp(port), requestBytes(method, path, headers, body)))
    }

    /// One request on the control socket.
    func socket(
        _ method: String, _ path: String, body: String? = nil, headers: [String: String] = [:]
    ) async throws -> Answer {
        try Answer(await exchange(.unix(socketPath), requestBytes(method, path, headers, body)))
    }

    /// Another token's secret.
    func token(_ role: TokenRole, _ name: String = "another") async throws -> String {
        try await store.createToken(
            name: name, role: role, tenant: .standard, expires: nil, actor: Actor(kind: .station, name: "test"),
            origin: Origin(face: .daemon)
        ).secret
    }

    /// Bytes as they are, on TCP.
    func raw(_ bytes: [UInt8]) async throws -> Answer { try Answer(await exchange(.tcp(port), bytes)) }

    /// Assets with long notes: lists of them are longer than what the kernel takes of an answer that nobody reads.
    func fill(megabytes: Int) async throws {
        let note = String(repeating: "n", count: 65_000)
        for number in 0..<megabytes * 16 {
            let body = #"{"asset_tag":"F-\#(number)","notes":"\#(note)"}"#
            let answer = try await socket("POST", "assets", body: body)
            guard answer.status == 201 else { throw DepotError(.internal, answer.text) }
        }
    }

    /// An asset, made over the socket.
    @discardableResult
    func asset(_ tag: String) async throws -> AssetID {
        let answer = try await socket("POST", "assets", body: #"{"asset_tag":"\#(tag)"}"#)
        return try #require(try answer.json(TransitionReply.self).asset?.asset.id)
    }
}

/// Where to connect to.
enum Address: Sendable {
    case tcp(Int)
    case unix(String)
}

/// A parsed reply.
struct Answer: Sendable {
    var status = 0
    var headers: [String: String] = [:]
    var body: [UInt8] = []

    init(_ bytes: [UInt8]) throws {
        let separator = Array("\r\n\r\n".utf8)
        guard let end = bytes.indices.first(where: { bytes[$0...].starts(with: separator) }) else {
            throw DepotError(.protocolMismatch, "no reply: \(String(decoding: bytes.prefix(200), as: UTF8.self))")
        }
        let lines = String(decoding: bytes[..<end], as: UTF8.self).split(separator: "\r\n")
        status = lines.first.flatMap { $0.split(separator: " ").dropFirst().first }.flatMap { Int($0) } ?? 0
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { continue }
            headers[line[..<colon].lowercased()] = line[line.index(after: colon)...].drop { $0 == " " }.description
        }
        body = Array(bytes[(end + 4)...])
    }

    var text: String { String(decoding: body, as: UTF8.self) }

    func json<T: Decodable>(_ type: T.Type) throws -> T {
        do { return try WireJSON.decodeReply(type, from: Data(body)) } catch {
            throw DepotError(.protocolMismatch, "\(status) \(text)")
        }
    }

    /// The error's code, where the body is an error reply with a request id.
    var code: DepotError.Code? { try? json(ErrorReply.self).error.code }
}

func requestBytes(_ method: String, _ path: String, _ headers: [String: String], _ body: String?) -> [UInt8] {
    let full = path.hasPrefix("/") ? path : "/station/v1/" + path
    var text = "\(method) \(full) HTTP/1.1\r\nHost: depot\r\nConnection: close\r\n"
    for (name, value) in headers { text += "\(name): \(value)\r\n" }
    if let body { text += "Content-Length: \(body.utf8.count)\r\n\r\n\(body)" } else { text += "\r\n" }
    return Array(text.utf8)
}

/// Sends the bytes and reads to the end, on a thread of its own.
func exchange(_ address: Address, _ bytes: [UInt8]) async throws -> [UInt8] {
    try await onThread {
        let connection = try Wire(address)
        defer { connection.close() }
        connection.send(bytes)
        var received: [UInt8] = []
        while let part = connection.receive() { received += part }
        return received
    }
}

/// A blocking connection.
final class Wire: Sendable {
    private let descriptor: Int32

    /// - Parameter room: how much the kernel keeps that is not received yet; nil: as much as it likes.
    init(_ address: Address, room: Int32? = nil) throws {
        let (family, made): (Int32, (Int32) -> Int32)
        switch address {
        case .tcp(let port):
            family = AF_INET
            made = { descriptor in
                var address = sockaddr_in()
                address.sin_family = sa_family_t(AF_INET)
                address.sin_port = UInt16(truncatingIfNeeded: port).bigEndian
                address.sin_addr.s_addr = inet_addr("127.0.0.1")
                return withUnsafePointer(to: &address) {
                    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                    }
                }
            }
        case .unix(let path):
            family = AF_UNIX
            made = { descriptor in
                var address = sockaddr_un()
                address.sun_family = sa_family_t(AF_UNIX)
                withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix(107)) }
                return withUnsafePointer(to: &address) {
                    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
                    }
                }
            }
        }
        descriptor = Glibc.socket(family, Int32(SOCK_STREAM.rawValue), 0)
        // No reply takes this long, on whatever machine; a test must not hang.
        var patience = timeval(tv_sec: 300, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        if var room { setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &room, socklen_t(MemoryLayout<Int32>.size)) }
        guard made(descriptor) == 0 else {
            throw DepotError(.unreachable, "connect: \(String(cString: strerror(errno)))")
        }
    }

    /// Sends what the other end takes; a closed connection is no error here.
    func send(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    /// What came; nil at the end, after five minutes, or when the connection is reset.
    func receive() -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        return count > 0 ? Array(buffer.prefix(count)) : nil
    }

    /// The next reply whose body has an announced length, or what comes before the end.
    func answer() async throws -> Answer {
        try await onThread {
            var bytes: [UInt8] = []
            while let part = self.receive() {
                bytes += part
                guard let answer = try? Answer(bytes) else { continue }
                if answer.body.count >= answer.headers["content-length"].flatMap({ Int($0) }) ?? Int.max {
                    return answer
                }
            }
            return try Answer(bytes)
        }
    }

    /// Sends no more; the other end sees the end of what comes.
    func finish() { _ = shutdown(descriptor, Int32(SHUT_WR)) }

    /// Waits until the other end has closed the connection, whatever it had sent before.
    func hungUp() async throws {
        try await onThread { [descriptor] in
            var watched = pollfd(fd: descriptor, events: 0, revents: 0)
            // Nothing but the end is waited for; the limit is that of receiving.
            _ = poll(&watched, 1, 300_000)
            guard watched.revents & Int16(POLLHUP) != 0 else { throw DepotError(.internal, "no end came") }
        }
    }

    func close() { _ = Glibc.close(descriptor) }
}

/// A reader of the event stream.
final class StreamReader: Sendable {
    /// One message of the stream.
    struct Message: Hashable, Sendable {
        var id: Int64?
        var event = ""
        var data = ""
    }

    private let wire: Wire

    init(_ address: Address, _ path: String, headers: [String: String]) throws {
        wire = try Wire(address)
        var headers = headers
        headers["Accept"] = "text/event-stream"
        wire.send(requestBytes("GET", path, headers, nil))
    }

    /// Waits until the stream is open: from then on nothing passes it by.
    func opened() async throws {
        try await onThread { [wire] in
            var text = ""
            while !text.contains("retry:"), let part = wire.receive() { text += String(decoding: part, as: UTF8.self) }
        }
    }

    /// The messages up to the first that fits; all of them if the stream ends before.
    func messages(until isLast: @escaping @Sendable (Message) -> Bool) async throws -> [Message] {
        try await onThread { [wire] in
            var messages: [Message] = []
            var current = Message()
            var rest = ""
            while let part = wire.receive() {
                rest += String(decoding: part, as: UTF8.self)
                while let end = rest.firstIndex(where: { $0 == "\n" || $0 == "\r\n" }) {
                    let line = String(rest[..<end])
                    rest = String(rest[rest.index(after: end)...])
                    if line.hasPrefix("id: ") { current.id = Int64(line.dropFirst(4)) }
                    if line.hasPrefix("event: ") { current.event = String(line.dropFirst(7)) }
                    guard line.hasPrefix("data: ") else { continue }
                    current.data = String(line.dropFirst(6))
                    messages.append(current)
                    if isLast(current) { return messages }
                    current = Message()
                }
            }
            return messages
        }
    }

    /// Waits until the other end is gone.
    ///
    /// - Returns: Whether the stream was ended, not cut off.
    @discardableResult
    func end() async throws -> Bool {
        try await onThread { [wire] in
            var last: [UInt8] = []
            while let part = wire.receive() { last = (last + part).suffix(5) }
            return last == Array("0\r\n\r\n".utf8)
        }
    }

    /// Says that nothing more will be asked, which ends the stream.
    func finish() { wire.finish() }

    /// Waits until the station has given up on a reader that reads nothing.
    func hungUp() async throws { try await wire.hungUp() }

    func close() { wire.close() }
}

/// Runs blocking code on a thread of its own: the pools that the station works on must not be used up.
func onThread<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        let work = Work { continuation.resume(with: Result(catching: body)) }
        var thread = pthread_t()
        let started = pthread_create(
            &thread, nil,
            { pointer in
                guard let pointer else { return nil }
                Unmanaged<Work>.fromOpaque(pointer).takeRetainedValue().run()
                return nil
            }, Unmanaged.passRetained(work).toOpaque())
        if started == 0 { pthread_detach(thread) } else { work.run() }
    }
}

private final class Work: Sendable {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}

func temporaryFolder() throws -> String {
    var template = Array("/tmp/depot-http-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw DepotError(.internal, "mkdtemp") }
    return String(decoding: template.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}

func removeFolder(_ path: String) { try? FileManager.default.removeItem(atPath: path) }

/// Keeps what is logged.
final class LogRecorder: Sendable {
    private let kept = Mutex<[(level: Logger.Level, text: String)]>([])

    /// The lines so far, of a level and above.
    func lines(from level: Logger.Level) -> [String] { kept.withLock { $0.filter { $0.level >= level }.map(\.text) } }

    var logger: Logger { Logger(label: "test") { _ in Handler(recorder: self) } }

    private struct Handler: LogHandler {
        let recorder: LogRecorder
        var logLevel = Logger.Level.debug
        var metadata: Logger.Metadata = [:]
        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            recorder.kept.withLock { $0.append((event.level, "\(event.message) \(event.metadata ?? [:])")) }
        }
    }
}
