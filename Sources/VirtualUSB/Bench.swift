import CVirtualUSB
import FoundationEssentials
import Glibc

/// Plays a script of emulated scanners, which a command uses through the real libusb.
///
/// A process has at most one bench and must run under umockdev's preload library, which ``BenchCommandLine`` ensures.
public final class Bench {
    /// The command to run, the script to play and their options.
    public struct Options: Sendable {
        /// The command with its arguments, not empty.
        public var command: [String]
        /// The script's file, or `-` for standard input, which is read line by line.
        public var script: String
        /// A Boolean value that is true if the end of the script waits for the command instead of ending it.
        public var keepOpen = false
        /// A Boolean value that is true if each line is answered on standard output. The programs' output goes to standard
        /// error then.
        public var acknowledge = false
        /// The time limit in milliseconds of a step that waits.
        public var timeoutMilliseconds = 10_000
        /// The folder of the emulated sysfs, with a short path. By default shared memory, or else `TMPDIR`.
        public var root: String?

        /// Creates options for a command with its arguments and a script.
        public init(command: [String], script: String) {
            self.command = command
            self.script = script
        }
    }

    /// The exit statuses of the bench itself (sysexits.h); any other one is the command's.
    public enum ExitStatus {
        /// The arguments are wrong.
        public static let usage: Int32 = 64
        /// The script has errors.
        public static let script: Int32 = 65
        /// The script cannot be read.
        public static let noScript: Int32 = 66
        /// The emulated bus cannot be set up.
        public static let unavailable: Int32 = 69
        /// A step failed.
        public static let failed: Int32 = 70
    }

    let options: Options
    let bus: OpaquePointer
    /// The environment of programs that run outside the emulated bus.
    let plainEnvironment: [String: String]
    private let signals: Int32
    private let commandEnvironment: [String: String]

    var devices: [String: BenchDevice] = [:]
    /// The paths of created hubs, whose ports stay in use.
    var hubs: Set<String> = []
    var command: ChildProcess?
    /// A Boolean value that is true if the script has sent a signal that ends the command, or waits for its end.
    var isExpectedToEnd = false
    private var hasReportedEnd = false

    /// Sets the bus up below `folder`. The environment is that of the bench without the preload library.
    private init?(_ options: Options, environment: [String: String], folder: String) {
        let signals = vusb_signal_fd()
        guard signals >= 0 else { return nil }
        setenv("TMPDIR", folder, 1)
        guard let bus = vusb_bus_new(Int32(clamping: options.timeoutMilliseconds)) else { return nil }
        var commandEnvironment = environment
        commandEnvironment["UMOCKDEV_DIR"] = getenv("UMOCKDEV_DIR").map { String(cString: $0) }
        commandEnvironment["LD_PRELOAD"] = getenv("LD_PRELOAD").map { String(cString: $0) }
        self.options = options
        self.bus = bus
        self.signals = signals
        self.plainEnvironment = environment
        self.commandEnvironment = commandEnvironment
    }

    /// Plays the script, cleans up and returns the exit status: that of the command (0 if the script's own KILL killed it)
    /// or one of ``ExitStatus``.
    public static func run(_ options: Options, environment: [String: String]) -> Int32 {
        var script: BenchScript?
        if options.script != "-" {
            guard let data = FileManager.default.contents(atPath: options.script) else {
                report("\(options.script): cannot be read")
                return ExitStatus.noScript
            }
            let parsed = BenchScript(parsing: String(decoding: data, as: UTF8.self))
            guard parsed.errors.isEmpty else {
                parsed.errors.forEach { report("\(options.script): \($0)") }
                return ExitStatus.script
            }
            script = parsed
        }
        let base = options.root ?? (access("/dev/shm", W_OK) == 0 ? "/dev/shm" : environment["TMPDIR"] ?? "/tmp")
        guard let path = vusb_make_tree(base) else {
            report("no folder can be made in \(base): \(String(cString: strerror(errno)))")
            return ExitStatus.unavailable
        }
        defer {
            vusb_remove_tree(path)
            free(path)
        }
        guard let bench = Bench(options, environment: environment, folder: String(cString: path)) else {
            report("the emulated bus cannot be set up")
            return ExitStatus.unavailable
        }
        return bench.play(script)
    }

    private func play(_ script: BenchScript?) -> Int32 {
        do throws(BenchFailure) {
            if let script {
                let startsItself = script.lines.contains { $0.step == .start }
                for line in script.lines { try perform(line, startsItself: startsItself) }
            } else {
                try playInput()
            }
            if command == nil { try start() }
            return try end()
        } catch {
            return abandon(error)
        }
    }

    /// Plays lines from standard input as they come. An error in a line ends the bench unless lines are answered.
    private func playInput() throws(BenchFailure) {
        var reader = LineReader(STDIN_FILENO)
        var number = 0
        while true {
            guard let text = reader.line() else {
                if reader.isAtEnd { return }
                try pause(until: nil, reading: STDIN_FILENO)
                if isReadable(STDIN_FILENO) { reader.fill() }
                continue
            }
            number += 1
            switch BenchScript.parse(line: text, number: number) {
            case .success(nil): break
            case .success(let line?): try perform(line, startsItself: false)
            case .failure(let error):
                acknowledge(Acknowledgement(line: number, error: error.message))
                guard options.acknowledge else { throw .failed(error.description) }
            }
        }
    }

