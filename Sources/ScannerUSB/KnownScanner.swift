/// A scanner with published ids (usb.ids 2025.07.26, vendors' manuals and drivers, public captures).
///
/// Ids are only a hint: a report descriptor that declares `8C:02` takes precedence.
public struct KnownScanner: Hashable, Sendable {
    /// The mode in which a scanner with these ids presents itself.
    public enum Mode: String, Sendable, CaseIterable {
        /// A keyboard.
        case keyboard
        /// HID POS reports.
        case hidPOS = "hid_pos"
        /// A serial port over USB (CDC ACM or vendor specific).
        case serial
        /// IBM/OEM ("SurePOS", "OPOS"), hand-held or table-top.
        case oem
        /// Symbol native interface; every report must be acknowledged.
        case snapi
        /// Symbol "simple COM port emulation": HID with length and data.
        case simpleCOM = "simple_com"
        /// A memory that delivers scans later.
        case batch
        /// The scanner is being configured or updated.
        case configuration
        /// The sources do not name the mode.
        case unspecified
    }

    /// The USB vendor id.
    public var vendor: UInt16
    /// The USB product id, or nil for every product of the vendor.
    public var product: UInt16?
    /// The vendor and the model, as far as they are known.
    public var name: String
    /// The mode for which the ids stand.
    public var mode: Mode
    /// A Boolean value that is true if the ids belong to a maker of general-purpose chips, so that an ordinary keyboard
    /// may have them too: the device is adopted as a keyboard wedge only if the configuration names it.
    public var needsConfirmation: Bool

    /// Creates an entry.
    public init(vendor: UInt16, product: UInt16?, name: String, mode: Mode, needsConfirmation: Bool = false) {
        self.vendor = vendor
        self.product = product
        self.name = name
        self.mode = mode
        self.needsConfirmation = needsConfirmation
    }

    /// Returns the entry for the ids, or else that of the whole vendor, or nil.
    public static func named(vendor: UInt16, product: UInt16) -> KnownScanner? {
        let ofVendor = knownScanners.filter { $0.vendor == vendor }
        return ofVendor.first { $0.product == product } ?? ofVendor.first { $0.product == nil }
            ?? newland(vendor: vendor, product: product)
    }

    /// Returns the entry of a Newland engine, which has the same high byte in every mode (usb.ids), or nil.
    private static func newland(vendor: UInt16, product: UInt16) -> KnownScanner? {
        guard vendor == 0x1eab else { return nil }
        let modes: [UInt16: Mode] = [0x03: .keyboard, 0x06: .serial, 0x10: .hidPOS]
        return modes[product & 0xff].map {
            KnownScanner(vendor: vendor, product: product, name: "Newland scanner", mode: $0)
        }
    }

    /// Returns whether the vendor makes scanners and no keyboards.
    public static func isScannerVendor(_ vendor: UInt16) -> Bool { scannerVendors.contains(vendor) }

    private static let scannerVendors: Set<UInt16> = [
        0x05e0, 0x05f9, 0x0c2e, 0x23d0, 0x0536, 0x067e, 0x065a, 0x1eab, 0x0db5, 0x080c, 0x1777, 0x27dd,
    ]
}

private func rows(_ vendor: UInt16, _ products: [UInt16], _ name: String, _ mode: KnownScanner.Mode) -> [KnownScanner] {
    products.map { KnownScanner(vendor: vendor, product: $0, name: name, mode: mode) }
}

private func shared(_ vendor: UInt16, _ products: [UInt16], _ name: String) -> [KnownScanner] {
    products.map { KnownScanner(vendor: vendor, product: $0, name: name, mode: .keyboard, needsConfirmation: true) }
}

private let zebra: [KnownScanner] =
    rows(0x05e0, [0x0600], "Symbol LS/MS/DS", .simpleCOM)
    + rows(0x05e0, [0x0700], "Symbol CS1504", .batch)
    + rows(0x05e0, [0x1200], "Symbol/Zebra scanner", .keyboard)
    + rows(0x05e0, [0x1300, 0x1400], "Symbol/Zebra scanner", .oem)
    + rows(0x05e0, [0x1701], "Symbol/Zebra scanner", .serial)
    + rows(0x05e0, [0x1900], "Symbol/Zebra scanner", .snapi)
    + rows(0x05e0, [0x1a00], "Symbol/Zebra CS4070", .batch)

private let datalogic: [KnownScanner] =
    rows(0x05f9, [0x1104], "Datalogic Magellan 2200VS", .unspecified)
    + rows(0x05f9, [0x1206, 0x120c], "Datalogic Gryphon", .oem)
    + rows(0x05f9, [0x2202], "PSC point-of-sale handheld", .unspecified)
    + rows(0x05f9, [0x2206, 0x220c], "Datalogic Gryphon", .keyboard)
    + rows(0x05f9, [0x2601, 0x2602], "Datalogic Magellan 1000i/1100i", .unspecified)
    + rows(0x05f9, [0x4204], "Datalogic Gryphon", .serial)
    + rows(0x05f9, [0x4002], "Datalogic Magellan", .serial)
    + rows(0x05f9, [0x5204], "Datalogic Gryphon GFS4170", .configuration)
    + rows(0x080c, [0x0300, 0x0400, 0x0500], "Datalogic Gryphon D120", .unspecified)
    + rows(0x080c, [0x0600], "Datalogic Gryphon M100", .unspecified)

