/// The decoded items of a query or of a form, in their order.
public struct QueryItems: Hashable, Sendable {
    /// One `name=value`.
    public struct Item: Hashable, Sendable {
        public var name: String
        public var value: String

        /// The item.
        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    public var items: [Item]

    /// These items.
    public init(_ items: [Item] = []) { self.items = items }

    /// Decodes `a=b&c=d`; `+` is a blank. Throws ``Problem/invalid(_:)`` where an escape is broken or makes no UTF-8, or
    /// for a NUL or more than 1,000 items.
    public init(parsing text: String) throws(Problem) {
        items = []
        for part in text.split(separator: "&") {
            let halves = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard items.count < 1000, let name = percentDecoded(halves[0], plusIsSpace: true),
                let value = percentDecoded(halves.count > 1 ? halves[1] : "", plusIsSpace: true)
            else { throw .invalid("query", "The query is not valid: “\(part.prefix(40))”.") }
            items.append(Item(name, value))
        }
    }

    /// The last value of a name; nil where it is absent or empty.
    public subscript(name: String) -> String? {
        items.last { $0.name == name }.flatMap { $0.value.isEmpty ? nil : $0.value }
    }

    /// Every value of a name, `name[]` included.
    public func all(_ name: String) -> [String] {
        items.filter { $0.name == name || $0.name == name + "[]" }.map(\.value)
    }
}

/// The text that a percent-encoded one stands for; nil where an escape is broken or the result is no UTF-8 or has NULs.
public func percentDecoded(_ text: some StringProtocol, plusIsSpace: Bool) -> String? {
    let isPlain = text.utf8.allSatisfy { byte in
        byte != UInt8(ascii: "%") && byte != 0 && !(plusIsSpace && byte == UInt8(ascii: "+"))
    }
    if isPlain { return String(text) }
    var bytes: [UInt8] = []
    var rest = Substring(text).utf8
    while let byte = rest.popFirst() {
        switch byte {
        case UInt8(ascii: "%"):
            guard let high = rest.popFirst().flatMap(hexDigit), let low = rest.popFirst().flatMap(hexDigit) else {
                return nil
            }
            bytes.append(high << 4 | low)
        case UInt8(ascii: "+") where plusIsSpace: bytes.append(UInt8(ascii: " "))
        default: bytes.append(byte)
        }
    }
    guard !bytes.contains(0) else { return nil }
    return String(validating: bytes, as: UTF8.self)
}

/// The value of one hexadecimal digit in either case.
func hexDigit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
}
