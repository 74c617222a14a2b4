import DepotAPI
import DepotModel
import Glibc

/// The output of the program, all of which goes through this type.
enum Output {
    /// A colour of the terminal (ECMA-48 SGR).
    enum Colour: String {
        case red = "31", green = "32", yellow = "33", blue = "34", grey = "90", bold = "1"
    }

    /// A Boolean value that is true if standard output is a terminal that may show colours (https://no-color.org).
    static let isColoured = isatty(STDOUT_FILENO) == 1 && environment("NO_COLOR") == nil

    /// Writes text with a line end to standard output, unbuffered, so that the reader of a pipe sees it at once.
    static func write(_ text: String) { send(text + "\n", to: STDOUT_FILENO) }

    /// Writes bytes to standard output, as they are.
    static func write(bytes: [UInt8]) { send(bytes, to: STDOUT_FILENO) }

    /// Writes bytes to a file, which is created or overwritten; false with `errno` where that fails.
    static func write(bytes: [UInt8], toFile path: String) -> Bool {
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
        guard file >= 0 else { return false }
        let number = writeAll(bytes, to: file)
        let isClosed = close(file) == 0
        if let number { errno = number }
        return number == nil && isClosed
    }

    /// Writes bytes to an open file; false with `errno` where that fails.
    static func write(bytes: [UInt8], to file: Int32) -> Bool {
        guard let number = writeAll(bytes, to: file) else { return true }
        errno = number
        return false
    }

    /// Writes a line to standard error.
    static func warn(_ text: String) { send("depotctl: " + printable(text) + "\n", to: STDERR_FILENO) }

    /// Writes an error to standard error, as text or as the API's document.
    static func complain(_ reply: ErrorReply, json: Bool) {
        if json, let data = try? WireJSON.encodePretty(reply) {
            return send(String(decoding: data, as: UTF8.self) + "\n", to: STDERR_FILENO)
        }
        let error = reply.error
        var text = "depotctl: \(printable(error.message))\n"
        text += "  code: \(printable(error.refusal?.code.rawValue ?? error.code.rawValue))\n"
        if let hint = error.hint { text += "  hint: \(printable(hint))\n" }
        for match in error.candidates ?? [] { text += "  fits: \(Format.match(match))\n" }
        if let request = error.request { text += "  request: \(printable(request))\n" }
        send(text, to: STDERR_FILENO)
    }

    /// Returns the text in a colour if the terminal shows colours.
    static func coloured(_ text: String, _ colour: Colour?) -> String {
        guard isColoured, let colour else { return text }
        return "\u{1b}[\(colour.rawValue)m\(text)\u{1b}[0m"
    }

    /// Returns the text with control characters escaped, so that stored text cannot control the terminal.
    static func printable(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isControl) else { return text }
        return text.unicodeScalars.reduce(into: "") { result, scalar in
            if isControl(scalar) {
                result += "\\u{\(String(scalar.value, radix: 16))}"
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: true
        // Bidirectional controls could make a line look like another one.
        case .format: (0x202A...0x202E).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value)
        default: false
        }
    }

    private static func send(_ text: String, to descriptor: Int32) { send(Array(text.utf8), to: descriptor) }

    private static func send(_ bytes: [UInt8], to descriptor: Int32) {
        if let number = writeAll(bytes, to: descriptor) { fail(descriptor, number) }
    }

    /// Writes all of the bytes, and waits where the reader is slow. Returns the error number that ended it, or nil.
    private static func writeAll(_ whole: [UInt8], to descriptor: Int32) -> Int32? {
        var bytes = whole[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count > 0 {
                bytes = bytes.dropFirst(count)
            } else if errno == EAGAIN {
                var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                poll(&entry, 1, -1)
            } else if errno != EINTR {
                return errno
            }
        }
        return nil
    }

    /// Ignores an error of standard error, and ends the program for one of standard output.
    private static func fail(_ descriptor: Int32, _ number: Int32) {
        guard descriptor == STDOUT_FILENO else { return }
        // The reader is gone, as in `depotctl events | head`, which is no error.
        if number == EPIPE { exit(ExitStatus.done.rawValue) }
        warn("Standard output cannot be written: \(String(cString: strerror(number))).")
        exit(ExitStatus.badInput.rawValue)
    }
}
