import CLibUSB
import HIDDecoding

/// A device from plug to unplug, with the synchronous operations on it (open, claim, set up, close).
///
/// ``Worker`` calls them on its own thread.
final class DeviceSession {
    enum Closing: Hashable {
        /// The device was unplugged.
        case gone
        /// The device is opened again.
        case recover
        case stop
    }

    enum Phase: Hashable {
        /// The device is closed; a timer opens it, or it is being examined.
        case waiting
        case open
        /// The transfers have been cancelled but have not all completed.
        case closing(Closing)
        /// The device is not adopted.
        case ignored
        /// The device no longer responds, but the unplug has not been reported.
        case gone
    }

    enum Step: Hashable { case open, descriptor, claim, memory }

    /// A function that returns the name of a device, or nil if another device must leave first.
    typealias Naming = (_ session: DeviceSession, _ serialName: String?) -> String?
    /// A function that creates the transfers of an endpoint, or returns nil without memory.
    typealias Pairing = (OpaquePointer, any ScannerSink, EndpointFacts, Int) -> TransferPair?

    enum Outcome {
        case opened
        /// The name is still taken.
        case mustWait
        case notAScanner
        case failed(USBStatus, Step, interface: UInt8, isScanner: Bool)
    }

    let key: UInt
    let device: USBDevice
    var adoption: Adoption
    private let sinks: any ScannerSinks
    var phase = Phase.waiting
    /// The identity without an interface, kept while the device is plugged in.
    var name: String?
    /// The identity by serial number, once it was read.
    private(set) var serialName: String?
    /// A Boolean value that is true if the system denies access whatever the permissions of the node.
    private(set) var isDenied = false
    var readers: [InterfaceReader] = []
    /// The number of consecutive attempts that failed or that no report followed.
    var attempts = 0
    /// The scanners that the sinks were told of, with their current identities.
    var announced: [ScannerDescription] = []
    /// The number of attempts at which the name was taken.
    var nameAttempts = 0
    var lastProblem: String?
    var hasLeft = false
    private var handle: OpaquePointer?
    private var claimed: [UInt8] = []

    init(key: UInt, device: USBDevice, adoption: Adoption, sinks: any ScannerSinks) {
        self.key = key
        self.device = device
        self.sinks = sinks
        self.adoption = adoption
    }

    var isOpen: Bool { handle != nil }

    private struct Adopted {
        var candidate: Adoption.Candidate
        var descriptor: [UInt8]
        var kind: ScannerKind
    }

    /// Reads the report descriptors and, if one is a scanner's, opens the device, claims it and sets it up.
    func open(naming: Naming, pairs: Pairing) -> Outcome {
        var adopted: [Adopted] = []
        var unread: [Adoption.Candidate] = []
        for candidate in adoption.candidates {
            if let bytes = device.reportDescriptorFromSysfs(interface: candidate.interface.number) {
                if let kind = Adoption.kind(of: candidate, descriptor: bytes) {
                    adopted.append(Adopted(candidate: candidate, descriptor: bytes, kind: kind))
                }
            } else {
                unread.append(candidate)
            }
        }
        guard !adopted.isEmpty || !unread.isEmpty else { return .notAScanner }

        let isScanner = !adopted.isEmpty
        let opened = USBStatus(rawValue: libusb_open(device.pointer, &handle))
        isDenied = opened == .io && device.isForbidden
        guard !opened.isFailure, let handle else {
            return .failed(opened, .open, interface: 0, isScanner: isScanner)
        }
        libusb_set_auto_detach_kernel_driver(handle, 1)
        for candidate in unread {
            switch read(candidate, handle) {
            case .success(let found?): adopted.append(found)
            case .success(nil): break
            case .failure(let failure):
                close()
                return .failed(failure.status, .descriptor, interface: candidate.interface.number, isScanner: isScanner)
            }
        }
        guard !adopted.isEmpty else {
            close()
            return .notAScanner
        }
        adopted.sort { $0.candidate.interface.number < $1.candidate.interface.number }
        for found in adopted {
            let status = claim(found.candidate.interface.number, handle)
            if status.isFailure {
                close()
                return .failed(status, .claim, interface: found.candidate.interface.number, isScanner: true)
            }
        }
        return setUp(adopted, handle, naming: naming, pairs: pairs)
    }

