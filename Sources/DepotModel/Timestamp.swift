/// A point in time: milliseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
///
/// It is encoded as ISO 8601 with milliseconds and `Z`; a dialect renders its own form.
public struct Timestamp: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
    /// The milliseconds since the epoch, which may be negative.
    public let milliseconds: Int64

    /// Creates a time from milliseconds since the epoch.
    public init(milliseconds: Int64) { self.milliseconds = milliseconds }

    /// Creates a time from `YYYY-MM-DDThh:mm:ss[.fraction](Z|±hh:mm)`, in which a space may stand for the `T`, or returns
    /// nil for anything else.
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
        // An offset can lead out of years 1 to 9999, for which there is no ISO 8601 form.
        guard (-62_135_596_800...253_402_300_799).contains(seconds) else { return nil }
        self.init(milliseconds: seconds * 1000 + fraction)
    }

    /// The time in ISO 8601, such as `2026-11-21T03:22:41.123Z`.
    public var description: String {
        let (days, rest) = floorDivide(milliseconds, 86_400_000)
        let date = CalendarDate(daysSinceEpoch: days)
        let seconds = rest / 1000
        return "\(date)T\(padded(seconds / 3600, 2)):\(padded(seconds / 60 % 60, 2)):\(padded(seconds % 60, 2))"
            + ".\(padded(rest % 1000, 3))Z"
    }

    /// The day in UTC.
    public var date: CalendarDate { CalendarDate(daysSinceEpoch: floorDivide(milliseconds, 86_400_000).quotient) }

    /// Returns the time that is later by `amount` milliseconds, which may be negative, within the range.
    public func advanced(byMilliseconds amount: Int64) -> Timestamp {
        let (sum, overflow) = milliseconds.addingReportingOverflow(amount)
        return Timestamp(milliseconds: overflow ? (amount > 0 ? .max : .min) : sum)
    }

    /// Returns whether the first time is earlier.
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
