import TextFormats

/// One interface of one scanner.
public struct ScannerDescription: Hashable, Sendable {
    /// The identity, which survives a replug: `usb:VVVV:SERIAL` or `port:BUS-PORT.PORT`, followed by `#N` for an
    /// interface N other than 0.
    public var identity: String
    /// The USB vendor id.
    public var vendorID: UInt16
    /// The USB product id.
    public var productID: UInt16
    /// The manufacturer's name from the string descriptor, or nil.
    public var manufacturer: String?
    /// The product's name from the string descriptor, or nil.
    public var product: String?
    /// The serial number from the string descriptor, or nil.
    public var serial: String?
    /// The port as in sysfs, `BUS-PORT.PORT`.
    public var port: String
    /// The number of the USB interface.
    public var interface: UInt8
    /// The protocol of the interface.
    public var kind: ScannerKind
    /// The HID report descriptor, empty if it could not be read.
    public var reportDescriptor: [UInt8]

    /// Creates a description.
    public init(
        identity: String, vendorID: UInt16, productID: UInt16, manufacturer: String?, product: String?,
        serial: String?, port: String, interface: UInt8, kind: ScannerKind, reportDescriptor: [UInt8],
        serialName: String? = nil
    ) {
        self.identity = identity
        self.vendorID = vendorID
        self.productID = productID
        self.manufacturer = manufacturer
        self.product = product
        self.serial = serial
        self.port = port
        self.interface = interface
        self.kind = kind
        self.reportDescriptor = reportDescriptor
        self.serialName = serialName
    }

    /// The identity by serial number, `usb:VVVV:SERIAL`, or nil if the serial number does not identify the unit.
    public var serialName: String?

    /// Vendor and product id as usb.ids writes them: `0c2e:0db3`.
    public var usbID: String { Hexadecimal.text(vendorID) + ":" + Hexadecimal.text(productID) }
}
