package import HIDDecoding

/// One interrupt endpoint (USB 2.0 §9.6.6).
package struct EndpointFacts: Hashable, Sendable {
    package var address: UInt8
    /// Most bytes the endpoint moves at once, additional transactions included.
    package var maxPacket: Int

    package init(address: UInt8, maxPacket: Int) {
        self.address = address
        self.maxPacket = maxPacket
    }
}

/// One interface of a device, from its configuration descriptor.
package struct InterfaceFacts: Hashable, Sendable {
    package var number: UInt8
    package var interfaceClass: UInt8
    package var subclass: UInt8
    /// 1: boot keyboard, 2: boot mouse (HID 1.11 §4.3).
    package var bootProtocol: UInt8
    package var interruptIn: EndpointFacts?
    package var interruptOut: EndpointFacts?
    /// From the HID descriptor; 0 where there is none.
    package var reportDescriptorLength: Int

    package init(
        number: UInt8, interfaceClass: UInt8, subclass: UInt8, bootProtocol: UInt8, interruptIn: EndpointFacts?,
        interruptOut: EndpointFacts? = nil, reportDescriptorLength: Int = 0
    ) {
        self.number = number
        self.interfaceClass = interfaceClass
        self.subclass = subclass
        self.bootProtocol = bootProtocol
        self.interruptIn = interruptIn
        self.interruptOut = interruptOut
        self.reportDescriptorLength = reportDescriptorLength
    }

    fileprivate var isReadableHID: Bool { interfaceClass == 3 && interruptIn != nil }
    fileprivate var isBootKeyboard: Bool { isReadableHID && bootProtocol == 1 }
    fileprivate var isBootMouse: Bool { interfaceClass == 3 && bootProtocol == 2 }
}

/// What can be known of a device without opening it.
package struct DeviceFacts: Hashable, Sendable {
    package var vendor: UInt16
    package var product: UInt16
    package var interfaces: [InterfaceFacts]

    package init(vendor: UInt16, product: UInt16, interfaces: [InterfaceFacts]) {
        self.vendor = vendor
        self.product = product
        self.interfaces = interfaces
    }
}

/// What is to become of a device, decided by its descriptors, the table and the settings alone.
package struct Adoption: Hashable, Sendable {
    /// An interface worth a look at its report descriptor.
    package struct Candidate: Hashable, Sendable {
        package var interface: InterfaceFacts
        /// It may be adopted as a keyboard wedge.
        package var mayBeWedge: Bool
    }

    /// What a person is told when no candidate turns out to be a scanner.
    package enum Otherwise: Hashable, Sendable {
        case nothing
        /// A known scanner in a mode that is not read.
        case unsupportedMode(KnownScanner)
        /// Probably a scanner, but a keyboard to all appearances.
        case unconfirmedWedge
    }

    package var candidates: [Candidate]
    package var otherwise: Otherwise
    /// Its ids are a scanner's: what goes wrong with it is worth telling.
    package var isExpected: Bool

    /// Nothing of ours: never opened.
    package static let ignored = Adoption(candidates: [], otherwise: .nothing, isExpected: false)

    /// Decides.
    ///
    /// A device with a boot keyboard or a boot mouse that neither the table nor the settings name is never opened: a
    /// plain keyboard would swallow the administrator's typing.
    package static func decide(_ device: DeviceFacts, settings: ScannerUSBSettings) -> Adoption {
        func matches(_ list: [USBMatch]) -> Bool {
            list.contains { $0.matches(vendor: device.vendor, product: device.product) }
        }
        if matches(settings.ignored) { return .ignored }
        let known = KnownScanner.named(vendor: device.vendor, product: device.product)
        let isConfigured = matches(settings.wedges)
        let isWedge = isConfigured || (known.map(isWedge) ?? false)
        let isScannerVendor = KnownScanner.isScannerVendor(device.vendor)
        let hasKeyboard = device.interfaces.contains(where: \.isBootKeyboard)

        let isUsersOwn = hasKeyboard || device.interfaces.contains(where: \.isBootMouse)
        let mayProbe = isWedge || known != nil || isScannerVendor || !isUsersOwn
        let candidates =
            !mayProbe
            ? []
            : device.interfaces.compactMap { interface -> Candidate? in
                guard interface.isReadableHID, !interface.isBootMouse else { return nil }
                guard isWedge || !interface.isBootKeyboard else { return nil }
                return Candidate(interface: interface, mayBeWedge: isWedge)
            }

        var otherwise = Otherwise.nothing
        if let known, known.mode.switchHint != nil, !isConfigured {
            otherwise = .unsupportedMode(known)
        } else if hasKeyboard, !isWedge, isScannerVendor || known != nil {
            otherwise = .unconfirmedWedge
        }
        return Adoption(
            candidates: candidates, otherwise: otherwise, isExpected: isWedge || known != nil || isScannerVendor)
    }

    /// Whatever mode the ids stand for: with exactly these ids, what types like a keyboard is a scanner.
    private static func isWedge(_ known: KnownScanner) -> Bool { known.product != nil && !known.needsConfirmation }

    /// How a candidate is read, now that its report descriptor is known (empty: it could not be read); nil: not at all.
    package static func kind(of candidate: Candidate, descriptor: [UInt8]) -> ScannerKind? {
        let parsed = try? ReportDescriptor(parsing: descriptor)
        if let parsed, parsed.isBarcodeScanner { return .hidPOS }
        guard candidate.mayBeWedge else { return nil }
        // makers get the descriptor wrong: a boot keyboard types whatever its descriptor says
        if candidate.interface.bootProtocol == 1 { return .keyboardWedge }
        return parsed?.isKeyboard == true ? .keyboardWedge : nil
    }
}

extension KnownScanner.Mode {
    /// Which mode to switch to; nil where this mode is read.
    package var switchHint: String? {
        switch self {
        case .keyboard, .hidPOS, .unspecified:
            nil
        case .serial:
            "Scan the barcode for \"USB HID POS\" or \"USB keyboard\" from the scanner's manual; it is a serial port now."
        case .oem:
            "Scan the barcode for \"USB HID POS\" or \"USB keyboard\" from the scanner's manual; it speaks IBM/OEM (SurePOS) now."
        case .snapi:
            "Scan \"HID Keyboard Emulation\" or \"USB HID POS\" from the scanner's manual; it speaks SNAPI now."
        case .simpleCOM:
            "Scan \"HID Keyboard Emulation\" or \"USB HID POS\" from the scanner's manual; it is in simple COM port emulation now."
        case .batch:
            "It remembers scans instead of sending them: set it to \"HID Keyboard Emulation\" or import its file."
        case .configuration:
            "It is being configured or updated: finish that, or plug it in again."
        }
    }
}
