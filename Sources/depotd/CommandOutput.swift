import DepotModel
import Glibc

/// The output of the program to its caller. The running daemon logs instead.
enum CommandOutput {
    /// Writes to standard output.
    ///
    /// - Throws: ``DepotError/Code/badRequest`` with the system's reason if the text cannot be written.
    static func write(_ text: String) throws(DepotError) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                throw DepotError(
                    .badRequest, "Standard output cannot be written: \(String(cString: strerror(errno))).")
            }
            bytes = bytes.dropFirst(count)
        }
    }

    /// Writes an error after the log.
    static func complain(_ error: DepotError) {
        var text = "depotd: \(error.message)\n  code: \(error.code)\n"
        if let hint = error.hint { text += "  hint: \(hint)\n" }
        LogOutput.standardError.write(text)
    }
}
