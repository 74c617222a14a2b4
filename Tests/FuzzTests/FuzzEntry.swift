/// One reader of bytes from outside, with what must hold for any bytes.
struct FuzzEntry: Sendable, CustomStringConvertible {
    /// The name on the command line.
    var name: String
    /// Valid inputs, from which others are made.
    var seeds: [[UInt8]]
    /// Reads the input.
    ///
    /// - Throws: ``FuzzFailure`` if a property does not hold.
    var check: @Sendable ([UInt8]) throws -> Void

    var description: String { name }

    init(_ name: String, _ seeds: [[UInt8]], _ check: @escaping @Sendable ([UInt8]) throws -> Void) {
        self.name = name
        self.seeds = seeds
        self.check = check
    }

    /// Creates an entry of texts; an input that is not UTF-8 is repaired, as where the texts come from.
    init(_ name: String, texts: [String], _ check: @escaping @Sendable (String) throws -> Void) {
        self.init(name, texts.map { Array($0.utf8) }) { try check(String(decoding: $0, as: UTF8.self)) }
    }

    static let all: [FuzzEntry] = textFormats + values + scanners + [barcode] + station + dialects
}

/// A property that does not hold.
struct FuzzFailure: Error, CustomStringConvertible {
    var description: String
}

func require(_ isTrue: Bool, _ property: @autoclosure () -> String) throws(FuzzFailure) {
    guard isTrue else { throw FuzzFailure(description: property()) }
}

func requireEqual<Value: Equatable>(
    _ left: Value, _ right: Value, _ property: @autoclosure () -> String
) throws(FuzzFailure) {
    guard left == right else { throw FuzzFailure(description: "\(property()): \(left) and \(right)") }
}

/// The bytes of an input that say how the rest of it is read.
struct FuzzInput {
    private(set) var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) { rest = bytes[...] }

    /// The next byte, or 0 at the end.
    mutating func byte() -> UInt8 { rest.popFirst() ?? 0 }

    /// The next bytes, as many as there are.
    mutating func bytes(_ count: Int) -> [UInt8] {
        defer { rest = rest.dropFirst(count) }
        return Array(rest.prefix(count))
    }
}

/// The bytes in pieces of one size.
func pieces(_ bytes: [UInt8], of size: Int) -> [[UInt8]] {
    stride(from: 0, to: bytes.count, by: size).map { Array(bytes[$0..<min($0 + size, bytes.count)]) }
}
