/// The digits typed on the keypad while Alt is held (Windows' ALT codes).
struct AltCode: Sendable {
    /// The meaning of a finished sequence.
    enum Value: Equatable {
        /// Alt+0nnn up to 255.
        case ansi(UInt8)
        /// Alt+nnn up to 255.
        case oem(UInt8)
        /// Alt+ a number above 255, or Alt and `+` with hexadecimal digits.
        case scalar(Unicode.Scalar)
        /// A number without a character.
        case invalid
    }

    private static let maximumDigits = 8

    private var digits: [UInt8] = []
    private(set) var isHexadecimal = false
    /// A Boolean value that is true if all digits came in one report.
    ///
    /// The next report with other digits is then the next character, even if Alt was not released in between.
    var isChord = false

    var isEmpty: Bool { digits.isEmpty && !isHexadecimal }
    var count: Int { digits.count }

    /// Returns the ALT digit of a key, or nil. Letters and the digit row count only after `+`.
    func digit(for key: UInt8) -> UInt8? {
        switch key {
        case 0x59...0x61: key - 0x58
        case 0x62: 0
        case 0x04...0x09 where isHexadecimal: key - 0x04 + 10
        case 0x1E...0x26 where isHexadecimal: key - 0x1D
        case 0x27 where isHexadecimal: 0
        default: nil
        }
    }

    /// Accepts a key, or returns false if it does not belong to an ALT code.
    mutating func accept(_ key: UInt8) -> Bool {
        if key == 0x57, isEmpty {
            isHexadecimal = true
            return true
        }
        guard let digit = digit(for: key) else { return false }
        // One digit more than allowed is kept, so that an overlong sequence stays invalid.
        if digits.count <= Self.maximumDigits { digits.append(digit) }
        return true
    }

    var value: Value {
        guard !digits.isEmpty, digits.count <= Self.maximumDigits else { return .invalid }
        let base: UInt32 = isHexadecimal ? 16 : 10
        var number: UInt32 = 0
        for digit in digits {
            let (product, overflow) = number.multipliedReportingOverflow(by: base)
            guard !overflow else { return .invalid }
            number = product + UInt32(digit)
        }
        if !isHexadecimal, let byte = UInt8(exactly: number) { return digits.first == 0 ? .ansi(byte) : .oem(byte) }
        return Unicode.Scalar(number).map(Value.scalar) ?? .invalid
    }
}