    /// Claims an interface and detaches its driver.
    ///
    /// If no driver is bound, the claim must not ask for that: the kernel refuses it to a process that claimed the
    /// interface implicitly (`USBDEVFS_DISCONNECT_CLAIM_EXCEPT_DRIVER`, "usbfs"). No driver is bound after the death of a
    /// process that had detached it.
    private func claim(_ interface: UInt8, _ handle: OpaquePointer) -> USBStatus {
        if claimed.contains(interface) { return USBStatus(rawValue: 0) }
        let hasDriver = libusb_kernel_driver_active(handle, Int32(interface)) == 1
        libusb_set_auto_detach_kernel_driver(handle, hasDriver ? 1 : 0)
        let status = USBStatus(rawValue: libusb_claim_interface(handle, Int32(interface)))
        // On again, so that the release reattaches the driver.
        libusb_set_auto_detach_kernel_driver(handle, 1)
        if !status.isFailure { claimed.append(interface) }
        return status
    }

    private func release(_ interface: UInt8, _ handle: OpaquePointer) {
        libusb_release_interface(handle, Int32(interface))
        claimed.removeAll { $0 == interface }
    }

    /// Reads the report descriptor from the device.
    ///
    /// While a driver is bound, Linux allows that only to the owner of the interface. An expected scanner is therefore
    /// claimed for a second attempt; no other device is claimed without a descriptor.
    private func read(_ candidate: Adoption.Candidate, _ handle: OpaquePointer) -> Result<Adopted?, USBFailure> {
        let interface = candidate.interface
        let requests = HIDRequests(handle: handle, interface: interface.number)
        var bytes: [UInt8] = []
        switch requests.reportDescriptor(length: interface.reportDescriptorLength) {
        case .success(let read): bytes = read
        case .failure(let failure) where failure.status == .noDevice: return .failure(failure)
        case .failure:
            guard candidate.mayBeWedge || adoption.isExpected else { return .success(nil) }
            let status = claim(interface.number, handle)
            if status.isFailure { return .failure(USBFailure(status: status)) }
            if case .success(let read) = requests.reportDescriptor(length: interface.reportDescriptorLength) {
                bytes = read
            }
        }
        guard let kind = Adoption.kind(of: candidate, descriptor: bytes) else {
            if claimed.contains(interface.number) { release(interface.number, handle) }
            return .success(nil)
        }
        return .success(Adopted(candidate: candidate, descriptor: bytes, kind: kind))
    }

    private func setUp(
        _ adopted: [Adopted], _ handle: OpaquePointer, naming: Naming, pairs: Pairing
    ) -> Outcome {
        let strings = device.strings(handle: handle)
        let facts = device.facts
        serialName = Identity.serialName(vendor: facts.vendor, serial: strings.serial)
        guard let name = naming(self, serialName) else {
            close()
            return .mustWait
        }
        self.name = name
        for found in adopted {
            let interface = found.candidate.interface
            guard let endpoint = interface.interruptIn else { continue }
            let description = ScannerDescription(
                identity: Identity.interface(interface.number, of: name), vendorID: facts.vendor,
                productID: facts.product, manufacturer: strings.manufacturer, product: strings.product,
                serial: strings.serial, port: device.port, interface: interface.number, kind: found.kind,
                reportDescriptor: found.descriptor, serialName: serialName)
            let parsed = try? ReportDescriptor(parsing: found.descriptor)
            let requests = HIDRequests(handle: handle, interface: interface.number)
            prepare(requests, interface, found.kind, parsed)
            let packet = max(1, endpoint.maxPacket)
            // Without a readable descriptor: the boot report.
            let report = max(packet, parsed?.inputReportLength() ?? 8)
            let size = (report + packet - 1) / packet * packet
            let sink = sinks.sink(for: description.identity)
            guard let pair = pairs(handle, sink, endpoint, size) else {
                close()
                let noMemory = USBStatus(rawValue: LIBUSB_ERROR_NO_MEM.rawValue)
                return .failed(noMemory, .memory, interface: interface.number, isScanner: true)
            }
            readers.append(
                InterfaceReader(
                    description: description, sink: sink, requests: requests, endpoint: endpoint.address,
                    outEndpoint: interface.interruptOut?.address,
                    feedback: parsed.map { Feedback($0, vendor: facts.vendor) }, pair: pair))
        }
        phase = .open
        return .opened
    }

