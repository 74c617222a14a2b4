public import DepotAPI
public import DepotModel
public import Foundation
import Synchronization

/// The real daemon under the virtual USB bench, with all of its files in a temporary folder.
///
/// ``with(_:configuration:_:)`` starts it, passes it to the body and ends it whether the body returns or throws. If the body
/// throws, the log is kept and the error names it.
public final class DaemonFixture: Sendable {
    /// The folder of database, socket, log and configuration.
    public let folder: URL
    /// The bench under which the daemon runs.
    public let bench: VirtualBench
    /// A client on the control socket.
    public let client: DepotClient
    /// The file of the daemon's and the bench's standard error.
    public let log: URL
    private let notifications: NotifySocket
    private let stream = Mutex(Inbox<StreamItem>())
    private let reader = Mutex<Task<Void, Never>?>(nil)
    private let address = Mutex("")
    private let guardian = Mutex<(any DispatchSourceTimer)?>(nil)

    /// The options of a fixture.
    public struct Options: Sendable {
        /// The text of the configuration file, or nil for none.
        public var configuration: String?
        /// The address on which HTTP listens.
        public var http = "127.0.0.1:0"
        /// The folder, or nil for a temporary one.
        public var folder: URL?
        /// Further arguments of the daemon.
        public var arguments: [String] = []
        /// A command that runs the daemon by `exec` and gets its arguments after its own, or an empty list.
        public var launcher: [String] = []
        /// The time in seconds after which everything is ended and the test fails.
        public var timeLimit = 600
        /// The plug steps before the daemon starts.
        public var plugged: [String] = []
        /// The number of scanners that the daemon shows once they are plugged in, or nil for the number of plug steps.
        public var scanners: Int?

        /// Creates the default options.
        public init() {}
    }

    /// Starts the daemon, runs the body, ends the daemon.
    ///
    /// - Throws: the error of the body, or ``KitError`` if the daemon does not start or does not end with status 0.
    @discardableResult
    public static func with<Result: Sendable>(
        _ name: String = #function, options: Options = Options(),
        _ body: (DaemonFixture) async throws -> Result
    ) async throws -> Result {
        _ = await places.next()
        defer { places.push(()) }
        let fixture = try DaemonFixture(name, options)
        fixture.endAfter(seconds: options.timeLimit)
        defer { fixture.stayUp() }
        do {
            try await fixture.bench.play(contentsOf: options.plugged)
            try await fixture.start()
            try await fixture.untilSettled(options.scanners ?? options.plugged.count)
            let result = try await body(fixture)
            let status = await fixture.end()
            guard status == 0 else {
                throw KitError("the daemon ended with status \(status); log: \(fixture.log.path)")
            }
            if options.folder == nil { try? FileManager.default.removeItem(at: fixture.folder) }
            return result
        } catch {
            fixture.stopReading()
            await fixture.client.shutdown()
            await fixture.bench.kill()
            fixture.notifications.end()
            throw KitError("\(error)\n--- \(fixture.log.path) ends with\n\(fixture.logTail)")
        }
    }

    /// The number of daemons that run at once; more would only slow each other down.
    private static let places: Inbox<Void> = {
        let places = Inbox<Void>()
        for _ in 0..<3 { places.push(()) }
        return places
    }()

    /// Removes the time limit, for a fixture that a person ends.
    public func stayUp() {
        guardian.withLock { guardian in
            guardian?.cancel()
            guardian = nil
        }
    }

    private func endAfter(seconds: Int) {
        guardian.withLock { [bench, notifications] guardian in
            let timer = DispatchSource.makeTimerSource()
            timer.schedule(deadline: .now() + .seconds(seconds))
            timer.setEventHandler {
                bench.abort()
                notifications.end()
            }
            timer.activate()
            guardian = timer
        }
    }

    private init(_ name: String, _ options: Options) throws {
        // Short, since socket paths have at most 108 bytes, and on tmpfs if there is one, since it is faster.
        let base = FileManager.default.fileExists(atPath: "/dev/shm") ? "/dev/shm" : NSTemporaryDirectory()
        let own = URL(fileURLWithPath: "\(base)/depot-\(UUID().uuidString.prefix(8))")
        folder = options.folder ?? own
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        log = folder.appendingPathComponent("log")
        try Data().write(to: log)
        let handle = try FileHandle(forWritingTo: log)
        notifications = try NotifySocket(path: folder.appendingPathComponent("notify").path)
        var command = options.launcher + [Programs.path("depotd"), "--state-dir", folder.path, "--http", options.http]
        command += options.arguments
        if let configuration = options.configuration {
            let file = folder.appendingPathComponent("depotd.yaml")
            try configuration.write(to: file, atomically: true, encoding: .utf8)
            command += ["--config", file.path]
        }
        bench = try VirtualBench(
            command: command, environment: ["NOTIFY_SOCKET": notifications.path, "TMPDIR": base], log: handle)
        client = try DepotClient(.socket(path: folder.appendingPathComponent("depotd.sock").path))
    }

