import Foundation
import Glibc

/// The real `depotd`, started like a systemd service and awaited by its readiness message (sd_notify(3)).
final class DaemonProcess {
    let pid: pid_t
    /// The milliseconds from just before the start of the process to its readiness message.
    let startMilliseconds: Double
    /// The port of the HTTP API.
    let port: Int
    private var isRunning = true

    /// Starts the daemon on the database in the folder, and returns when it is ready.
    ///
    /// - Parameters:
    ///   - sockets: a folder with a short path, since a socket's path has at most 107 bytes.
    /// - Throws: an error with the end of the log if the daemon ends or is not ready within 30 s.
    init(program: String, folder: String, sockets: String) throws(BenchError) {
        let notifications = try NotifySocket(path: sockets + "/notify")
        let log = folder + "/depotd.log"
        let configuration = folder + "/depotd.yaml"
        // The benchmark measures the daemon, not the rate limit.
        guard
            FileManager.default.createFile(
                atPath: configuration, contents: Data("http:\n  rate_limit_per_minute: 0\n".utf8))
        else { throw .system(configuration) }
        let start = monotonic()
        let pid = try Self.spawn(
            program,
            [
                "--config", configuration, "--state-dir", folder, "--socket", sockets + "/depotd.sock", "--http",
                "127.0.0.1:0",
            ],
            environment: ["NOTIFY_SOCKET=\(notifications.path)"], log: log)
        self.pid = pid
        Leftovers.add(pid)
        do throws(BenchError) {
            let ready = try Self.ready(pid, notifications, log: log)
            startMilliseconds = Double(ready.at - start) / 1e6
            port = ready.port
        } catch {
            Self.end(pid)
            throw error
        }
    }

    deinit { stop() }

    /// Stops the daemon cleanly.
    func stop() {
        guard isRunning else { return }
        isRunning = false
        Self.end(pid)
    }

    private static func end(_ pid: pid_t) {
        kill(pid, SIGTERM)
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
        Leftovers.remove(pid)
    }

    private static func ready(
        _ pid: pid_t, _ notifications: NotifySocket, log: String
    ) throws(BenchError) -> (at: UInt64, port: Int) {
        let timeout = monotonic() + 30_000_000_000
        while monotonic() < timeout {
            if let message = try notifications.next() {
                let at = monotonic()
                guard message.contains("READY=1") else { continue }
                let digits = message.split(separator: "http://").dropFirst().first?
                    .drop { $0 != ":" }.dropFirst().prefix(while: \.isNumber)
                guard let port = digits.flatMap({ Int($0) }) else {
                    throw BenchError("READY=1 names no port: \(message)")
                }
                return (at, port)
            }
            // WNOWAIT, so that the process can still be awaited when it is stopped.
            var info = siginfo_t()
            if waitid(P_PID, id_t(pid), &info, WEXITED | WNOHANG | WNOWAIT) == 0, info.si_signo == SIGCHLD { break }
        }
        let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
        throw BenchError("depotd did not become ready; its log ends with\n\(text.suffix(2000))")
    }

    /// Starts the process in this process group, so that an interrupt from the terminal ends it too.
    private static func spawn(
        _ program: String, _ arguments: [String], environment: [String], log: String
    ) throws(BenchError) -> pid_t {
        let kept = ProcessInfo.processInfo.environment
            .filter { !["NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"].contains($0.key) }
            .map { "\($0.key)=\($0.value)" }
        let words = ([program] + arguments).map { strdup($0) } + [nil]
        let variables = (kept + environment).map { strdup($0) } + [nil]
        defer { for text in words + variables { free(text) } }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, log, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO)
        // The daemon must not inherit the signals that this program ignores while it cleans up.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        for number in [SIGINT, SIGTERM] { sigaddset(&signals, number) }
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF))
        var pid: pid_t = 0
        let code = posix_spawn(&pid, program, &actions, &attributes, words, variables)
        guard code == 0 else { throw .system(program, code) }
        return pid
    }
}

/// A stand-in for systemd's notification socket.
private final class NotifySocket {
    let path: String
    private let descriptor: Int32

    init(path: String) throws(BenchError) {
        self.path = path
        unlink(path)
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw .system("socket") }
        var address = try unixAddress(path)
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard bound == 0 else { throw .system("bind \(path)") }
        var timeout = timeval(tv_sec: 0, tv_usec: 200_000)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
        unlink(path)
    }

    /// Returns the next message, or nil after a fifth of a second without one, so that the caller can check on the sender.
    func next() throws(BenchError) -> String? {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        if count < 0 && (errno == EAGAIN || errno == EINTR) { return nil }
        guard count >= 0 else { throw .system("recv") }
        return String(decoding: buffer[0..<count], as: UTF8.self)
    }
}