private let honeywell: [KnownScanner] =
    rows(0x0c2e, [0x0007], "Metrologic MS7120", .oem)
    + rows(0x0c2e, [0x0200], "Metrologic MS7120", .unspecified)
    + rows(0x0c2e, [0x0204], "Metrologic MS7120", .keyboard)
    + rows(0x0c2e, [0x0206], "Metrologic MS4980", .unspecified)
    + rows(0x0c2e, [0x0700, 0x0720], "Metrologic MS7120", .serial)
    + rows(0x0c2e, [0x0a64], "Honeywell Stratos 2700", .unspecified)
    + rows(0x0c2e, [0x0b61, 0x0b6a], "Honeywell Vuquest 3310g", .unspecified)
    + rows(0x0c2e, [0x0b81], "Honeywell Voyager 1400g", .unspecified)
    + rows(0x0c2e, [0x0db3], "Honeywell Voyager 1602g", .hidPOS)
    + rows(0x0536, [0x01ca], "Hand Held Products IT4800", .unspecified)
    + rows(0x067e, [0x0801], "Intermec scanner", .keyboard)
    + rows(0x067e, [0x0803, 0x0805], "Intermec scanner", .serial)
    + [KnownScanner(vendor: 0x23d0, product: nil, name: "Youjie scanner", mode: .hidPOS)]

private let newland: [KnownScanner] =
    rows(0x1eab, [0x0103], "Newland HR200", .keyboard) + rows(0x1eab, [0x0106], "Newland HR200", .serial)
    + rows(0x1eab, [0x0110], "Newland HR200", .hidPOS)
    + rows(0x1eab, [0x0c03], "Newland HR100/HR3260", .keyboard)
    + rows(0x1eab, [0x0c06], "Newland HR100/HR3260", .serial)
    + rows(0x1eab, [0x0c10], "Newland HR100/HR3260", .hidPOS)
    + rows(0x1eab, [0x1303], "Newland EM30xx/HR3260", .keyboard)
    + rows(0x1eab, [0x1306], "Newland EM30xx/HR3260", .serial)
    + rows(0x1eab, [0x1310], "Newland EM30xx/HR3260", .hidPOS)
    + rows(0x1eab, [0x1a03], "Newland HR3290/HR22", .keyboard) + rows(0x1eab, [0x1a06], "Newland HR3290/HR22", .serial)
    + rows(0x1eab, [0x1a10], "Newland HR3290/HR22", .hidPOS)
    + rows(0x1eab, [0x1d03], "Newland FM430", .keyboard) + rows(0x1eab, [0x1d06], "Newland FM430", .serial)
    + rows(0x1eab, [0x1d10], "Newland FM430", .hidPOS)
    + rows(0x1eab, [0x8203], "Newland EM3080/FM30", .keyboard) + rows(0x1eab, [0x8206], "Newland EM3080/FM30", .serial)
    + rows(0x1eab, [0x8210], "Newland EM3080/FM30", .hidPOS)

private let others: [KnownScanner] =
    rows(0x065a, [0x0001], "Opticon OPR-2001/NLV-1001", .keyboard)
    + rows(0x065a, [0x0009], "Opticon OPN-2001", .serial)
    + rows(0x0db5, [0x0139], "Access-IS barcode module", .serial)
    + rows(0x0db5, [0x013a], "Access-IS barcode module", .keyboard)
    + rows(0x0db5, [0x013b], "Access-IS barcode module", .hidPOS)
    + rows(0x03f0, [0x0139, 0x1d24], "HP barcode scanner", .keyboard)
    + rows(0x0581, [0x0107, 0x020c], "Tera scanner", .keyboard)
    + rows(0x04b4, [0xbca1, 0xde61, 0xde64], "Barcode reader (Cypress)", .keyboard)
    + rows(0x24ae, [0x0197], "Rapoo barcode scanner", .keyboard)
    + rows(0x24ea, [0x0197], "Meva barcode scanner", .keyboard)
    + rows(0x1777, [0x0003], "Microscan MicroHAWK ID-20", .unspecified)
    + rows(0x27dd, [0x0002], "Mindeo scanner", .serial)
    + rows(0x05fe, [0x1010], "OKE barcode reader", .keyboard)
    + rows(0x0218, [0x0210], "Barcode scanner", .keyboard)
    + shared(0x04b4, [0x0100], "Cino F760-B (Cypress)")
    + shared(0x040b, [0x6510], "Barcode reader (Weltrend)")
    + shared(0x0416, [0xc141], "Barcode reader (Winbond)")

/// The scanners with published ids.
public let knownScanners: [KnownScanner] = zebra + datalogic + honeywell + newland + others
