/// The direction of a report (HID 1.11 §6.2.2.4).
package enum ReportType: UInt8, Hashable, Sendable {
    case input, output, feature
}

/// One Input, Output or Feature item that carries data: `count` elements side by side.
package struct ReportField: Hashable, Sendable {
    /// The direction of the report that holds the field.
    package var type: ReportType
    /// The id of the report, or 0 if the device has no report ids.
    package var reportID: UInt8
    /// The position in bits from the end of the report id.
    package var bitOffset: Int
    /// The size of one element in bits, 1 to 256.
    package var elementBits: Int
    /// The number of elements, 1 to 12,288.
    package var count: Int
    /// The smallest value of an element.
    package var logicalMinimum: Int64
    /// The largest value of an element.
    package var logicalMaximum: Int64
    /// A Boolean value that is true if each element has its own usage, and false if its value selects one.
    package var isVariable: Bool
    /// The innermost application collection around it.
    package var application: Usage?
    var usages: [UsageRange]

    /// Returns the usage of an element of a variable field; the last usage repeats (HID 1.11 §6.2.2.8).
    package func usage(ofElement index: Int) -> Usage? {
        if let exact = usage(selectedBy: index) { return exact }
        guard index >= 0, let last = usages.last else { return nil }
        return Usage(raw: last.first &+ UInt32(truncatingIfNeeded: last.count - 1))
    }

    /// Returns the usage that an array element selects; `index` is its value less the logical minimum.
    package func usage(selectedBy index: Int) -> Usage? {
        var rest = index
        guard rest >= 0 else { return nil }
        for range in usages {
            if rest < range.count { return Usage(raw: range.first &+ UInt32(truncatingIfNeeded: rest)) }
            rest -= range.count
        }
        return nil
    }

    /// Returns the value of an array element as an index for ``usage(selectedBy:)``, or nil outside the logical range.
    func selection(_ raw: UInt32) -> Int? {
        let value = logicalMinimum < 0 ? signed(raw) : Int64(raw)
        guard value >= logicalMinimum, value <= logicalMaximum else { return nil }
        return Int(value - logicalMinimum)
    }

    private func signed(_ raw: UInt32) -> Int64 {
        guard elementBits < 32 else { return Int64(Int32(bitPattern: raw)) }
        let sign = UInt32(1) << UInt32(elementBits - 1)
        return raw & sign == 0 ? Int64(raw) : Int64(raw) - (Int64(1) << Int64(elementBits))
    }
}

/// Returns up to 32 bits of a report, least significant first (HID 1.11 §8); bits beyond its end are 0.
func reportBits(_ report: [UInt8], at offset: Int, count: Int) -> UInt32 {
    if count == 8, offset & 7 == 0 {
        let byte = offset >> 3
        return byte >= 0 && byte < report.count ? UInt32(report[byte]) : 0
    }
    var value: UInt32 = 0
    for bit in 0..<max(0, min(count, 32)) {
        let position = offset + bit
        let byte = position >> 3
        guard byte >= 0, byte < report.count else { break }
        if report[byte] >> UInt8(position & 7) & 1 == 1 { value |= 1 << UInt32(bit) }
    }
    return value
}
