import CVirtualUSB

/// Why a step cannot be done or went wrong.
enum BenchFailure: Error {
    /// The step makes no sense now; nothing has changed.
    case refused(String)
    /// The step was tried and failed, and the bench ends.
    case failed(String)
    /// The bench got this signal.
    case interrupted(Int32)
}

/// A scanner that is plugged in.
struct BenchDevice {
    let plug: BenchStep.Plug
    private let device: OpaquePointer

    /// Plugs a scanner in; the caller has made sure that the port is free.
    init(plugging plug: BenchStep.Plug, into bus: OpaquePointer) throws(BenchFailure) {
        let identity = VUSBIdentity(
            vendor: plug.vendor, product: plug.product, release: plug.release,
            subclass: plug.interfaceProtocol == 0 ? 0 : 1, protocol: plug.interfaceProtocol,
            max_packet: plug.maxPacket, strings_stall: plug.noStrings, busy: plug.busy)
        guard let device = vusb_device_new(bus, identity) else { throw .failed("out of memory") }
        let strings = [
            (VUSB_MANUFACTURER, plug.manufacturer), (VUSB_PRODUCT, plug.productName), (VUSB_SERIAL, plug.serial),
        ]
        var accepted = vusb_device_set_report_descriptor(device, plug.descriptor, plug.descriptor.count)
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

    /// Pulls it out; the value must not be used afterwards.
    func unplug(from bus: OpaquePointer) throws(BenchFailure) {
        guard vusb_unplug(device) else { throw .failed(String(cString: vusb_error(bus))) }
    }

    /// Queues reports, each of 1 to 4096 bytes.
    func send(_ reports: [[UInt8]]) throws(BenchFailure) {
        for report in reports {
            guard vusb_report(device, report, report.count) else { throw .refused("a report has 1 to 4096 bytes") }
        }
    }

    /// The reports of a code, as this scanner sends it.
    func reports(for scan: BenchStep.Scan) throws(BenchFailure) -> [[UInt8]] {
        switch plug.kind {
        case .pos: return PointOfSaleReports.reports(for: scan)
        case .wedge:
            guard let reports = WedgeReports.reports(for: scan, layout: plug.layout) else {
                throw .refused("a keyboard cannot type NUL")
            }
            return reports
        }
    }

    func arm(_ fault: BenchStep.Fault, count: Int) {
        let kinds: [BenchStep.Fault: VUSBFault] = [
            .stall: VUSB_FAULT_STALL, .error: VUSB_FAULT_ERROR, .protocol: VUSB_FAULT_PROTOCOL,
            .overflow: VUSB_FAULT_OVERFLOW,
        ]
        vusb_fault(device, kinds[fault] ?? VUSB_FAULT_ERROR, Int32(clamping: count))
    }

    func releaseBusy() { vusb_release_busy(device) }

    var hasQueuedTransfer: Bool { vusb_queued_transfers(device) > 0 }
    var isDrained: Bool { vusb_drained(device) }
    var isReattached: Bool { vusb_reattached(device) }

    /// Whether the command has sent this; takes it off the record.
    func takeWritten(_ written: BenchStep.Written) -> Bool {
        let requests: [BenchStep.Written.Request: VUSBRequest] = [
            .setReport: VUSB_SET_REPORT, .setIdle: VUSB_SET_IDLE, .setProtocol: VUSB_SET_PROTOCOL,
        ]
        var value: UInt16 = 0
        var mask: UInt16 = 0
        if let type = written.reportType { (value, mask) = (UInt16(type) << 8, 0xFF00) }
        if let whole = written.value { (value, mask) = (whole, 0xFFFF) }
        let request = requests[written.request] ?? VUSB_SET_REPORT
        guard let bytes = written.bytes else { return vusb_take_written(device, request, value, mask, nil, 0) }
        // An array may hand out no address when it is empty, and no address means "any".
        return (bytes + [0]).withUnsafeBufferPointer {
            vusb_take_written(device, request, value, mask, $0.baseAddress, bytes.count)
        }
    }
}
