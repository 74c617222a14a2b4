import CVirtualUSB
import FoundationEssentials
import Glibc

/// The program `virtual-usb`, which reads its arguments and restarts itself under umockdev's preload library, without which
/// no hotplug messages are sent.
public enum BenchCommandLine {
    /// The environment variable by which the second start learns the original LD_PRELOAD.
    private static let restarted = "VIRTUAL_USB_LD_PRELOAD"
    private static let preload = "libumockdev-preload.so.0"

    /// Runs the program with all its arguments (the first is its name) and returns the exit status.
    public static func run(_ arguments: [String]) -> Int32 {
        let words = arguments.dropFirst()
        if words.prefix(while: { $0 != "--" }).contains(where: { $0 == "--help" || $0 == "-h" }) {
            Bench.write(BenchHelp.text, to: STDOUT_FILENO)
            return 0
        }
        switch parse(words) {
        case .failure(let mistake):
            Bench.report("\(mistake.message)\n\(BenchHelp.usage)")
            return Bench.ExitStatus.usage
        case .success(let options):
            var environment = ProcessInfo.processInfo.environment
            guard vusb_preload_active() else { return startAgain(arguments, environment: environment) }
            let original = environment.removeValue(forKey: restarted) ?? environment["LD_PRELOAD"] ?? ""
            environment["LD_PRELOAD"] = original.isEmpty || original.contains("umockdev-preload") ? nil : original
            environment["UMOCKDEV_DIR"] = nil
            return Bench.run(options, environment: environment)
        }
    }

    private static func startAgain(_ arguments: [String], environment: [String: String]) -> Int32 {
        var path = [CChar](repeating: 0, count: Int(PATH_MAX))
        let length = readlink("/proc/self/exe", &path, path.count - 1)
        if length > 0, environment[restarted] == nil {
            let before = environment["LD_PRELOAD"] ?? ""
            setenv(restarted, before, 1)
            setenv("LD_PRELOAD", before.isEmpty ? preload : "\(preload):\(before)", 1)
            var words = arguments.map { strdup($0) } + [nil]
            execv(path, &words)
        }
        Bench.report("\(preload) cannot be loaded: install the package umockdev")
        return Bench.ExitStatus.unavailable
    }

    /// An error in the arguments.
    struct Mistake: Error {
        let message: String
    }

    /// Reads the arguments without the program's name.
    static func parse(_ arguments: ArraySlice<String>) -> Result<Bench.Options, Mistake> {
        var options = Bench.Options(command: [], script: "")
        var rest = arguments
        while let word = rest.popFirst() {
            switch word {
            case "--script", "--timeout", "--root":
                guard let value = rest.popFirst(), value != "--" else {
                    return .failure(Mistake(message: "\(word) needs a value"))
                }
                if word == "--script" { options.script = value }
                if word == "--root" { options.root = value }
                guard word == "--timeout" else { continue }
                guard let seconds = Int(value), (1...3600).contains(seconds) else {
                    return .failure(Mistake(message: "--timeout is in seconds, 1 to 3600"))
                }
                options.timeoutMilliseconds = seconds * 1000
            case "--keep-open": options.keepOpen = true
            case "--ack": options.acknowledge = true
            case "--":
                options.command = Array(rest)
                rest = []
            default: return .failure(Mistake(message: "unknown argument \"\(word)\""))
            }
        }
        if options.script.isEmpty { return .failure(Mistake(message: "--script is missing")) }
        if options.command.isEmpty { return .failure(Mistake(message: "the command is missing after --")) }
        return .success(options)
    }
}
