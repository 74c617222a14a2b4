import Foundation

/// The one place where this program writes for people.
enum Output {
    /// Results, to standard output.
    static func write(_ text: String) { FileHandle.standardOutput.write(Data(text.utf8)) }

    /// What is going on now, to standard error, so that the table can be piped.
    static func progress(_ text: String) { FileHandle.standardError.write(Data("==> \(text)\n".utf8)) }

    /// What went wrong, to standard error.
    static func complain(_ text: String) { FileHandle.standardError.write(Data("depot-bench: \(text)\n".utf8)) }
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
