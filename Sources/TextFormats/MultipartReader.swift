/// A strict streaming reader of `multipart/form-data` (RFC 7578), for bodies of any size in constant memory.
public struct MultipartReader: Sendable {
    /// A piece of the body.
    public enum Part: Sendable {
        /// The start of a part, with the name of its form field. `isFile` is true if the part has a file name.
        case begin(name: String, isFile: Bool)
        /// Bytes of the current part.
        case data(ArraySlice<UInt8>)
    }

    /// The maximum size of one part's headers in bytes.
    private static let maximumHead = 4 << 10
    private static let maximumParts = 100
    private static let crlf: [UInt8] = [0x0D, 0x0A]

    private enum State { case preamble, head, data, afterBoundary, end }

    private let delimiter: [UInt8]
    private let shift: [Int]
    private var state = State.preamble
    private var buffer: [UInt8]
    private var parts = 0

    /// Creates a reader for the boundary in the content type, or nil if the content type is not `multipart/form-data`
    /// with a valid boundary.
    public init?(contentType: String?) {
        guard let contentType, let boundary = Self.boundary(contentType) else { return nil }
        delimiter = Self.crlf + Array("--".utf8) + boundary
        var shift = [Int](repeating: delimiter.count, count: 256)
        for (index, byte) in delimiter.dropLast().enumerated() { shift[Int(byte)] = delimiter.count - 1 - index }
        self.shift = shift
        // The first delimiter need not follow a line break.
        buffer = Self.crlf
    }

    private static func boundary(_ contentType: String) -> [UInt8]? {
        let parameters = HeaderParameters(contentType)
        guard parameters.value == "multipart/form-data", let boundary = parameters["boundary"],
            (1...70).contains(boundary.utf8.count), boundary.utf8.allSatisfy({ (0x20...0x7E).contains($0) })
        else { return nil }
        return Array(boundary.utf8)
    }

    /// Reads the next bytes and passes on the parts and data that they complete.
    ///
    /// - Throws: ``MultipartError`` if the form is malformed, or any error that `found` throws.
    public mutating func feed(_ bytes: [UInt8], _ found: (Part) throws -> Void) throws {
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
                    // The line break stays in the buffer, since the headers may be empty.
                    state = .head
                case (0x20, _), (0x09, _): index += 1
                default: throw MultipartError(reason: "a boundary is followed by other text")
                }
            case .head:
                let blank = Self.crlf + Self.crlf
                guard let end = firstIndex(of: blank, from: index) else {
                    guard buffer.count - index <= Self.maximumHead else {
                        throw MultipartError(reason: "a part's head is too long")
                    }
                    break loop
                }
                guard end - index <= Self.maximumHead else { throw MultipartError(reason: "a part's head is too long") }
                try found(try begin(buffer[index..<end]))
                // The second line break stays in the buffer: if the part is empty, it belongs to the delimiter.
                index = end + blank.count
                state = .data
            case .end: break loop
            }
        }
        buffer.removeFirst(min(index, buffer.count))
    }

    /// Ends the body.
    ///
    /// - Throws: ``MultipartError`` if the closing boundary is missing.
    public func finish() throws(MultipartError) {
        guard state == .end else { throw MultipartError(reason: "it ends before the closing boundary") }
    }

    private mutating func begin(_ head: ArraySlice<UInt8>) throws(MultipartError) -> Part {
        parts += 1
        guard parts <= Self.maximumParts else {
            throw MultipartError(reason: "it has more than \(Self.maximumParts) parts")
        }
        guard let text = String(validating: head, as: UTF8.self) else {
            throw MultipartError(reason: "a part's head is not UTF-8")
        }
        for line in text.split(separator: "\r\n") {
            guard let colon = line.firstIndex(of: ":"), line[..<colon].lowercased() == "content-disposition" else {
                continue
            }
            let parameters = HeaderParameters(String(line[line.index(after: colon)...]))
            guard parameters.value == "form-data", let name = parameters["name"] else { break }
            return .begin(name: name, isFile: parameters["filename"] != nil)
        }
        throw MultipartError(reason: "a part has no name")
    }

    /// Returns the index at which the delimiter begins, or nil if it does not occur (Horspool's search).
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

/// The reason for which a form is malformed.
public struct MultipartError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The reason as half a sentence, such as `it ends before the closing boundary`.
    public var reason: String

    /// Creates an error with a reason.
    public init(reason: String) { self.reason = reason }

    /// The sentence for a person.
    public var description: String { "The form is not valid: \(reason)." }
}
