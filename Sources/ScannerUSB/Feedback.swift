package import HIDDecoding

/// What an operator should hear from the scanner itself.
public enum ScannerSignal: String, Sendable, CaseIterable {
    /// The scan was applied.
    case good
    /// The scan was refused.
    case error
    /// Nobody knows the code.
    case notOnFile = "not_on_file"
}

/// The output reports by which one scanner beeps; empty for a scanner that declares none.
package struct Feedback: Hashable, Sendable {
    /// An output report, its id in front where it is not 0.
    package struct Report: Hashable, Sendable {
        package var id: UInt8
        package var bytes: [UInt8]
    }

    private var reports: [ScannerSignal: Report] = [:]

    /// Finds the usages Sound Error Beep, Good Read Beep and Not On File Beep (HUT 1.5 page 8C, 85…87) in the output
    /// reports. Honeywell's beep command is used for ``ScannerSignal/good`` where its report FD is declared.
    package init(_ descriptor: ReportDescriptor, vendor: UInt16) {
        let usages: [(ScannerSignal, UInt16)] = [(.error, 0x85), (.good, 0x86), (.notOnFile, 0x87)]
        for field in descriptor.fields where field.type == .output && field.isVariable {
            for (signal, usage) in usages where reports[signal] == nil {
                let element = (0..<min(field.count, 256)).first { field.usage(ofElement: $0) == Usage(0x8c, usage) }
                guard let element else { continue }
                let bit = field.bitOffset + element * field.elementBits
                reports[signal] = Self.report(field.reportID, of: descriptor, settingBit: bit)
            }
        }
        if reports[.good] == nil, honeywellVendors.contains(vendor), descriptor.hasOutputReport(0xfd) {
            var beep = Self.report(0xfd, of: descriptor, settingBit: nil)
            beep?.replace(from: 1, with: [0x03, 0x16, 0x07, 0x0d])
            reports[.good] = beep
        }
    }

    /// The report that makes the sound; nil where the scanner cannot.
    package func report(for signal: ScannerSignal) -> Report? { reports[signal] }

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

/// Honeywell and its brand Youjie.
let honeywellVendors: Set<UInt16> = [0x0c2e, 0x23d0]

/// The LED report that turns everything off, so that a scanner that watches Caps Lock types the case it read
/// (HID 1.11 appendix B.1); nil where a readable descriptor declares no LEDs.
package func ledsOffReport(_ descriptor: ReportDescriptor?) -> Feedback.Report? {
    guard let descriptor, descriptor.isKeyboard else { return Feedback.Report(id: 0, bytes: [0]) }
    let leds = descriptor.fields.first { $0.type == .output && $0.usage(ofElement: 0)?.page == 0x08 }
    guard let leds, let bits = descriptor.bitCount(.output, id: leds.reportID), bits <= 512 else { return nil }
    let zeros = [UInt8](repeating: 0, count: (bits + 7) / 8)
    return Feedback.Report(id: leds.reportID, bytes: leds.reportID == 0 ? zeros : [leds.reportID] + zeros)
}
