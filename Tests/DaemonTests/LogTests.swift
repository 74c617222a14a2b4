import DepotAPI
import DepotModel
import DepotTestKit
import Foundation
import Synchronization
import Testing

/// Standard error that is closed, full or slow: the daemon answers, and says later how much it could not say.
@Suite struct LogTests {
    private static let debug = "log:\n  level: debug\n"

    /// The daemon with its standard error redirected by the shell.
    private func redirected(_ redirections: String) -> DaemonFixture.Options {
        var options = DaemonFixture.Options()
        options.configuration = Self.debug
        options.launcher = ["sh", "-c", "exec \"$@\" \(redirections)", "sh"]
        return options
    }

    /// Requests that leave a long line each in the log; each is answered.
    private func ask(_ daemon: DaemonFixture, _ count: Int, _ name: String = "some") async throws {
        let padding = String(repeating: "x/", count: 90)
        for _ in 0..<count {
            let reply = try await daemon.http("POST", "/\(name)-\(padding)")
            #expect(reply.status == 404 || reply.status == 401)
        }
    }

    @Test(arguments: ["2>/dev/full", "2>&-", "0<&- 1>&- 2>&-", "2</dev/null"])
    func itAnswersWithoutALog(_ redirections: String) async throws {
        try await DaemonFixture.with(options: redirected(redirections)) { daemon in
            try await daemon.follow()
            try await ask(daemon, 20)
            if redirections.contains("full"), try await !daemon.client.status().problems.contains(where: \.isOfTheLog) {
                _ = try await daemon.nextHealth { $0.problems.contains(where: \.isOfTheLog) }
            }
            _ = try await daemon.client.createAsset(CreateAssetRequest(tag: "IT-1"))
            let process = try #require(daemon.process)
            let files = try (0...2).map {
                try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(process)/fd/\($0)")
            }
            #expect(!files.contains { $0.hasPrefix(daemon.folder.path + "/depot.sqlite") }, "\(files)")
            let report = try await daemon.client.verify()
            #expect(report.isSound, "\(report.problems)")
        }
    }

    @Test(arguments: [false, true])
    func aPipeThatNobodyReadsIsNotWaitedFor(_ isNonBlocking: Bool) async throws {
        let pipe = try LogPipe()
        defer { pipe.remove() }
        try pipe.open()
        var options = DaemonFixture.Options()
        options.configuration = Self.debug
        options.launcher = pipe.launcher(isNonBlocking: isNonBlocking)
        try await DaemonFixture.with(options: options) { daemon in
            try await ask(daemon, 1200)
            _ = try await daemon.client.createAsset(CreateAssetRequest(tag: "IT-1"))
            pipe.read()
            let lost = try #require(await pipe.line { $0.contains("were lost") })
            let count = try #require(lost.firstMatch(of: /lines=(\d+)$/).flatMap { Int($0.output.1) })
            #expect((1..<1300).contains(count))
            try await ask(daemon, 1, "last")
            #expect(await pipe.line { $0.contains("/last-x") } != nil)
            #expect(pipe.broken.isEmpty)
        }
    }

    @Test func aReaderThatGoesAwayAndComesBackIsTold() async throws {
        let pipe = try LogPipe()
        defer { pipe.remove() }
        try pipe.open()
        // Few lines before it is ready, so that the pipe has room for them.
        var options = DaemonFixture.Options()
        options.launcher = pipe.launcher(isNonBlocking: false)
        try await DaemonFixture.with(options: options) { daemon in
            pipe.close()
            try await ask(daemon, 5)
            let before = try switches(daemon)
            try await ask(daemon, 200)
            // One attempt a second, however much is logged.
            #expect(try switches(daemon) - before < 50)
            try pipe.open()
            pipe.read()
            #expect(await pipe.line { $0.contains("were lost") } != nil)
            try await ask(daemon, 1, "last")
            #expect(await pipe.line { $0.contains("/last-x") } != nil)
            #expect(pipe.broken.isEmpty)
        }
    }