    /// The path of the control socket.
    public var socket: String { folder.appendingPathComponent("depotd.sock").path }

    /// The path of the database.
    public var database: String { folder.appendingPathComponent("depot.sqlite").path }

    /// The daemon's process id from its lock file, or nil while it does not run.
    public var process: Int32? {
        let text = try? String(contentsOfFile: folder.appendingPathComponent("depotd.lock").path, encoding: .utf8)
        return text?.split(whereSeparator: \.isWhitespace).first.flatMap { Int32($0) }
    }

    /// The HTTP API's address, such as `http://127.0.0.1:41233`; `https` with a certificate.
    public var http: String { address.withLock { $0 } }

    /// The last lines of the log.
    public var logTail: String {
        let text = (try? String(contentsOf: log, encoding: .utf8)) ?? ""
        return text.split(separator: "\n").suffix(25).joined(separator: "\n")
    }

    /// Starts the daemon and waits until it is ready.
    public func start() async throws {
        try await bench.play(BenchStep.word("start"))
        try await untilReady()
    }

    /// Waits until `count` scanners are shown, each of which is ready or failing.
    public func untilSettled(_ count: Int) async throws {
        guard count > 0 else { return }
        let events: StationEvents = try await client.events(since: try await client.status().lastEvent)
        func isSettled() async throws -> Bool {
            try await client.scanners().scanners.filter { $0.state == .ready || $0.state == .failing }.count >= count
        }
        if try await isSettled() { return }
        for try await item in events {
            if case .scanner = item, try await isSettled() { return }
        }
        throw KitError("the event stream ended before the scanners were ready")
    }

    /// Kills the daemon, as a power failure would, and starts it again.
    public func crashAndRestart() async throws {
        try await bench.play(BenchStep.word("kill", "KILL"), BenchStep.word("wait"))
        try await bench.play(BenchStep.word("restart"))
        try await untilReady()
    }

    /// Follows the event stream after the event; ``next(where:)`` reads it.
    public func follow(since: EventNumber = EventNumber(rawValue: 0)) async throws {
        stopReading()
        let events: StationEvents = try await client.events(since: since)
        let stream = Inbox<StreamItem>()
        self.stream.withLock { $0 = stream }
        let task = Task {
            do {
                for try await item in events { stream.push(item) }
            } catch {
                // The daemon went away; readers fail by the time limit.
            }
            stream.finish()
        }
        reader.withLock { $0 = task }
    }

    /// Returns the next event that matches, and skips those before it.
    public func next(where matches: (LedgerEvent) -> Bool = { _ in true }) async throws(KitError) -> LedgerEvent {
        let stream = stream.withLock { $0 }
        while let item = await stream.next() {
            if case .event(let event) = item, matches(event) { return event }
        }
        throw KitError("the event stream ended")
    }

    /// Returns the next change of the station's health that matches, and skips those before it.
    public func nextHealth(where matches: (StationHealth) -> Bool) async throws(KitError) -> StationHealth {
        let stream = stream.withLock { $0 }
        while let item = await stream.next() {
            if case .health(let health) = item, matches(health) { return health }
        }
        throw KitError("the event stream ended")
    }

    /// Returns the next event of a scan at a scanner, whatever the outcome.
    public func nextScan() async throws(KitError) -> LedgerEvent {
        try await next { $0.origin.face == .scanner && $0.origin.scan != nil }
    }

    /// Makes the scanner read a code, and returns the event of the scan.
    public func scan(_ scanner: String, _ text: String, aim: String? = nil) async throws -> LedgerEvent {
        try await bench.play(BenchStep.scan(scanner, text, aim: aim), BenchStep.word("drain", scanner))
        return try await nextScan()
    }

    /// Runs `depotctl` against this daemon.
    public func depotctl(_ arguments: String...) async throws -> Shell.Result { try await depotctl(arguments) }

    /// Runs `depotctl` against this daemon.
    public func depotctl(_ arguments: [String]) async throws -> Shell.Result {
        try await Shell.run(Programs.path("depotctl"), arguments + ["--socket", socket])
    }

    /// Returns a client on the control socket for the tenant. The caller must shut it down.
    public func client(of tenant: String) throws -> DepotClient {
        try DepotClient(.socket(path: socket), tenant: tenant)
    }

