import Foundation

/// The output of this program for people, all of which goes through this type.
enum Output {
    /// Writes results to standard output.
    static func write(_ text: String) { send(text, to: .standardOutput) }

    /// Writes the progress to standard error, so that the table can be piped.
    static func progress(_ text: String) { send("==> \(text)\n", to: .standardError) }

    /// Writes an error to standard error.
    static func complain(_ text: String) { send("depot-bench: \(text)\n", to: .standardError) }

    private static func send(_ text: String, to handle: FileHandle) {
        try? handle.write(contentsOf: Data(text.utf8))
    }
}

/// The reason for which a figure could not be measured.
struct BenchError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }

    /// Creates an error from a description and `errno`.
    static func system(_ what: String, _ number: Int32 = errno) -> BenchError {
        BenchError("\(what): \(String(cString: strerror(number)))")
    }
}
