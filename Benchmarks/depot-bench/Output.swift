import Foundation

/// The one place where this program writes for people.
enum Output {
    /// Results, to standard output.
    static func write(_ text: String) { send(text, to: .standardOutput) }

    /// What is going on now, to standard error, so that the table can be piped.
    static func progress(_ text: String) { send("==> \(text)\n", to: .standardError) }

    /// What went wrong, to standard error.
    static func complain(_ text: String) { send("depot-bench: \(text)\n", to: .standardError) }

    private static func send(_ text: String, to handle: FileHandle) {
        try? handle.write(contentsOf: Data(text.utf8))
    }
}

/// Why something could not be measured.
struct BenchError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }

    /// `what` and what `errno` says about it.
    static func system(_ what: String, _ number: Int32 = errno) -> BenchError {
        BenchError("\(what): \(String(cString: strerror(number)))")
    }
}
