import CLibUSB

/// The HID class requests to a scanner (HID 1.11 §7), which are synchronous and run on the worker thread.
///
/// A device may refuse any of them with STALL; the callers continue then, so most failures are ignored.
struct HIDRequests {
    let handle: OpaquePointer
    let interface: UInt8

    /// The timeout in milliseconds, long enough for a slow device and short enough that a faulty one does not delay others.
    private static let timeout: UInt32 = 250

    /// Sends Get_Descriptor(Report), §7.1.1, and returns the descriptor.
    func reportDescriptor(length: Int) -> Result<[UInt8], USBFailure> {
        let room = (1...4096).contains(length) ? length : 4096
        var bytes = [UInt8](repeating: 0, count: room)
        let count = libusb_control_transfer(
            handle, 0x81, 6, 0x2200, UInt16(interface), &bytes, UInt16(clamping: room), 1000)
        guard count > 0 else { return .failure(USBFailure(status: USBStatus(rawValue: count))) }
        return .success(Array(bytes.prefix(Int(count))))
    }

    /// Sends Set_Protocol, §7.2.6.
    func setProtocol(boot: Bool) { _ = send(request: 0x0b, value: boot ? 0 : 1, []) }

    /// Sends Set_Idle(0), §7.2.4: the device reports only changes.
    func setIdleForever() { _ = send(request: 0x0a, value: 0, []) }

    /// Sends Set_Report(Output), §7.2.2; `bytes` begin with the id if it is not 0.
    func setOutputReport(id: UInt8, _ bytes: [UInt8]) -> USBStatus {
        send(request: 0x09, value: 0x0200 | UInt16(id), bytes)
    }

    /// Sends Set_Report(Feature), §7.2.2; `bytes` begin with the id if it is not 0.
    func setFeatureReport(id: UInt8, _ bytes: [UInt8]) -> USBStatus {
        send(request: 0x09, value: 0x0300 | UInt16(id), bytes)
    }

    /// Sends an output report through the interface's OUT endpoint.
    func write(_ bytes: [UInt8], to endpoint: UInt8) -> USBStatus {
        var bytes = bytes
        var moved: Int32 = 0
        return USBStatus(
            rawValue: libusb_interrupt_transfer(
                handle, endpoint, &bytes, Int32(clamping: bytes.count), &moved, Self.timeout))
    }

    private func send(request: UInt8, value: UInt16, _ bytes: [UInt8]) -> USBStatus {
        var bytes = bytes
        return USBStatus(
            rawValue: libusb_control_transfer(
                handle, 0x21, request, value, UInt16(interface), &bytes, UInt16(clamping: bytes.count), Self.timeout))
    }
}

/// A libusb failure as an error.
struct USBFailure: Error { let status: USBStatus }
