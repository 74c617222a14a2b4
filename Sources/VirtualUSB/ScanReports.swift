/// The reports by which a keyboard wedge types a code: 8-byte boot reports (HID 1.11 appendix B.1), each key pressed and
/// released.
enum WedgeReports {
    /// Returns the reports for a code, or nil if it holds a NUL, which no keyboard can type.
    static func reports(for scan: BenchStep.Scan, layout: TypingLayout) -> [[UInt8]]? {
        var reports: [[UInt8]] = []
        for scalar in (scan.aim ?? "").unicodeScalars { type(scalar, layout, into: &reports) }
        switch scan.content {
        case .text(let text):
            for scalar in text.unicodeScalars {
                guard scalar.value != 0 else { return nil }
                type(scalar, layout, into: &reports)
            }
        case .bytes(let bytes):
            for byte in bytes {
                guard byte != 0 else { return nil }
                if byte < 0x80 {
                    type(Unicode.Scalar(byte), layout, into: &reports)
                } else {
                    typeAltCode("0\(byte)", into: &reports)
                }
            }
        }
        switch scan.terminator ?? .enter {
        case .enter: press(.enter, into: &reports)
        case .tab: press(.tab, into: &reports)
        case .none: break
        }
        return reports
    }

    private static func type(_ scalar: Unicode.Scalar, _ layout: TypingLayout, into reports: inout [[UInt8]]) {
        if let strokes = layout.strokes(for: scalar) {
            for stroke in strokes { press(stroke, into: &reports) }
        } else {
            typeAltCode(altCode(scalar), into: &reports)
        }
    }

    private static func press(_ stroke: KeyStroke, into reports: inout [[UInt8]]) {
        reports.append([stroke.modifiers, 0, stroke.usage, 0, 0, 0, 0, 0])
        reports.append([UInt8](repeating: 0, count: 8))
    }

    /// Returns the digits that Windows accepts for a character while Alt is held: 0 and the code in code page 1252, or the
    /// code point if that page lacks the character.
    private static func altCode(_ scalar: Unicode.Scalar) -> String {
        let special: [UInt32: Int] = [
            0x20AC: 128, 0x201A: 130, 0x0192: 131, 0x201E: 132, 0x2026: 133, 0x2020: 134, 0x2021: 135, 0x02C6: 136,
            0x2030: 137, 0x0160: 138, 0x2039: 139, 0x0152: 140, 0x017D: 142, 0x2018: 145, 0x2019: 146, 0x201C: 147,
            0x201D: 148, 0x2022: 149, 0x2013: 150, 0x2014: 151, 0x02DC: 152, 0x2122: 153, 0x0161: 154, 0x203A: 155,
            0x0153: 156, 0x017E: 158, 0x0178: 159,
        ]
        if let code = special[scalar.value] { return "0\(code)" }
        if scalar.value >= 256 { return "\(scalar.value)" }
        return scalar.value < 10 ? "00\(scalar.value)" : "0\(scalar.value)"
    }

    private static func typeAltCode(_ digits: String, into reports: inout [[UInt8]]) {
        let held: [UInt8] = [KeyStroke.alt, 0, 0, 0, 0, 0, 0, 0]
        reports.append(held)
        for digit in digits.utf8 {
            // Keypad 1...9 are usages 59...61, 0 is 62.
            let usage: UInt8 = digit == UInt8(ascii: "0") ? 0x62 : 0x59 &+ (digit &- UInt8(ascii: "1"))
            reports.append([KeyStroke.alt, 0, usage, 0, 0, 0, 0, 0])
            reports.append(held)
        }
        reports.append([UInt8](repeating: 0, count: 8))
    }
}

/// The input reports of a HID POS scanner with the standard descriptor: id 2, byte count, symbology identifier in
/// three fields, 56 bytes of data, two vendor bytes, and a last byte whose bit 0 marks a continued code.
enum PointOfSaleReports {
    private static let dataSize = 56

    static func reports(for scan: BenchStep.Scan) -> [[UInt8]] {
        var bytes: [UInt8]
        switch scan.content {
        case .text(let text): bytes = Array(text.utf8)
        case .bytes(let raw): bytes = raw
        }
        switch scan.terminator ?? .none {
        case .enter: bytes.append(0x0D)
        case .tab: bytes.append(0x09)
        case .none: break
        }
        var aim = Array((scan.aim ?? "]C0").utf8.prefix(3))
        if aim.count < 3 { aim = [0, 0, 0] }

        var reports: [[UInt8]] = []
        var rest = bytes[...]
        repeat {
            let part = rest.prefix(dataSize)
            rest = rest.dropFirst(dataSize)
            let padding = [UInt8](repeating: 0, count: dataSize - part.count)
            reports.append([2, UInt8(part.count)] + aim + part + padding + [0, 0, rest.isEmpty ? 0 : 1])
        } while !rest.isEmpty
        return reports
    }
}
