import DepotAPI
import DepotModel
import Glibc

/// Reads a file, or standard input for `-`, in pieces.
struct FileSource: Sendable {
    /// The name in messages.
    let name: String
    private let descriptor: Int32

    /// Opens the file.
    ///
    /// - Throws: ``DepotError/Code/badRequest`` with the system's reason.
    init(_ name: String) throws(ErrorReply) {
        self.name = name == "-" ? "Standard input" : name
        descriptor = name == "-" ? STDIN_FILENO : open(name, O_RDONLY | O_CLOEXEC)
        if descriptor < 0 { throw failure }
    }

    /// Returns the next bytes, or none at the end.
    func read() throws(ErrorReply) -> [UInt8] {
        while true {
            var count = 0
            let bytes = [UInt8](unsafeUninitializedCapacity: 1 << 16) { buffer, initialized in
                count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
                initialized = max(0, count)
            }
            if count >= 0 { return bytes }
            if errno != EINTR { throw failure }
        }
    }

    /// Closes the file.
    func close() {
        if descriptor > STDIN_FILENO { Glibc.close(descriptor) }
    }

    private var failure: ErrorReply {
        ErrorReply(DepotError(.badRequest, "\(name) cannot be read: \(String(cString: strerror(errno)))."))
    }
}
