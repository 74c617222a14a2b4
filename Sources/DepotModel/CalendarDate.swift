/// A day of the Gregorian calendar without a time zone, years 1 to 9999.
public struct CalendarDate: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
    /// The year, 1 to 9999.
    public let year: Int
    /// The month, 1 to 12.
    public let month: Int
    /// The day of the month, from 1.
    public let day: Int

    /// Creates a day, or returns nil if the calendar has no such day.
    public init?(year: Int, month: Int, day: Int) {
        guard (1...9999).contains(year), (1...12).contains(month), day >= 1,
            day <= CalendarDate.days(in: month, of: year)
        else { return nil }
        self.init(unchecked: year, month, day)
    }

    /// Creates a day from `YYYY-MM-DD`, or returns nil for anything else and for days that do not exist.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
            let year = decimal(bytes[0..<4]), let month = decimal(bytes[5..<7]), let day = decimal(bytes[8..<10])
        else { return nil }
        self.init(year: Int(year), month: Int(month), day: Int(day))
    }

    /// Creates the day that is `daysSinceEpoch` days after 1970-01-01, clamped to years 1 to 9999.
    ///
    /// Source: H. Hinnant, “chrono-Compatible Low-Level Date Algorithms”, civil_from_days.
    public init(daysSinceEpoch: Int64) {
        let shifted = min(max(daysSinceEpoch, -719_162), 2_932_896) + 719_468
        let era = floorDivide(shifted, 146_097).quotient
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        self.init(
            unchecked: Int(yearOfEra + era * 400 + (month <= 2 ? 1 : 0)), Int(month),
            Int(dayOfYear - (153 * shiftedMonth + 2) / 5 + 1))
    }

    private init(unchecked year: Int, _ month: Int, _ day: Int) {
        self.year = year
        self.month = month
        self.day = day
    }

    /// The number of days since 1970-01-01, negative before it.
    public var daysSinceEpoch: Int64 {
        let shiftedYear = Int64(month <= 2 ? year - 1 : year)
        let era = floorDivide(shiftedYear, 400).quotient
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * Int64(month > 2 ? month - 3 : month + 9) + 2) / 5 + Int64(day) - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    /// The midnight in UTC at which the day starts.
    public var startOfDay: Timestamp { Timestamp(milliseconds: daysSinceEpoch * 86_400_000) }

    /// Returns the day that is `days` later, clamped to years 1 to 9999.
    public func advanced(byDays days: Int) -> CalendarDate {
        CalendarDate(daysSinceEpoch: daysSinceEpoch + Int64(min(max(days, -4_000_000), 4_000_000)))
    }

    /// Returns the same day `months` later, or the last day of that month if it is shorter.
    public func advanced(byMonths months: Int) -> CalendarDate {
        let bounded = Int64(min(max(months, -120_000), 120_000))
        let (years, index) = floorDivide(Int64(year) * 12 + Int64(month - 1) + bounded, 12)
        let newYear = Int(min(max(years, 1), 9999))
        let newMonth = Int(index) + 1
        return CalendarDate(unchecked: newYear, newMonth, min(day, CalendarDate.days(in: newMonth, of: newYear)))
    }

    /// The day in ISO 8601, such as `2026-11-21`.
    public var description: String {
        String(unsafeUninitializedCapacity: 10) { bytes in
            var (year, month, day) = (year, month, day)
            for index in (0..<10).reversed() {
                switch index {
                case 8...9: bytes[index] = digit(removedFrom: &day)
                case 5...6: bytes[index] = digit(removedFrom: &month)
                case 0...3: bytes[index] = digit(removedFrom: &year)
                default: bytes[index] = UInt8(ascii: "-")
                }
            }
            return 10
        }
    }

    /// Returns whether the first day is earlier.
    public static func < (left: CalendarDate, right: CalendarDate) -> Bool {
        (left.year, left.month, left.day) < (right.year, right.month, right.day)
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let value = CalendarDate(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a date (YYYY-MM-DD)")
        }
        self = value
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }

    private static func days(in month: Int, of year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}

/// Divides and rounds towards minus infinity, so that times before 1970 fall on the right day.
func floorDivide(_ value: Int64, _ divisor: Int64) -> (quotient: Int64, remainder: Int64) {
    let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
}

/// Returns the number in ASCII digits, or nil for any other byte.
func decimal(_ bytes: ArraySlice<UInt8>) -> Int64? {
    var value: Int64 = 0
    for byte in bytes {
        guard (48...57).contains(byte) else { return nil }
        value = value * 10 + Int64(byte - 48)
    }
    return bytes.isEmpty ? nil : value
}

/// Removes the last decimal digit of a number and returns it.
private func digit(removedFrom value: inout Int) -> UInt8 {
    defer { value /= 10 }
    return UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value % 10)
}

func padded(_ value: Int64, _ width: Int) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
}
