import CVirtualUSB

/// The reason for which a step cannot be performed or failed.
enum BenchFailure: Error {
    /// The step is not possible now; nothing has changed.
    case refused(String)
    /// The step was tried and failed, and the bench ends.
    case failed(String)
    /// The bench received the signal.
    case interrupted(Int32)
}

/// A device that is plugged in.
struct BenchDevice {
    let plug: BenchStep.Plug
    private let device: OpaquePointer

    /// Plugs a scanner in. The port must be free.
    init(plugging plug: BenchStep.Plug, into bus: OpaquePointer) throws(BenchFailure) {
        let identity = VUSBIdentity(
            vendor: plug.vendor, product: plug.product, release: plug.release, strings_stall: plug.noStrings)
        guard let device = vusb_device_new(bus, identity) else { throw .failed("out of memory") }
        let strings = [
            (VUSB_MANUFACTURER, plug.manufacturer), (VUSB_PRODUCT, plug.productName), (VUSB_SERIAL, plug.serial),
        ]
        var accepted = true
        for interface in plug.interfaces where accepted {
            accepted = vusb_device_add_interface(
                device, Self.identity(of: interface), interface.descriptor, interface.descriptor.count)
        }
        for case (let which, let text?) in strings where accepted {
            accepted = vusb_device_set_string(device, which, text)
        }
        guard accepted else {
            vusb_device_free(device)
            throw .refused(String(cString: vusb_error(bus)))
        }
        guard vusb_plug(device, plug.port) else { throw .failed(String(cString: vusb_error(bus))) }
        self.plug = plug
        self.device = device
    }

    /// Unplugs the device. The value must not be used afterwards.
    func unplug(from bus: OpaquePointer) throws(BenchFailure) {
        guard vusb_unplug(device) else { throw .failed(String(cString: vusb_error(bus))) }
    }

    private static func identity(of interface: BenchStep.Interface) -> VUSBInterfaceIdentity {
        VUSBInterfaceIdentity(
            interface_class: interface.interfaceClass, subclass: interface.interfaceProtocol == 0 ? 0 : 1,
            protocol: interface.interfaceProtocol, max_packet: interface.maxPacket,
            has_out: interface.hasOutEndpoint, busy: interface.busy)
    }

    /// Returns an interface of the device, or nil if it has none of that number.
    func interface(_ number: Int) -> BenchInterface? {
        guard plug.interfaces.indices.contains(number) else { return nil }
        return BenchInterface(plug.interfaces[number], number: Int32(number), of: device)
    }
}

/// An interface of a device that is plugged in, which the steps of a script call a scanner.
struct BenchInterface {
    private let interface: BenchStep.Interface
    private let number: Int32
    private let device: OpaquePointer

    fileprivate init(_ interface: BenchStep.Interface, number: Int32, of device: OpaquePointer) {
        self.interface = interface
        self.number = number
        self.device = device
    }

    /// Queues reports of 1 to 4096 bytes each, with the gap between two of them.
    func send(_ reports: [[UInt8]], gapMicroseconds gap: Int) throws(BenchFailure) {
        for (index, report) in reports.enumerated() {
            guard vusb_report(device, number, report, report.count, Int64(gap), index == 0) else {
                throw .refused("a report has 1 to 4096 bytes")
            }
        }
    }

    /// Returns the reports by which this scanner sends a code.
    func reports(for scan: BenchStep.Scan) throws(BenchFailure) -> [[UInt8]] {
        switch interface.kind {
        case .pos: return PointOfSaleReports.reports(for: scan)
        case .wedge:
            guard let reports = WedgeReports.reports(for: scan, layout: interface.layout) else {
                throw .refused("a keyboard cannot type NUL")
            }
            return reports
        case .vendor: throw .refused("\"\(scan.scanner)\" of kind vendor scans nothing: send reports")
        }
    }

    func arm(_ fault: BenchStep.Fault, count: Int) {
        let kinds: [BenchStep.Fault: VUSBFault] = [
            .stall: VUSB_FAULT_STALL, .error: VUSB_FAULT_ERROR, .protocol: VUSB_FAULT_PROTOCOL,
            .overflow: VUSB_FAULT_OVERFLOW,
        ]
        vusb_fault(device, number, kinds[fault] ?? VUSB_FAULT_ERROR, Int32(clamping: count))
    }

    func releaseBusy() { vusb_release_busy(device, number) }

    var hasQueuedTransfer: Bool { vusb_queued_transfers(device, number) > 0 }
    var hasSentAll: Bool { vusb_sent(device, number) }
    var isDrained: Bool { vusb_drained(device, number) }
    var isReattached: Bool { vusb_reattached(device, number) }

    /// Returns whether the command has sent the request, and removes it from the record.
    func removeWritten(_ written: BenchStep.Written) -> Bool {
        let requests: [BenchStep.Written.Request: VUSBRequest] = [
            .setReport: VUSB_SET_REPORT, .setIdle: VUSB_SET_IDLE, .setProtocol: VUSB_SET_PROTOCOL,
            .interruptOut: VUSB_INTERRUPT_OUT,
        ]
        var value: UInt16 = 0
        var mask: UInt16 = 0
        if let type = written.reportType { (value, mask) = (UInt16(type) << 8, 0xFF00) }
        if let whole = written.value { (value, mask) = (whole, 0xFFFF) }
        let request = requests[written.request] ?? VUSB_SET_REPORT
        guard let bytes = written.bytes else { return vusb_take_written(device, number, request, value, mask, nil, 0) }
        // An array may hand out no address when it is empty, and no address means "any".
        return (bytes + [0]).withUnsafeBufferPointer {
            vusb_take_written(device, number, request, value, mask, $0.baseAddress, bytes.count)
        }
    }
}
