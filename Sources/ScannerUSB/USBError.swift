import CLibUSB

/// Why the USB scanners cannot be served at all. One scanner's failure is never this: it is a `ScannerNotice.problem`.
public struct ScannerUSBError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A stable, lower-case name: `usb_unavailable`, `hotplug_unavailable`.
    public var code: String
    /// One sentence for a person.
    public var message: String
    /// What to do about it, where that is known.
    public var hint: String?

    /// The error.
    public init(code: String, message: String, hint: String? = nil) {
        self.code = code
        self.message = message
        self.hint = hint
    }

    /// `code: message (hint)`.
    public var description: String { "\(code): \(message)" + (hint.map { " (\($0))" } ?? "") }
}

/// A libusb return code (`enum libusb_error`), with the few that are decided upon by name.
package struct USBStatus: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    package let rawValue: Int32
    package init(rawValue: Int32) { self.rawValue = rawValue }

    package static let io = USBStatus(rawValue: LIBUSB_ERROR_IO.rawValue)
    package static let access = USBStatus(rawValue: LIBUSB_ERROR_ACCESS.rawValue)
    package static let noDevice = USBStatus(rawValue: LIBUSB_ERROR_NO_DEVICE.rawValue)
    package static let notFound = USBStatus(rawValue: LIBUSB_ERROR_NOT_FOUND.rawValue)
    package static let busy = USBStatus(rawValue: LIBUSB_ERROR_BUSY.rawValue)
    package static let stall = USBStatus(rawValue: LIBUSB_ERROR_PIPE.rawValue)
    package static let interrupted = USBStatus(rawValue: LIBUSB_ERROR_INTERRUPTED.rawValue)

    /// Negative codes are failures, everything else is a success (often a count).
    package var isFailure: Bool { rawValue < 0 }

    /// libusb's own name, such as `LIBUSB_ERROR_BUSY`.
    package var description: String { String(cString: libusb_error_name(rawValue)) }
}
