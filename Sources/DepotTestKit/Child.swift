import CLinuxShim
import Foundation
import Glibc

/// A child process, awaited on a thread of its own.
///
/// It is started by posix_spawn(3): Foundation's `Process` reads beyond the end of its directory buffer if this process has
/// more than a thousand open files, as a whole test suite in one process has.
final class Child: Sendable {
    let pid: pid_t
    /// The exit status, or 128 + the signal that ended it, as a single element.
    let ended = Inbox<Int32>()

    /// Starts a program in a process group of its own, with these three files and no other.
    ///
    /// - Parameters:
    ///   - program: a path, or a name that is looked up in `PATH`.
    ///   - input: standard input, or nil for an empty one.
    init(
        _ program: String, _ arguments: [String], environment: [String: String], in folder: String? = nil,
        input: Int32?, output: Int32, errors: Int32
    ) throws(KitError) {
        let own = ProcessInfo.processInfo.environment.merging(environment) { _, new in new }
        let argv = ([program] + arguments).map { strdup($0) } + [nil]
        let envp = own.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in argv + envp { free(text) } }
        let pid = linux_spawn(program, argv, envp, folder, input ?? -1, output, errors)
        guard pid > 0 else { throw KitError("\(program) cannot be started: \(String(cString: strerror(-pid)))") }
        self.pid = pid
        let ended = ended
        let waiter = Thread {
            var status: Int32 = 0
            while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
            let signal = status & 0x7F
            ended.push(signal == 0 ? status >> 8 & 0xFF : 128 + signal)
        }
        waiter.name = "child"
        waiter.start()
    }

    /// Returns the two ends of a pipe that no other child inherits.
    static func pipe() throws(KitError) -> (reading: FileHandle, writing: FileHandle) {
        var ends: [Int32] = [0, 0]
        guard linux_pipe(&ends) == 0 else { throw KitError("pipe: \(String(cString: strerror(errno)))") }
        return (
            FileHandle(fileDescriptor: ends[0], closeOnDealloc: true),
            FileHandle(fileDescriptor: ends[1], closeOnDealloc: true)
        )
    }
}