    /// Makes the requests before the first read. A device that refuses one is still read.
    private func prepare(
        _ requests: HIDRequests, _ interface: InterfaceFacts, _ kind: ScannerKind, _ parsed: ReportDescriptor?
    ) {
        // Only boot interfaces support Set_Protocol. Without a keyboard in the descriptor only the boot layout can be decoded.
        if interface.subclass == 1 {
            requests.setProtocol(boot: kind == .keyboardWedge && parsed?.isKeyboard != true)
        }
        requests.setIdleForever()
        switch kind {
        case .keyboardWedge:
            if let leds = ledsOffReport(parsed) { _ = requests.setOutputReport(id: leds.id, leds.bytes) }
        case .hidPOS:
            // Honeywell and Youjie scanners in HID POS mode send nothing before this report.
            if honeywellVendors.contains(device.facts.vendor) {
                _ = requests.setFeatureReport(id: 0xfe, [0xfe, 0x01])
            }
        }
    }

    /// A Boolean value that is true if the device still responds; the report of an unplug may come late.
    var isResponding: Bool {
        guard let handle else { return !hasLeft }
        var bytes = [UInt8](repeating: 0, count: 18)
        return libusb_get_descriptor(handle, UInt8(LIBUSB_DT_DEVICE.rawValue), 0, &bytes, Int32(bytes.count)) > 0
    }

    /// Renames the device and tells the sinks that know it, even while it is closed.
    func rename(_ name: String) {
        guard self.name != name else { return }
        self.name = name
        for index in announced.indices {
            let old = announced[index].identity
            announced[index].identity = Identity.interface(announced[index].interface, of: name)
            sinks.rename(old, to: announced[index])
        }
        for reader in readers {
            reader.description.identity = Identity.interface(reader.description.interface, of: name)
        }
    }

    /// Sends Clear_Feature(ENDPOINT_HALT). No transfer may be in flight.
    func clearHalt(_ reader: InterfaceReader) -> USBStatus {
        guard let handle else { return .noDevice }
        return USBStatus(rawValue: libusb_clear_halt(handle, reader.endpoint))
    }

    /// Releases the interfaces to the kernel's driver and closes the device. No transfer may be in flight.
    func close() {
        guard let handle else { return }
        for interface in claimed { libusb_release_interface(handle, Int32(interface)) }
        claimed = []
        libusb_close(handle)
        self.handle = nil
        for reader in readers { reader.pair.free() }
        readers = []
    }

    /// Returns the description of a device that was never opened, for a problem. The device keeps the name.
    func unopenedDescription(naming: Naming) -> ScannerDescription {
        let strings = device.strings(handle: nil)
        let facts = device.facts
        serialName = Identity.serialName(vendor: facts.vendor, serial: strings.serial)
        let name = name ?? naming(self, serialName) ?? Identity.portName(device.port)
        self.name = name
        let interface = adoption.candidates.first?.interface.number ?? facts.interfaces.first?.number ?? 0
        let isWedge = adoption.candidates.contains(where: \.mayBeWedge)
        return ScannerDescription(
            identity: Identity.interface(interface, of: name), vendorID: facts.vendor, productID: facts.product,
            manufacturer: strings.manufacturer, product: strings.product, serial: strings.serial, port: device.port,
            interface: interface, kind: isWedge ? .keyboardWedge : .hidPOS, reportDescriptor: [],
            serialName: serialName)
    }
}
