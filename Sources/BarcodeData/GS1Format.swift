/// The format of an AI's value (GS1 Barcode Syntax Dictionary): digits, then an optional part of variable length.
struct GS1Format {
    enum Characters { case digits, set82, set39 }

    /// The number of digits at the beginning.
    var digits = 0
    /// The number of digits that end with a check digit, or 0 without one.
    var checked = 0
    /// The largest number of characters after the digits; at least one must follow if there are no digits.
    var suffix = 0
    var characters = Characters.set82
    /// A Boolean value that is true if the AI determines the length, so that no separator needs to follow.
    var isPredefined = false
    /// A Boolean value that is true if the first digit must be 0 (GRAI).
    var startsWithZero = false

    func accepts(_ value: ArraySlice<UInt8>) -> Bool {
        guard value.count >= max(digits, 1), value.count - digits <= suffix else { return false }
        let front = value.prefix(digits)
        return front.allSatisfy(\.isDigit) && (!startsWithZero || front.first == UInt8(ascii: "0"))
            && (checked == 0 || hasValidCheckDigit(front.prefix(checked)))
            && value.dropFirst(digits).allSatisfy(isAllowed)
    }

    private func isAllowed(_ byte: UInt8) -> Bool {
        switch characters {
        case .digits: byte.isDigit
        case .set39: byte.isDigit || byte.isUpper || byte == 0x23 || byte == 0x2D || byte == 0x2F
        // AI encodable character set 82: General Specifications §7.11.
        case .set82: byte.isAlphanumeric || (0x25...0x3F).contains(byte) || byte == 0x21 || byte == 0x22 || byte == 0x5F
        }
    }

    /// Returns the format of an AI, or nil if it is unknown.
    static func of(_ ai: String) -> GS1Format? {
        if let format = table[ai] { return format }
        guard ai.utf8.count == 4, let group = Int(ai.prefix(3)) else { return nil }
        switch group {
        // Measures and amounts, with the position of the decimal point as the fourth digit.
        case 310...316, 320...337, 340...357, 360...369: return GS1Format(digits: 6, isPredefined: true)
        case 390, 392, 394: return GS1Format(suffix: 15, characters: .digits)
        case 391, 393: return GS1Format(suffix: 18, characters: .digits)
        default: return nil
        }
    }

    private static let table: [String: GS1Format] = {
        var table: [String: GS1Format] = [
            "00": GS1Format(digits: 18, checked: 18, isPredefined: true),
            "20": GS1Format(digits: 2, isPredefined: true),
            "30": GS1Format(suffix: 8, characters: .digits), "37": GS1Format(suffix: 8, characters: .digits),
            "253": GS1Format(digits: 13, checked: 13, suffix: 17),
            "255": GS1Format(digits: 13, checked: 13, suffix: 12, characters: .digits),
            "402": GS1Format(digits: 17, checked: 17), "422": GS1Format(digits: 3),
            "8003": GS1Format(digits: 14, checked: 14, suffix: 16, startsWithZero: true),
            "8006": GS1Format(digits: 18, checked: 14), "8010": GS1Format(suffix: 30, characters: .set39),
            "8011": GS1Format(suffix: 12, characters: .digits), "8017": GS1Format(digits: 18, checked: 18),
            "8018": GS1Format(digits: 18, checked: 18), "8019": GS1Format(suffix: 10, characters: .digits),
            "8026": GS1Format(digits: 18, checked: 14),
        ]
        for ai in ["01", "02", "03"] { table[ai] = GS1Format(digits: 14, checked: 14, isPredefined: true) }
        for ai in ["11", "12", "13", "15", "16", "17"] { table[ai] = GS1Format(digits: 6, isPredefined: true) }
        for ai in 410...417 { table[String(ai)] = GS1Format(digits: 13, checked: 13, isPredefined: true) }
        for ai in 91...99 { table[String(ai)] = GS1Format(suffix: 90) }
        let lengths: [Int: [String]] = [
            4: ["7040"], 20: ["10", "21", "22", "243", "254"], 25: ["8013"], 28: ["235"],
            30: ["240", "241", "250", "251", "400", "401", "403", "90", "8004"], 70: ["8200"],
        ]
        for (length, names) in lengths {
            for ai in names { table[ai] = GS1Format(suffix: length) }
        }
        return table
    }()
}

/// Verifies GS1's modulo 10 (General Specifications §7.9.1): from the right, weights 3, 1, 3, 1 … before the check digit.
///
/// - Parameter digits: decimal digits, the check digit last.
/// - Returns: whether the check digit is right; false if there are no digits or other bytes.
func hasValidCheckDigit(_ digits: some BidirectionalCollection<UInt8>) -> Bool {
    guard !digits.isEmpty, digits.allSatisfy(\.isDigit) else { return false }
    var sum = 0
    for (offset, byte) in digits.reversed().enumerated() { sum += byte.digit * (offset.isMultiple(of: 2) ? 1 : 3) }
    return sum.isMultiple(of: 10)
}
