public import Foundation

/// Runs other programs for a test, without holding up its task.
public enum Shell {
    /// What a program did.
    public struct Result: Sendable {
        /// Its exit status; 128 + the signal that ended it.
        public var status: Int32
        /// Standard output.
        public var output: String
        /// Standard error.
        public var errors: String
    }

    /// Runs a program to its end.
    ///
    /// - Parameters:
    ///   - program: a path, or a name that is looked up.
    ///   - input: what it reads on standard input.
    public static func run(
        _ program: String, _ arguments: [String], in folder: URL? = nil, environment: [String: String] = [:],
        input: String? = nil
    ) async throws -> Result {
        let process = Process()
        let output = Pipe()
        let errors = Pipe()
        process.executableURL = URL(fileURLWithPath: program.contains("/") ? program : "/usr/bin/env")
        process.arguments = (program.contains("/") ? [] : [program]) + arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { _, new in new }
        process.currentDirectoryURL = folder
        process.standardOutput = output
        process.standardError = errors
        let ended = Inbox<Int32>()
        process.terminationHandler = {
            ended.push($0.terminationReason == .exit ? $0.terminationStatus : 128 + $0.terminationStatus)
        }
        let stdin = Pipe()
        process.standardInput = input == nil ? FileHandle.nullDevice : stdin
        try process.run()
        try? output.fileHandleForWriting.close()
        try? errors.fileHandleForWriting.close()
        if let input {
            try stdin.fileHandleForReading.close()
            try stdin.fileHandleForWriting.write(contentsOf: Data(input.utf8))
            try stdin.fileHandleForWriting.close()
        }
        async let standardOutput = collect(output.fileHandleForReading)
        async let standardError = collect(errors.fileHandleForReading)
        let texts = await (standardOutput, standardError)
        return Result(status: await ended.next() ?? -1, output: texts.0, errors: texts.1)
    }

    private static func collect(_ handle: FileHandle) async -> String {
        let reader = LineReader(handle, named: "shell-output")
        var text = ""
        while let line = await reader.lines.next() { text += line + "\n" }
        return text
    }
}
