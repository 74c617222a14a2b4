import TextFormats

/// How a scanner speaks.
public enum ScannerKind: String, Sendable, Codable {
    /// Types like a keyboard (HID usage 01:06).
    case keyboardWedge = "keyboard_wedge"
    /// Sends HID POS reports (HID usage 8C:02).
    case hidPOS = "hid_pos"
}

/// One interface of one scanner.
public struct ScannerDescription: Hashable, Sendable {
    /// Survives a replug: `usb:VVVV:SERIAL` or `port:BUS-PORT.PORT`, with `#N` for interface N where it is not 0.
    public var identity: String
    public var vendorID: UInt16
    public var productID: UInt16
    public var manufacturer: String?
    public var product: String?
    public var serial: String?
    /// `BUS-PORT.PORT`, as in sysfs.
    public var port: String
    public var interface: UInt8
    public var kind: ScannerKind
    /// The HID report descriptor; empty where it could not be read.
    public var reportDescriptor: [UInt8]

    /// The description.
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

    /// The name that its serial number gives it, `usb:VVVV:SERIAL`; nil where that tells nothing.
    public var serialName: String?

    /// Vendor and product id as usb.ids writes them: `0c2e:0db3`.
    public var usbID: String { Hexadecimal.text(vendorID) + ":" + Hexadecimal.text(productID) }
}

/// What is wrong with a scanner.
public struct ScannerProblem: Hashable, Sendable {
    /// `stall`, `bus_error`, `overflow`, `busy`, `access`, `denied`, `no_device`, `descriptor`, `flood`, `other`.
    public var code: String
    /// One sentence for a person.
    public var message: String
    /// What to do, such as the udev rule that is missing.
    public var hint: String?
    /// Whether the daemon goes on trying by itself.
    public var isRecovering: Bool
    /// The device, where it never got as far as ``ScannerEvent/connected(_:)``.
    public var device: ScannerDescription?

    /// The problem.
    public init(
        code: String, message: String, hint: String? = nil, isRecovering: Bool, device: ScannerDescription? = nil
    ) {
        self.code = code
        self.message = message
        self.hint = hint
        self.isRecovering = isRecovering
        self.device = device
    }
}