    /// How often the thread of the log has waited for something.
    private func switches(_ daemon: DaemonFixture) throws -> Int {
        let tasks = "/proc/\(try #require(daemon.process))/task"
        for task in try FileManager.default.contentsOfDirectory(atPath: tasks) {
            guard try String(contentsOfFile: "\(tasks)/\(task)/comm", encoding: .utf8) == "log\n" else { continue }
            let status = try String(contentsOfFile: "\(tasks)/\(task)/status", encoding: .utf8)
            return try #require(
                status.firstMatch(of: /\nvoluntary_ctxt_switches:\s*(\d+)/).flatMap { Int($0.output.1) })
        }
        throw KitError("there is no thread of the log")
    }

    @Test func outputThatIsNotTakenIsAFailure() async throws {
        func run(_ redirection: String, _ program: String, _ arguments: [String]) async throws -> Shell.Result {
            try await Shell.run(
                "sh", ["-c", "exec \"$@\" \(redirection)", "sh", Programs.path(program)] + arguments)
        }
        try await DaemonFixture.with { daemon in
            for redirection in [">/dev/full", ">&-"] {
                let reference = try await run(redirection, "depotd", ["--config-reference"])
                #expect(reference.status == 1)
                #expect(reference.errors.contains("Standard output"), "\(reference.errors)")
                let status = try await run(redirection, "depotctl", ["status", "--socket", daemon.socket])
                #expect(status.status == 8)
                #expect(status.errors.contains("Standard output"), "\(status.errors)")
            }
            // What cannot be said changes no status.
            for redirection in ["2>/dev/full", "2>&-"] {
                let check = try await run(redirection, "depotd", ["--config", "/none", "--check"])
                #expect(check.status == 78)
                let history = try await run(redirection, "depotctl", ["history", "IT-9", "--socket", daemon.socket])
                #expect(history.status == 3)
            }
        }
    }
}

/// A named pipe as a daemon's standard error.
private final class LogPipe: Sendable {
    private let path = "/dev/shm/depot-log-\(UUID().uuidString.prefix(8))"
    private let end = Mutex<Int32>(-1)
    private let lines = Inbox<String>()
    private let strange = Mutex<[String]>([])

    init() throws { try #require(mkfifo(path, 0o600) == 0) }

    /// The lines that are not as the log writes them.
    var broken: [String] { strange.withLock { $0 } }

    /// Opens the reading end, of which nothing is read yet.
    func open() throws {
        let descriptor = Glibc.open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        try #require(descriptor >= 0 && fcntl(descriptor, F_SETFL, 0) == 0)
        end.withLock { $0 = descriptor }
    }

    /// Closes the reading end.
    func close() { _ = Glibc.close(end.withLock { $0 }) }

    /// Reads from now on, until nobody writes any more.
    func read() {
        let thread = Thread { [self] in
            let descriptor = end.withLock { $0 }
            var (rest, buffer) = ([UInt8](), [UInt8](repeating: 0, count: 65_536))
            while true {
                let count = Glibc.read(descriptor, &buffer, buffer.count)
                guard count > 0 else { break }
                var parts = (rest + buffer[..<count]).split(
                    separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
                rest = Array(parts.removeLast())
                for part in parts { take(String(decoding: part, as: UTF8.self)) }
            }
            close()
            lines.finish()
        }
        thread.start()
    }

    private func take(_ line: String) {
        if line.firstMatch(of: /^20\d\d-[-0-9:T]+Z (debug|info|notice|warning|error) [A-Za-z]/) == nil {
            strange.withLock { $0.append(line) }
        }
        lines.push(line)
    }

    /// The next line that fits; nil when none will come.
    func line(where fits: (String) -> Bool) async -> String? {
        while let line = await lines.next() { if fits(line) { return line } }
        return nil
    }

    /// Runs a program with the writing end as its standard error.
    func launcher(isNonBlocking: Bool) -> [String] {
        let script = """
            import os, sys
            end = os.open(sys.argv[1], os.O_WRONLY | int(sys.argv[2]))
            os.dup2(end, 2)
            os.execvp(sys.argv[3], sys.argv[3:])
            """
        return ["python3", "-c", script, path, String(isNonBlocking ? O_NONBLOCK : 0)]
    }

    func remove() { unlink(path) }
}

extension DepotError {
    fileprivate var isOfTheLog: Bool { code == .logFailing }
}
