public import HIDDecoding
import TextFormats

/// What the configuration says about USB scanners.
public struct ScannerUSBSettings: Sendable {
    /// Devices that are adopted as keyboard wedges, on top of ``knownScanners``.
    public var wedges: [USBMatch]
    /// Devices that are left alone, whatever they are.
    public var ignored: [USBMatch]
    /// What units with a serial (`usb:VVVV:SERIAL`) are known by, as remembered; those that are not here are known by
    /// their serial until a second one is seen.
    public var keys: [String: ScannerKey]
    /// Where the unit with an identity was plugged in last: at the start it goes before others with its serial.
    public var ports: [String: String] = [:]

    /// The settings; without arguments those of a station that configures nothing and remembers nothing.
    public init(wedges: [USBMatch] = [], ignored: [USBMatch] = [], keys: [String: ScannerKey] = [:]) {
        self.wedges = wedges
        self.ignored = ignored
        self.keys = keys
    }
}

/// A vendor id with one product id or all of them, as in `05e0:1200` and `05e0:*`.
public struct USBMatch: Hashable, Sendable, CustomStringConvertible {
    /// USB vendor id (idVendor).
    public var vendor: UInt16
    /// USB product id (idProduct); nil: every product of the vendor.
    public var product: UInt16?

    /// The match.
    public init(vendor: UInt16, product: UInt16?) {
        self.vendor = vendor
        self.product = product
    }

    /// Reads `VVVV:PPPP` or `VVVV:*`, four hexadecimal digits each, in either case; anything else is nil.
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

    /// `05e0:1200` or `05e0:*`.
    public var description: String { "\(Hexadecimal.text(vendor)):\(product.map(Hexadecimal.text) ?? "*")" }

    /// Whether a device with these ids is meant.
    public func matches(vendor: UInt16, product: UInt16) -> Bool {
        self.vendor == vendor && (self.product ?? product) == product
    }
}
