package import HIDDecoding

/// The decision about a device, based on its descriptors, the table of known scanners and the settings.
package struct Adoption: Hashable, Sendable {
    /// An interface whose report descriptor is read.
    package struct Candidate: Hashable, Sendable {
        /// The interface.
        package var interface: InterfaceFacts
        /// A Boolean value that is true if the interface may be adopted as a keyboard wedge.
        package var mayBeWedge: Bool
    }

    /// The message for a person if no candidate turns out to be a scanner.
    package enum Diagnosis: Hashable, Sendable {
        /// The device is no scanner.
        case nothing
        /// The device is a known scanner in an unsupported mode.
        case unsupportedMode(KnownScanner)
        /// The device is probably a scanner but looks like a keyboard.
        case unconfirmedWedge
    }

    /// The interfaces whose report descriptors are read.
    package var candidates: [Candidate]
    /// The message if no candidate is a scanner.
    package var diagnosis: Diagnosis
    /// A Boolean value that is true if the ids are a scanner's, so that problems with the device are reported.
    package var isExpected: Bool

    /// The decision about a device that is never opened.
    package static let ignored = Adoption(candidates: [], diagnosis: .nothing, isExpected: false)

    /// Decides about a device.
    ///
    /// A device with a boot keyboard or a boot mouse that neither the table nor the settings name is never opened: a
    /// claimed keyboard would swallow the administrator's typing.
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

        let mayBeUserInput = hasKeyboard || device.interfaces.contains(where: \.isBootMouse)
        let mayProbe = isWedge || known != nil || isScannerVendor || !mayBeUserInput
        let candidates =
            !mayProbe
            ? []
            : device.interfaces.compactMap { interface -> Candidate? in
                guard interface.isReadableHID, !interface.isBootMouse else { return nil }
                guard isWedge || !interface.isBootKeyboard else { return nil }
                return Candidate(interface: interface, mayBeWedge: isWedge)
            }

        var diagnosis = Diagnosis.nothing
        if let known, known.mode.switchHint != nil, !isConfigured {
            diagnosis = .unsupportedMode(known)
        } else if hasKeyboard, !isWedge, isScannerVendor || known != nil {
            diagnosis = .unconfirmedWedge
        }
        return Adoption(
            candidates: candidates, diagnosis: diagnosis, isExpected: isWedge || known != nil || isScannerVendor)
    }

    /// Returns whether a device that types like a keyboard is a scanner by its exact ids, whatever mode they stand for.
    private static func isWedge(_ known: KnownScanner) -> Bool { known.product != nil && !known.needsConfirmation }

    /// Returns the protocol of a candidate with its report descriptor (empty if it could not be read), or nil if it is
    /// not adopted.
    package static func kind(of candidate: Candidate, descriptor: [UInt8]) -> ScannerKind? {
        let parsed = try? ReportDescriptor(parsing: descriptor)
        if let parsed, parsed.isBarcodeScanner { return .hidPOS }
        guard candidate.mayBeWedge else { return nil }
        // Vendors get the descriptor wrong: a boot keyboard types whatever its descriptor declares.
        if candidate.interface.bootProtocol == 1 { return .keyboardWedge }
        return parsed?.isKeyboard == true ? .keyboardWedge : nil
    }
}

extension KnownScanner.Mode {
    /// The instruction for switching to a supported mode, or nil if this mode is supported.
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
