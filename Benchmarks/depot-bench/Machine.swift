import Foundation
import Glibc

/// The machine on which the figures were measured.
struct Machine: Encodable, Sendable {
    var cores: Int
    var processor: String
    var kernel: String
    /// The type of the file system under the databases, such as `ext4`.
    var fileSystem: String
    var isOptimised: Bool

    /// Returns this machine, with the file system that holds `folder`.
    init(folder: String) {
        cores = ProcessInfo.processInfo.activeProcessorCount
        let model = procText("/proc/cpuinfo").split(separator: "\n").first { $0.hasPrefix("model name") }
        processor = model?.split(separator: ":").last.map { $0.trimmingCharacters(in: .whitespaces) } ?? "unknown"
        kernel = procText("/proc/sys/kernel/osrelease").trimmingCharacters(in: .whitespacesAndNewlines)
        fileSystem = Machine.fileSystem(of: folder)
        #if DEBUG
            isOptimised = false
        #else
            isOptimised = true
        #endif
    }

    /// Returns whether `folder` is on a file system in memory, so that durable commits measure nothing.
    static func isInMemory(_ folder: String) -> Bool { ["tmpfs", "ramfs"].contains(fileSystem(of: folder)) }

    /// Returns the type of the innermost mount that holds the folder (proc(5), `/proc/PID/mounts`).
    private static func fileSystem(of folder: String) -> String {
        var best = (point: "", type: "unknown")
        for line in procText("/proc/self/mounts").split(separator: "\n") {
            let fields = line.split(separator: " ").map(String.init)
            guard fields.count > 2 else { continue }
            let point = fields[1]
            let holds = folder == point || folder.hasPrefix(point.hasSuffix("/") ? point : point + "/")
            // A later mount on the same point hides the earlier one.
            if holds, point.count >= best.point.count { best = (point, fields[2]) }
        }
        return best.type
    }
}

/// Measures how many cores other programs kept busy, which distorts a figure.
struct OthersMeter {
    private let begun: UInt64
    private let busy: Double
    private let own: Double
    private let daemons: [pid_t]

    /// Starts the measurement.
    ///
    /// - Parameter daemons: this program's child processes that run now and are not awaited before ``cores()``.
    init(daemons: [pid_t] = []) {
        self.daemons = daemons
        begun = monotonic()
        busy = Self.busySeconds()
        own = Self.ownSeconds(daemons)
    }

    /// Returns the average number of cores that other programs have used since the start, 0 or more. The kernel counts in
    /// hundredths of a second.
    func cores() -> Double {
        let seconds = Double(monotonic() - begun) / 1e9
        guard seconds > 0 else { return 0 }
        let others = (Self.busySeconds() - busy) - (Self.ownSeconds(daemons) - own)
        return max(0, others / seconds)
    }

    /// Returns the ticks since boot in `/proc/stat` (proc(5)): user nice system idle iowait irq softirq steal.
    private static func busySeconds() -> Double {
        let line = procText("/proc/stat").split(separator: "\n").first ?? ""
        let fields = line.split(separator: " ").dropFirst().prefix(8).map { Double($0) ?? 0 }
        guard fields.count == 8 else { return 0 }
        return (fields.reduce(0, +) - fields[3] - fields[4]) / ticksPerSecond
    }

    private static func ownSeconds(_ daemons: [pid_t]) -> Double {
        var total = daemons.reduce(0) { $0 + processSeconds($1) }
        for who in [RUSAGE_SELF.rawValue, RUSAGE_CHILDREN.rawValue] {
            var usage = rusage()
            guard getrusage(who, &usage) == 0 else { continue }
            total += seconds(usage.ru_utime) + seconds(usage.ru_stime)
        }
        return total
    }

    private static func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
}

/// Returns the processor time of a process in seconds, or 0 if it is gone (proc(5), `/proc/PID/stat`, fields 14 and 15).
func processSeconds(_ pid: pid_t) -> Double {
    let text = procText("/proc/\(pid)/stat")
    // Field 2, the name, may hold spaces and parentheses; the fields after it are numbers.
    guard let end = text.lastIndex(of: ")") else { return 0 }
    let fields = text[text.index(after: end)...].split(separator: " ")
    guard fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12]) else { return 0 }
    return (user + system) / ticksPerSecond
}

/// Returns the resident memory of a process in KiB: the total, the anonymous part and the peak (proc(5),
/// `/proc/PID/status`).
func residentKibibytes(_ pid: pid_t) throws(BenchError) -> (all: Int, anonymous: Int, peak: Int) {
    let lines = procText("/proc/\(pid)/status").split(separator: "\n")
    func value(_ name: String) -> Int? {
        let line = lines.first { $0.hasPrefix(name + ":") }
        return line?.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first.flatMap { Int($0) }
    }
    guard let all = value("VmRSS"), let anonymous = value("RssAnon"), let peak = value("VmHWM") else {
        throw BenchError("/proc/\(pid)/status does not say how much memory the daemon has")
    }
    return (all, anonymous, peak)
}

/// Resets the kernel's peak of a process's memory, if that is permitted.
func resetPeak(_ pid: pid_t) {
    let descriptor = open("/proc/\(pid)/clear_refs", O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    _ = write(descriptor, "5", 1)
}

private let ticksPerSecond = Double(max(1, sysconf(Int32(_SC_CLK_TCK))))

/// Returns the content of a file in /proc, whose size is unknown, or nothing if it cannot be read.
private func procText(_ path: String) -> String {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return "" }
    defer { close(descriptor) }
    var text: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 16_384)
    while true {
        let count = read(descriptor, &buffer, buffer.count)
        guard count > 0 else { break }
        text += buffer[0..<count]
    }
    return String(decoding: text, as: UTF8.self)
}