    private func perform(_ line: BenchScript.Line, startsItself: Bool) throws(BenchFailure) {
        do throws(BenchFailure) {
            if command == nil, !startsItself, !line.step.isPreparation { try start() }
            try perform(line.step, limit: line.timeoutMilliseconds ?? options.timeoutMilliseconds)
            acknowledge(Acknowledgement(done: line.number))
        } catch {
            switch error {
            case .interrupted: throw error
            case .failed(let message):
                acknowledge(Acknowledgement(line: line.number, error: message))
                throw .failed("line \(line.number): \(message)")
            case .refused(let message):
                acknowledge(Acknowledgement(line: line.number, error: message))
                guard options.acknowledge, options.script == "-" else {
                    throw .failed("line \(line.number): \(message)")
                }
            }
        }
    }

    // MARK: The command

    /// Starts the command, for the first time or again.
    func start() throws(BenchFailure) {
        if let command {
            guard command.status != nil else { throw .refused("the command runs already") }
            vusb_forget_clients(bus)
        }
        isExpectedToEnd = false
        hasReportedEnd = false
        command = try ChildProcess(
            starting: options.command, environment: commandEnvironment, options: options)
    }

    /// Waits until the command has ended, and closes its devices.
    func waitForEnd(limit: Int) throws(BenchFailure) {
        try wait("the command to end", limit: limit, needsCommand: false) { self.command?.status != nil }
        vusb_forget_clients(bus)
    }

    /// Ends the script and returns the exit status.
    private func end() throws(BenchFailure) -> Int32 {
        if command?.status == nil, options.keepOpen {
            isExpectedToEnd = true
            try wait("the command to end", limit: nil, needsCommand: false) { self.command?.status != nil }
        }
        if command?.status == nil {
            isExpectedToEnd = true
            command?.send(SIGTERM)
            command?.send(SIGCONT)
            try wait("the command to end after TERM", limit: options.timeoutMilliseconds, needsCommand: false) {
                self.command?.status != nil
            }
        }
        let status = command?.status ?? 0
        return isExpectedToEnd && status == 128 + SIGKILL ? 0 : status
    }

    /// Ends the command after a failure (at once) or a signal (which is forwarded), and reports the reason.
    private func abandon(_ failure: BenchFailure) -> Int32 {
        isExpectedToEnd = true
        switch failure {
        case .failed(let message), .refused(let message):
            Self.report(message)
            endByForce()
            return ExitStatus.failed
        case .interrupted(let signal):
            guard let command, command.status == nil else { return 128 + signal }
            command.send(signal)
            command.send(SIGCONT)
            do throws(BenchFailure) {
                try wait("the command to end", limit: options.timeoutMilliseconds, needsCommand: false) {
                    self.command?.status != nil
                }
                return self.command?.status ?? 128 + signal
            } catch {
                endByForce()
                return ExitStatus.failed
            }
        }
    }

    private func endByForce() {
        command?.send(SIGKILL)
        while command != nil, command?.status == nil {
            _ = vusb_next_signal(signals)
            command?.update()
            var entry = pollfd(fd: signals, events: Int16(POLLIN), revents: 0)
            if command?.status == nil { Glibc.poll(&entry, 1, 1000) }
        }
    }

    // MARK: Waiting

    /// Waits until the condition holds, which is evaluated whenever the bus or a process has changed.
    func wait(
        _ what: String, limit: Int?, needsCommand: Bool = true, until condition: () -> Bool
    ) throws(BenchFailure) {
        let deadline = limit.map { ContinuousClock.now + .milliseconds($0) }
        while true {
            vusb_clear_event(bus)
            if condition() { return }
            if needsCommand {
                guard let command else { throw .failed("\(what): the command was not started") }
                if let status = command.status { throw .failed("\(what): the command has ended with status \(status)") }
            }
            if let deadline, ContinuousClock.now >= deadline {
                throw .failed("\(what): not within \(limit ?? 0) ms")
            }
            try pause(until: deadline, reading: nil)
        }
    }

    /// Sleeps until the bus changes, a signal comes, `descriptor` has input or the deadline passes.
    func pause(until deadline: ContinuousClock.Instant?, reading descriptor: Int32?) throws(BenchFailure) {
        var timeout: Int32 = -1
        if let deadline {
            let left = ContinuousClock.now.duration(to: deadline).components
            timeout = Int32(clamping: max(0, left.seconds * 1000 + left.attoseconds / 1_000_000_000_000_000 + 1))
        }
        var entries = [
            pollfd(fd: signals, events: Int16(POLLIN), revents: 0),
            pollfd(fd: descriptor ?? vusb_event_fd(bus), events: Int16(POLLIN), revents: 0),
        ]
        Glibc.poll(&entries, nfds_t(entries.count), timeout)
        while true {
            let signal = vusb_next_signal(signals)
            if signal == 0 { break }
            command?.update()
            if signal != SIGCHLD { throw .interrupted(signal) }
        }
        command?.update()
        if let status = command?.status, !isExpectedToEnd, !hasReportedEnd {
            hasReportedEnd = true
            Self.report("the command has ended with status \(status)")
        }
    }

    private func isReadable(_ descriptor: Int32) -> Bool {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return Glibc.poll(&entry, 1, 0) > 0
    }

    // MARK: Output

    private struct Acknowledgement: Encodable {
        var done: Int?
        var line: Int?
        var error: String?
    }

    private func acknowledge(_ acknowledgement: Acknowledgement) {
        guard options.acknowledge else { return }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(acknowledgement) else { return }
        Self.write(String(decoding: data, as: UTF8.self), to: STDOUT_FILENO)
    }

    /// Writes a line with the name of the program to standard error.
    static func report(_ message: String) { write("virtual-usb: \(message)", to: STDERR_FILENO) }

    static func write(_ line: String, to descriptor: Int32) {
        var bytes = Array((line + "\n").utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            bytes = bytes.dropFirst(count)
        }
    }
}
