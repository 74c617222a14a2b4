/// A point in time: milliseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
///
/// On the wire and in exports it is ISO 8601 with milliseconds and `Z`; a dialect renders its own form.
public struct Timestamp: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
    /// Milliseconds since the epoch; may be negative.
    public let milliseconds: Int64

    /// The time that many milliseconds after the epoch.
    public init(milliseconds: Int64) { self.milliseconds = milliseconds }

    /// Reads `YYYY-MM-DDThh:mm:ss[.fraction](Z|±hh:mm)`; a space may stand for the `T`. Nil for anything else.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, bytes[10] == UInt8(ascii: "T") || bytes[10] == UInt8(ascii: " "),
            bytes[13] == UInt8(ascii: ":"), bytes[16] == UInt8(ascii: ":"),
            let date = CalendarDate(String(decoding: bytes[0..<10], as: UTF8.self)),
            let hour = decimal(bytes[11..<13]), let minute = decimal(bytes[14..<16]),
            let second = decimal(bytes[17..<19]), hour < 24, minute < 60, second < 60
        else { return nil }
        var rest = bytes[19...]
        var fraction: Int64 = 0
        if rest.first == UInt8(ascii: ".") {
            let digits = rest.dropFirst().prefix { (48...57).contains($0) }
            guard !digits.isEmpty, digits.count <= 9 else { return nil }
            for position in 0..<3 {
                let index = digits.startIndex + position
                fraction = fraction * 10 + (index < digits.endIndex ? Int64(digits[index] - 48) : 0)
            }
            rest = rest.dropFirst(1 + digits.count)
        }
        var offset: Int64 = 0
        if rest.elementsEqual([UInt8(ascii: "Z")]) {
            offset = 0
        } else if rest.count == 6, let sign = rest.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"),
            rest[rest.startIndex + 3] == UInt8(ascii: ":"),
            let hours = decimal(rest[(rest.startIndex + 1)..<(rest.startIndex + 3)]),
            let minutes = decimal(rest[(rest.startIndex + 4)...]), hours < 24, minutes < 60
        {
            offset = (hours * 60 + minutes) * 60 * (sign == UInt8(ascii: "-") ? -1 : 1)
        } else {
            return nil
        }
        let seconds = date.daysSinceEpoch * 86_400 + hour * 3600 + minute * 60 + second - offset
        // An offset can lead out of years 1 to 9999, which nothing prints.
        guard (-62_135_596_800...253_402_300_799).contains(seconds) else { return nil }
        self.init(milliseconds: seconds * 1000 + fraction)
    }

    /// `2026-11-21T03:22:41.123Z`.
    public var description: String {
        let (days, rest) = floorDivide(milliseconds, 86_400_000)
        let date = CalendarDate(daysSinceEpoch: days)
        let seconds = rest / 1000
        return "\(date)T\(padded(seconds / 3600, 2)):\(padded(seconds / 60 % 60, 2)):\(padded(seconds % 60, 2))"
            + ".\(padded(rest % 1000, 3))Z"
    }

    /// The day in UTC.
    public var date: CalendarDate { CalendarDate(daysSinceEpoch: floorDivide(milliseconds, 86_400_000).quotient) }

    /// This time moved by a number of milliseconds, which may be negative; stays at the ends of the range.
    public func advanced(byMilliseconds amount: Int64) -> Timestamp {
        let (sum, overflow) = milliseconds.addingReportingOverflow(amount)
        return Timestamp(milliseconds: overflow ? (amount > 0 ? .max : .min) : sum)
    }

    /// Earlier before later.
    public static func < (left: Timestamp, right: Timestamp) -> Bool { left.milliseconds < right.milliseconds }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let value = Timestamp(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not an ISO 8601 time")
        }
        self = value
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

/// A day of the Gregorian calendar without a time zone, years 1 to 9999.
public struct CalendarDate: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
    /// 1 to 9999.
    public let year: Int
    /// 1 to 12.
    public let month: Int
    /// 1 to the month's last day.
    public let day: Int

    /// The day, or nil where the calendar has no such day.
    public init?(year: Int, month: Int, day: Int) {
        guard (1...9999).contains(year), (1...12).contains(month), day >= 1,
            day <= CalendarDate.days(in: month, of: year)
        else { return nil }
        self.init(unchecked: year, month, day)
    }

    /// Reads exactly `YYYY-MM-DD`; nil for anything else and for days that do not exist.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
            let year = decimal(bytes[0..<4]), let month = decimal(bytes[5..<7]), let day = decimal(bytes[8..<10])
        else { return nil }
        self.init(year: Int(year), month: Int(month), day: Int(day))
    }

    /// The day that many days after 1970-01-01, held within years 1 to 9999.
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

    /// Days after 1970-01-01; negative before it.
    public var daysSinceEpoch: Int64 {
        let shiftedYear = Int64(month <= 2 ? year - 1 : year)
        let era = floorDivide(shiftedYear, 400).quotient
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * Int64(month > 2 ? month - 3 : month + 9) + 2) / 5 + Int64(day) - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    /// Midnight UTC at the start of this day.
    public var startOfDay: Timestamp { Timestamp(milliseconds: daysSinceEpoch * 86_400_000) }

    /// The day that many days later, held within years 1 to 9999.
    public func advanced(byDays days: Int) -> CalendarDate {
        CalendarDate(daysSinceEpoch: daysSinceEpoch + Int64(min(max(days, -4_000_000), 4_000_000)))
    }

    /// The same day that many months later, or the last day of that month where it is shorter.
    public func advanced(byMonths months: Int) -> CalendarDate {
        let bounded = Int64(min(max(months, -120_000), 120_000))
        let (years, index) = floorDivide(Int64(year) * 12 + Int64(month - 1) + bounded, 12)
        let newYear = Int(min(max(years, 1), 9999))
        let newMonth = Int(index) + 1
        return CalendarDate(unchecked: newYear, newMonth, min(day, CalendarDate.days(in: newMonth, of: newYear)))
    }

    /// `2026-11-21`.
    public var description: String {
        String(unsafeUninitializedCapacity: 10) { bytes in
            var (year, month, day) = (year, month, day)
            for index in (0..<10).reversed() {
                switch index {
                case 8...9: bytes[index] = digit(taking: &day)
                case 5...6: bytes[index] = digit(taking: &month)
                case 0...3: bytes[index] = digit(taking: &year)
                default: bytes[index] = UInt8(ascii: "-")
                }
            }
            return 10
        }
    }

    /// Earlier before later.
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

/// Division that rounds towards minus infinity, so that times before 1970 fall on the right day.
private func floorDivide(_ value: Int64, _ divisor: Int64) -> (quotient: Int64, remainder: Int64) {
    let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
}

/// The number in ASCII digits; nil where another byte stands among them.
private func decimal(_ bytes: ArraySlice<UInt8>) -> Int64? {
    var value: Int64 = 0
    for byte in bytes {
        guard (48...57).contains(byte) else { return nil }
        value = value * 10 + Int64(byte - 48)
    }
    return bytes.isEmpty ? nil : value
}

/// The last decimal digit, which is taken off.
private func digit(taking value: inout Int) -> UInt8 {
    defer { value /= 10 }
    return UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value % 10)
}

private func padded(_ value: Int64, _ width: Int) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
}
