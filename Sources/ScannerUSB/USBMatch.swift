import TextFormats

/// A vendor id with one product id or all of them, as in `05e0:1200` and `05e0:*`.
public struct USBMatch: Hashable, Sendable, CustomStringConvertible {
    /// The USB vendor id (idVendor).
    public var vendor: UInt16
    /// The USB product id (idProduct), or nil for every product of the vendor.
    public var product: UInt16?

    /// Creates a match.
    public init(vendor: UInt16, product: UInt16?) {
        self.vendor = vendor
        self.product = product
    }

    /// Creates a match from `VVVV:PPPP` or `VVVV:*` with four hexadecimal digits each, or returns nil for anything else.
    public init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let vendor = Self.identifier(parts[0]) else { return nil }
        if parts[1] == "*" {
            self.init(vendor: vendor, product: nil)
        } else if let product = Self.identifier(parts[1]) {
            self.init(vendor: vendor, product: product)
        } else {
            return nil
        }
    }

    private static func identifier(_ text: Substring) -> UInt16? {
        guard text.utf8.count == 4, text.allSatisfy(\.isHexDigit) else { return nil }
        return UInt16(text, radix: 16)
    }

    /// The text form, such as `05e0:1200` or `05e0:*`.
    public var description: String { "\(Hexadecimal.text(vendor)):\(product.map(Hexadecimal.text) ?? "*")" }

    /// Returns whether a device with the ids matches.
    public func matches(vendor: UInt16, product: UInt16) -> Bool {
        self.vendor == vendor && (self.product ?? product) == product
    }
}
