/// The keys down in one keyboard report.
struct KeyboardReport: Hashable, Sendable {
    var id: UInt8
    /// Bit 0…7: left Control, Shift, Alt, GUI, then the right ones.
    var modifiers: UInt8
    /// Usages of page 07 in array order, repeats included.
    var keys: [UInt8]

    /// A Boolean value that is true if the report holds ErrorRollOver, POSTFail or ErrorUndefined, so that the keys down
    /// are unknown.
    var isError: Bool { keys.contains { (1...3).contains($0) } }

    /// Returns the keys of this report that the previous one did not hold, in order; a repeated key counts repeatedly.
    func newKeys(since previous: KeyboardReport?) -> [UInt8] {
        guard let previous, !previous.keys.isEmpty else { return keys }
        var held = previous.keys
        var new: [UInt8] = []
        for key in keys {
            if let index = held.firstIndex(of: key) { held.remove(at: index) } else { new.append(key) }
        }
        return new
    }
}

/// Finds modifiers and keys in reports, by descriptor.
struct KeyboardReportReader: Sendable {
    enum Reading {
        case keyboard(KeyboardReport)
        /// A report shorter than its descriptor declares.
        case short
        /// Another report of the device, or none.
        case unrelated
    }

    /// The most keys read from one report, far above what hands or scanners press.
    private static let maximumKeys = 256

    private struct Shape {
        var length: Int
        var fields: [ReportField]
    }

    private let isNumbered: Bool
    private let lengths: [UInt8: Int]
    private let shapes: [UInt8: Shape]

    /// Creates a reader for the keys that the descriptor declares, or for boot reports if it declares none.
    init(_ descriptor: ReportDescriptor?) {
        let declared = descriptor.map(Self.shapes) ?? [:]
        if let descriptor, !declared.isEmpty {
            isNumbered = descriptor.hasNumberedInput
            lengths = descriptor.inputReportLengths
            shapes = declared
        } else {
            isNumbered = false
            lengths = [0: 8]
            shapes = [0: Self.boot]
        }
    }

    private static func shapes(of descriptor: ReportDescriptor) -> [UInt8: Shape] {
        let lengths = descriptor.inputReportLengths
        var shapes: [UInt8: Shape] = [:]
        for field in descriptor.fields where field.type == .input {
            guard field.application == .keyboard || field.application == .keypad else { continue }
            guard field.usages.contains(where: { $0.first >> 16 == 0x07 }) else { continue }
            let shape = Shape(length: lengths[field.reportID] ?? 0, fields: [])
            shapes[field.reportID, default: shape].fields.append(field)
        }
        return shapes
    }

    /// The boot layout: modifiers, a reserved byte and six keys (HID 1.11 appendix B.1).
    private static var boot: Shape {
        let modifiers = ReportField(
            type: .input, reportID: 0, bitOffset: 0, elementBits: 1, count: 8, logicalMinimum: 0, logicalMaximum: 1,
            isVariable: true, application: .keyboard, usages: [UsageRange(first: 0x07_00E0, count: 8)])
        let keys = ReportField(
            type: .input, reportID: 0, bitOffset: 16, elementBits: 8, count: 6, logicalMinimum: 0, logicalMaximum: 255,
            isVariable: false, application: .keyboard, usages: [UsageRange(first: 0x07_0000, count: 256)])
        return Shape(length: 8, fields: [modifiers, keys])
    }

    /// Returns the reports in the bytes of one transfer.
    func reports(in bytes: [UInt8]) -> [[UInt8]] {
        splitReports(bytes, isNumbered: isNumbered, lengths: lengths)
    }

    func read(_ report: [UInt8]) -> Reading {
        guard let first = report.first else { return .unrelated }
        let id = isNumbered ? first : 0
        guard let shape = shapes[id] else { return .unrelated }
        guard report.count >= shape.length else { return .short }
        var result = KeyboardReport(id: id, modifiers: 0, keys: [])
        for field in shape.fields {
            let start = field.bitOffset + (isNumbered ? 8 : 0)
            if field.isVariable {
                readBitmap(field, from: start, of: report, into: &result)
            } else {
                readArray(field, from: start, of: report, into: &result)
            }
        }
        return .keyboard(result)
    }

    private func readArray(
        _ field: ReportField, from start: Int, of report: [UInt8], into result: inout KeyboardReport
    ) {
        for element in 0..<field.count {
            let raw = reportBits(report, at: start + element * field.elementBits, count: field.elementBits)
            guard let selected = field.selection(raw), let usage = field.usage(selectedBy: selected) else { continue }
            add(usage, to: &result)
        }
    }

    private func readBitmap(
        _ field: ReportField, from start: Int, of report: [UInt8], into result: inout KeyboardReport
    ) {
        for element in 0..<field.count {
            let raw = reportBits(report, at: start + element * field.elementBits, count: field.elementBits)
            guard raw != 0, let usage = field.usage(ofElement: element) else { continue }
            // A device that sends both an array and a bitmap means one key.
            if usage.page == 0x07, result.keys.contains(where: { UInt16($0) == usage.id }) { continue }
            add(usage, to: &result)
        }
    }

    private func add(_ usage: Usage, to result: inout KeyboardReport) {
        guard usage.page == 0x07, usage.id > 0, usage.id <= 0xFF, result.keys.count < Self.maximumKeys else { return }
        let key = UInt8(usage.id)
        if (0xE0...0xE7).contains(key) {
            result.modifiers |= 1 << (key - 0xE0)
        } else {
            result.keys.append(key)
        }
    }
}
