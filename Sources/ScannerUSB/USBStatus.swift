import CLibUSB

/// A libusb return code (`enum libusb_error`), with names for the codes that are handled.
package struct USBStatus: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    package let rawValue: Int32
    package init(rawValue: Int32) { self.rawValue = rawValue }

    /// An input or output error.
    package static let io = USBStatus(rawValue: LIBUSB_ERROR_IO.rawValue)
    /// Insufficient permissions.
    package static let access = USBStatus(rawValue: LIBUSB_ERROR_ACCESS.rawValue)
    /// The device is gone.
    package static let noDevice = USBStatus(rawValue: LIBUSB_ERROR_NO_DEVICE.rawValue)
    /// No such object, such as an endpoint or a device.
    package static let notFound = USBStatus(rawValue: LIBUSB_ERROR_NOT_FOUND.rawValue)
    /// Another program or driver owns the interface.
    package static let busy = USBStatus(rawValue: LIBUSB_ERROR_BUSY.rawValue)
    /// The endpoint stalled (`LIBUSB_ERROR_PIPE`).
    package static let stall = USBStatus(rawValue: LIBUSB_ERROR_PIPE.rawValue)
    /// The call was interrupted by a signal.
    package static let interrupted = USBStatus(rawValue: LIBUSB_ERROR_INTERRUPTED.rawValue)

    /// A Boolean value that is true for a negative code; any other is a success, often a count.
    package var isFailure: Bool { rawValue < 0 }

    /// The name in libusb, such as `LIBUSB_ERROR_BUSY`.
    package var description: String { String(cString: libusb_error_name(rawValue)) }
}
