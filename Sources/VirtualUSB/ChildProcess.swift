import CVirtualUSB
import Glibc

/// A program that the bench started, in a process group of its own. It dies with the bench.
struct ChildProcess {
    let arguments: [String]
    private let pid: pid_t
    /// The exit status or 128 + the signal, or nil while the program runs.
    private(set) var status: Int32?

    /// Starts a program.
    /// Its standard input is empty when the bench reads its own, its output goes to standard error when the bench answers.
    init(
        starting arguments: [String], environment: [String: String], options: Bench.Options
    ) throws(BenchFailure) {
        var argv = arguments.map { strdup($0) } + [nil]
        var envp = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { (argv + envp).forEach { free($0) } }
        let pid = vusb_spawn(&argv, &envp, options.script == "-", options.acknowledge)
        guard pid > 0 else {
            throw .failed("\(arguments.first ?? ""): \(String(cString: strerror(-pid)))")
        }
        self.arguments = arguments
        self.pid = pid
    }

    /// Updates the status if the program has ended.
    mutating func update() {
        var ended: Int32 = 0
        if status == nil, vusb_has_ended(pid, &ended) { status = ended }
    }

    /// Sends a signal to the program and its descendants in the process group.
    func send(_ signal: Int32) {
        if status == nil { kill(-pid, signal) }
    }
}
