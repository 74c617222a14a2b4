public import Foundation

/// Runs other programs for a test without blocking its task.
public enum Shell {
    /// The result of a program.
    public struct Result: Sendable {
        /// The exit status, or 128 + the signal that ended the program.
        public var status: Int32
        /// Standard output.
        public var output: String
        /// Standard error.
        public var errors: String
    }

    /// Runs a program to its end.
    ///
    /// - Parameters:
    ///   - program: a path, or a name that is looked up in `PATH`.
    ///   - input: the text on standard input.
    public static func run(
        _ program: String, _ arguments: [String], in folder: URL? = nil, environment: [String: String] = [:],
        input: String? = nil
    ) async throws -> Result {
        let (output, errors) = (try Child.pipe(), try Child.pipe())
        let stdin = input == nil ? nil : try Child.pipe()
        let child = try Child(
            program, arguments, environment: environment, in: folder?.path,
            input: stdin?.reading.fileDescriptor,
            output: output.writing.fileDescriptor, errors: errors.writing.fileDescriptor)
        try? output.writing.close()
        try? errors.writing.close()
        if let input, let stdin {
            try stdin.reading.close()
            try stdin.writing.write(contentsOf: Data(input.utf8))
            try stdin.writing.close()
        }
        async let standardOutput = collect(output.reading)
        async let standardError = collect(errors.reading)
        let texts = await (standardOutput, standardError)
        return Result(status: await child.ended.next() ?? -1, output: texts.0, errors: texts.1)
    }

    /// Runs a program to its end, and answers each line of its standard output with a line on its standard input.
    ///
    /// - Returns: the result, whose output is empty.
    public static func converse(
        _ program: String, _ arguments: [String], environment: [String: String] = [:],
        answering answer: (String) async -> String
    ) async throws -> Result {
        let (input, output, errors) = (try Child.pipe(), try Child.pipe(), try Child.pipe())
        let child = try Child(
            program, arguments, environment: environment, input: input.reading.fileDescriptor,
            output: output.writing.fileDescriptor, errors: errors.writing.fileDescriptor)
        try? input.reading.close()
        try? output.writing.close()
        try? errors.writing.close()
        async let standardError = collect(errors.reading)
        let questions = LineReader(output.reading, named: "shell-questions")
        while let question = await questions.lines.next() {
            // A program that is gone takes no answer; its end says why.
            try? input.writing.write(contentsOf: Data((await answer(question) + "\n").utf8))
        }
        try? input.writing.close()
        return Result(status: await child.ended.next() ?? -1, output: "", errors: await standardError)
    }

    private static func collect(_ handle: FileHandle) async -> String {
        let reader = LineReader(handle, named: "shell-output")
        var text = ""
        while let line = await reader.lines.next() { text += line + "\n" }
        return text
    }
}
