package import HIDDecoding

/// The output reports that make a scanner beep; empty for a scanner that declares none.
package struct Feedback: Hashable, Sendable {
    /// An output report.
    package struct Report: Hashable, Sendable {
        /// The report id, or 0 if the device has none.
        package var id: UInt8
        /// The bytes, with the id first if it is not 0.
        package var bytes: [UInt8]
    }

    private var good: Report?
    private var error: Report?
    private var notOnFile: Report?

    /// Finds the usages Sound Error Beep, Good Read Beep and Not On File Beep (HUT 1.5 page 8C, 85…87) in the output
    /// reports. Honeywell's beep command serves as the good beep if its report FD is declared.
    package init(_ descriptor: ReportDescriptor, vendor: UInt16) {
        func beep(_ usage: UInt16) -> Report? {
            for field in descriptor.fields where field.type == .output && field.isVariable {
                let element = (0..<min(field.count, 256)).first { field.usage(ofElement: $0) == Usage(0x8c, usage) }
                guard let element else { continue }
                let bit = field.bitOffset + element * field.elementBits
                return Self.report(field.reportID, of: descriptor, settingBit: bit)
            }
            return nil
        }
        error = beep(0x85)
        good = beep(0x86)
        notOnFile = beep(0x87)
        if good == nil, honeywellVendors.contains(vendor), descriptor.hasOutputReport(0xfd) {
            good = Self.report(0xfd, of: descriptor, settingBit: nil)
            good?.replace(from: 1, with: [0x03, 0x16, 0x07, 0x0d])
        }
    }

    /// Returns the reports that give a signal, to be sent one after another with a pause: two good beeps for a repeated
    /// request. There are none if the scanner cannot give the signal, rather than a sound with another meaning.
    package func reports(for signal: ScannerSignal) -> [Report] {
        switch signal {
        case .done: good.map { [$0] } ?? []
        case .repeated: good.map { [$0, $0] } ?? []
        case .refused: error.map { [$0] } ?? []
        case .unknown: (notOnFile ?? error).map { [$0] } ?? []
        }
    }

    private static func report(_ id: UInt8, of descriptor: ReportDescriptor, settingBit bit: Int?) -> Report? {
        guard let bits = descriptor.bitCount(.output, id: id), (1...8 * 1024).contains(bits) else { return nil }
        var bytes = [UInt8](repeating: 0, count: (bits + 7) / 8)
        if let bit {
            guard bytes.indices.contains(bit >> 3) else { return nil }
            bytes[bit >> 3] |= 1 << UInt8(bit & 7)
        }
        return Report(id: id, bytes: id == 0 ? bytes : [id] + bytes)
    }
}

extension Feedback.Report {
    fileprivate mutating func replace(from start: Int, with command: [UInt8]) {
        for (index, byte) in command.enumerated() where bytes.indices.contains(start + index) {
            bytes[start + index] = byte
        }
    }
}

/// The vendor ids of Honeywell and its brand Youjie.
let honeywellVendors: Set<UInt16> = [0x0c2e, 0x23d0]

/// Returns the report that turns all LEDs off, so that a scanner that follows Caps Lock types the case that it read (HID
/// 1.11 appendix B.1), or nil if a readable descriptor declares no LEDs.
package func ledsOffReport(_ descriptor: ReportDescriptor?) -> Feedback.Report? {
    guard let descriptor, descriptor.isKeyboard else { return Feedback.Report(id: 0, bytes: [0]) }
    let leds = descriptor.fields.first { $0.type == .output && $0.usage(ofElement: 0)?.page == 0x08 }
    guard let leds, let bits = descriptor.bitCount(.output, id: leds.reportID), bits <= 512 else { return nil }
    let zeros = [UInt8](repeating: 0, count: (bits + 7) / 8)
    return Feedback.Report(id: leds.reportID, bytes: leds.reportID == 0 ? zeros : [leds.reportID] + zeros)
}