    /// Creates a tenant with `depotctl tenant create`.
    @discardableResult
    public func tenant(_ slug: String, hosts: [String] = [], assetLimit: Int? = nil) async throws -> TenantInfo {
        var arguments = ["tenant", "create", slug, "--json"] + hosts.flatMap { ["--host", $0] }
        if let assetLimit { arguments += ["--asset-limit", String(assetLimit)] }
        return try WireJSON.decodeReply(TenantInfo.self, from: try await answer(arguments))
    }

    /// Creates a token with `depotctl token create` and returns its secret.
    ///
    /// - Parameters:
    ///   - tenant: the tenant's slug, or nil for the default tenant and for the role `msp`.
    ///   - rate: the limit of requests per minute, or nil for the configured one.
    public func token(
        _ name: String, role: TokenRole = .operator, tenant: String? = nil, rate: Int? = nil
    ) async throws -> String {
        var arguments = ["token", "create", name, "--json"]
        arguments += role == .msp ? ["--msp"] : ["--role", role.rawValue]
        if let tenant { arguments += ["--tenant", tenant] }
        if let rate { arguments += ["--rate", String(rate)] }
        return try WireJSON.decodeReply(CreateTokenReply.self, from: try await answer(arguments)).secret
    }

    private func answer(_ arguments: [String]) async throws -> Data {
        let result = try await depotctl(arguments)
        guard result.status == 0 else {
            throw KitError("depotctl \(arguments.joined(separator: " ")): \(result.errors)")
        }
        return Data(result.output.utf8)
    }

    /// Makes a request over a TCP connection of its own. The path with its query is sent unchanged.
    ///
    /// - Parameter token: the token in the `Authorization` header, or nil for none.
    public func http(
        _ method: String, _ path: String, token: String? = nil, headers: [String: String] = [:], body: [UInt8]? = nil
    ) async throws -> HTTPReply {
        guard let url = URLComponents(string: http), let host = url.host,
            let port = url.port.flatMap({ UInt16(exactly: $0) })
        else { throw KitError("the daemon has no address: “\(http)”") }
        var fields = headers.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        if let token { fields.append(("Authorization", "Bearer \(token)")) }
        let bytes = HTTPExchange.request(method, path, host: "\(host):\(port)", headers: fields, body: body)
        return try await HTTPExchange.send(bytes, host: host, port: port, isHead: method == "HEAD")
    }

    /// Makes a request with a text, usually JSON, as its body.
    public func http(
        _ method: String, _ path: String, token: String? = nil, headers: [String: String] = [:], json: String
    ) async throws -> HTTPReply {
        var headers = headers
        if !headers.keys.contains(where: { $0.lowercased() == "content-type" }) {
            headers["Content-Type"] = "application/json"
        }
        return try await http(method, path, token: token, headers: headers, body: Array(json.utf8))
    }

    /// Sends the bytes on a TCP connection and reads until the daemon closes it.
    public func raw(_ bytes: [UInt8]) async throws -> HTTPReply {
        guard let url = URLComponents(string: http), let host = url.host,
            let port = url.port.flatMap({ UInt16(exactly: $0) })
        else { throw KitError("the daemon has no address: “\(http)”") }
        return try await HTTPExchange.send(bytes, host: host, port: port, isHead: false)
    }

    /// Replaces the configuration file and waits until the daemon has reloaded it.
    ///
    /// The fixture must have been started with a configuration.
    public func reload(_ configuration: String) async throws {
        let file = folder.appendingPathComponent("depotd.yaml")
        try configuration.write(to: file, atomically: true, encoding: .utf8)
        try await bench.play(BenchStep.word("kill", "HUP"))
        try await untilReady()
    }

    /// Waits until the daemon reports that it is ready, after a start or a reload.
    public func untilReady() async throws(KitError) {
        while let message = await notifications.messages.next() {
            guard message.contains("READY=1") else { continue }
            if let range = message.range(of: "https?://", options: .regularExpression) {
                address.withLock { $0 = String(message[range.lowerBound...].prefix { !$0.isWhitespace }) }
            }
            return
        }
        throw KitError("the daemon did not say that it is ready")
    }

    /// Waits until the files in the daemon's folder are as `isSo` wants them; it is asked after each change.
    public func untilFolder(_ isSo: @escaping @Sendable () -> Bool) async throws(KitError) {
        let watch = try FolderWatch(folder.path)
        defer { watch.close() }
        while !isSo() {
            guard await watch.next() else { throw KitError("nothing changed in \(folder.path)") }
        }
    }

    private func stopReading() {
        reader.withLock { task in
            task?.cancel()
            task = nil
        }
    }

    private func end() async -> Int32 {
        stopReading()
        await client.shutdown()
        let status = await bench.finish()
        notifications.end()
        return status
    }
}
