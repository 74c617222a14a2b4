import DepotDialect

/// A strict streaming reader of `multipart/form-data` (RFC 7578), for bodies of any size in constant memory.
struct MultipartReader {
    /// An element of the form.
    enum Part {
        /// The beginning of a part.
        case begin(name: String, isFile: Bool)
        /// Bytes of the current part.
        case data(ArraySlice<UInt8>)
    }

    /// The largest size of a part's headers in bytes.
    private static let maximumHead = 4 << 10
    private static let maximumParts = 100
    private static let crlf: [UInt8] = [0x0D, 0x0A]

    private enum State { case preamble, head, data, afterBoundary, end }

    private let delimiter: [UInt8]
    private let shift: [Int]
    private var state = State.preamble
    private var buffer: [UInt8]
    private var parts = 0

    /// Creates a reader for the boundary of a content type. Throws for another content type.
    init(contentType: String?) throws {
        guard let contentType, let boundary = Self.boundary(contentType) else {
            throw Problem.invalid("file", "The body must be multipart/form-data with a field “file”.")
        }
        delimiter = Self.crlf + Array("--".utf8) + boundary
        var shift = [Int](repeating: delimiter.count, count: 256)
        for (index, byte) in delimiter.dropLast().enumerated() { shift[Int(byte)] = delimiter.count - 1 - index }
        self.shift = shift
        // The first delimiter needs no preceding line.
        buffer = Self.crlf
    }

    private static func boundary(_ contentType: String) -> [UInt8]? {
        let parameters = headerParameters(contentType)
        guard parameters.value == "multipart/form-data", let boundary = parameters["boundary"],
            (1...70).contains(boundary.utf8.count), boundary.utf8.allSatisfy({ (0x20...0x7E).contains($0) })
        else { return nil }
        return Array(boundary.utf8)
    }

    /// Parses the next bytes and passes on the complete elements.
    mutating func feed(_ bytes: [UInt8], _ found: (Part) throws -> Void) throws {
        guard state != .end else { return }
        buffer += bytes
        var index = 0
        loop: while true {
            switch state {
            case .preamble, .data:
                let at = find(delimiter, from: index)
                let end = at ?? max(index, buffer.count - delimiter.count + 1)
                if state == .data, end > index { try found(.data(buffer[index..<end])) }
                index = end
                guard at != nil else { break loop }
                index += delimiter.count
                state = .afterBoundary
            case .afterBoundary:
                guard buffer.count - index >= 2 else { break loop }
                switch (buffer[index], buffer[index + 1]) {
                case (UInt8(ascii: "-"), UInt8(ascii: "-")):
                    state = .end
                    break loop
                case (0x0D, 0x0A):
                    // The line break is kept, since the headers may be empty.
                    state = .head
                case (0x20, _), (0x09, _): index += 1
                default: throw Self.broken("a boundary is followed by other text")
                }
            case .head:
                let blank = Self.crlf + Self.crlf
                guard let end = firstIndex(of: blank, from: index) else {
                    guard buffer.count - index <= Self.maximumHead else {
                        throw Self.broken("a part's head is too long")
                    }
                    break loop
                }
                guard end - index <= Self.maximumHead else { throw Self.broken("a part's head is too long") }
                try found(try begin(buffer[index..<end]))
                // The second line break is kept, since it belongs to the delimiter if the part is empty.
                index = end + blank.count
                state = .data
            case .end: break loop
            }
        }
        buffer.removeFirst(min(index, buffer.count))
    }

    /// Ends the body. Throws if the closing boundary is missing.
    func finish() throws {
        guard state == .end else { throw Self.broken("it ends before the closing boundary") }
    }

    private static func broken(_ reason: String) -> Problem {
        .invalid("body", "The form is not valid: \(reason).")
    }

    private mutating func begin(_ head: ArraySlice<UInt8>) throws -> Part {
        parts += 1
        guard parts <= Self.maximumParts else { throw Self.broken("it has more than \(Self.maximumParts) parts") }
        guard let text = String(validating: head, as: UTF8.self) else {
            throw Self.broken("a part's head is not UTF-8")
        }
        for line in text.split(separator: "\r\n") {
            guard let colon = line.firstIndex(of: ":"), line[..<colon].lowercased() == "content-disposition" else {
                continue
            }
            let parameters = headerParameters(String(line[line.index(after: colon)...]))
            guard parameters.value == "form-data", let name = parameters["name"] else { break }
            return .begin(name: name, isFile: parameters["filename"] != nil)
        }
        throw Self.broken("a part has no name")
    }

    /// Returns the index of the delimiter (Horspool's search), or nil.
    private func find(_ delimiter: [UInt8], from start: Int) -> Int? {
        let last = delimiter.count - 1
        return buffer.withUnsafeBufferPointer { buffer in
            var index = start
            while index + last < buffer.count {
                var offset = last
                while buffer[index + offset] == delimiter[offset] {
                    if offset == 0 { return index }
                    offset -= 1
                }
                index += shift[Int(buffer[index + last])]
            }
            return nil
        }
    }

    private func firstIndex(of pattern: [UInt8], from start: Int) -> Int? {
        guard buffer.count - start >= pattern.count else { return nil }
        return (start...(buffer.count - pattern.count)).first {
            buffer[$0..<($0 + pattern.count)].elementsEqual(pattern)
        }
    }
}

/// A header's value with its parameters, such as `form-data; name="file"`.
struct HeaderParameters {
    /// The value in lower case.
    var value: String
    private var parameters: [String: String]

    /// Returns the value of a parameter, or nil.
    subscript(name: String) -> String? { parameters[name] }

    fileprivate init(value: String, parameters: [String: String]) {
        self.value = value
        self.parameters = parameters
    }
}

/// Parses a header's value. Malformed parameters are ignored, and the first one with a name counts.
func headerParameters(_ text: String) -> HeaderParameters {
    var parts: [String] = []
    var part = ""
    var isQuoted = false
    var isEscaped = false
    for character in text {
        if isEscaped {
            part.append(character)
            isEscaped = false
        } else if isQuoted, character == "\\" {
            isEscaped = true
        } else if character == "\"" {
            isQuoted.toggle()
        } else if character == ";", !isQuoted {
            parts.append(part)
            part = ""
        } else {
            part.append(character)
        }
    }
    parts.append(part)
    var parameters: [String: String] = [:]
    for part in parts.dropFirst() {
        let halves = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard halves.count == 2 else { continue }
        let name = trimmed(String(halves[0])).lowercased()
        if parameters[name] == nil { parameters[name] = trimmed(String(halves[1])) }
    }
    return HeaderParameters(value: trimmed(parts[0]).lowercased(), parameters: parameters)
}
