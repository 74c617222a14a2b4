import ArgumentParser
import DepotAPI
import DepotModel
import Glibc

struct ConfigCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config", abstract: "Checks the daemon's configuration.", subcommands: [ConfigCheck.self])
}

struct ConfigCheck: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Runs depotd --check on a configuration file.",
        discussion: """
            The daemon need not run. depotd is taken from beside depotctl, else from $PATH, /usr/libexec or /usr/sbin. \
            Exit status: 0 usable, 8 not.
            """)

    /// The output with --json.
    private struct Report: Encodable {
        var usable: Bool
        /// The message of depotd.
        var message: String
    }

    @Argument(help: "The file; default: the one depotd would read.", completion: .file()) var file: String?
    @Flag(help: "Print one JSON document.") var json = false

    func run() throws {
        let isUsable: Bool
        do throws(DepotError) {
            guard let program = candidates().first(where: { access($0, X_OK) == 0 }) else {
                throw DepotError(
                    .notFound, "depotctl cannot find depotd.", hint: "run depotd --check by its full path")
            }
            let arguments = (file.map { ["--config", $0] } ?? []) + ["--check"]
            let (status, text) = try run(program, arguments, capture: json)
            // 78 is depotd's exit status for an invalid configuration (EX_CONFIG of sysexits.h).
            guard status == 0 || status == 78 else {
                throw DepotError(.internal, "\(program) --check ended with status \(status).")
            }
            if json {
                let data = try WireJSON.encodePretty(Report(usable: status == 0, message: text))
                Output.write(String(decoding: data, as: UTF8.self))
            }
            isUsable = status == 0
        } catch {
            Output.complain(ErrorReply(error), json: json)
            throw ExitCode(ExitStatus(error.code))
        }
        if !isUsable { throw ExitCode(.badInput) }
    }

    /// Runs a program to its end. Its output goes to this program's, or into the result.
    private func run(
        _ program: String, _ arguments: [String], capture: Bool
    ) throws(DepotError) -> (status: Int32, text: String) {
        var ends: [Int32] = [-1, -1]
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        if capture {
            guard pipe(&ends) == 0 else { throw failure(program, errno) }
            for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
            posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO)
            posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO)
        }
        var words = ([program] + arguments).map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var child = pid_t()
        let result = posix_spawn(&child, program, &actions, nil, &words, environ)
        if capture { close(ends[1]) }
        defer { if capture { close(ends[0]) } }
        guard result == 0 else { throw failure(program, result) }
        var text: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 4096)
        while capture {
            let count = read(ends[0], &piece, piece.count)
            if count > 0 { text += piece.prefix(count) } else if count == 0 || errno != EINTR { break }
        }
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0 {
            guard errno == EINTR else { throw failure(program, errno) }
        }
        // WIFEXITED and WEXITSTATUS of wait(2), which Swift does not import; 128 + signal as in the shell.
        let code = status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + (status & 0x7F)
        var said = String(decoding: text, as: UTF8.self)
        while said.last?.isNewline == true { said.removeLast() }
        return (code, said)
    }

    private func failure(_ program: String, _ number: Int32) -> DepotError {
        DepotError(.internal, "\(program) cannot be run: \(String(cString: strerror(number))).")
    }

    private func candidates() -> [String] {
        var folders: [String] = []
        if let executable = realpath("/proc/self/exe", nil) {
            defer { free(executable) }
            let path = String(cString: executable)
            folders.append(String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]))
        }
        folders += (environment("PATH") ?? "").split(separator: ":").map(String.init)
        return (folders + ["/usr/libexec", "/usr/sbin"]).map { $0 + "/depotd" }
    }
}
