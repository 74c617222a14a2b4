/// The forms in which people and programs write a day.
public struct DayFormats: OptionSet, Hashable, Sendable {
    public let rawValue: UInt8

    /// Creates a set of forms.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// `YYYY-MM-DD`.
    public static let iso = DayFormats(rawValue: 1)
    /// `YYYY-MM-DD`, a `T` or a space, and any time.
    public static let isoBeforeTime = DayFormats(rawValue: 2)
    /// `MM/DD/YYYY`; leading zeros are optional.
    public static let monthFirst = DayFormats(rawValue: 4)
    /// `DD/MM/YYYY` if the first number is no month; leading zeros are optional.
    public static let dayFirst = DayFormats(rawValue: 8)
    /// `YYYY/MM/DD`; leading zeros are optional.
    public static let yearFirst = DayFormats(rawValue: 16)
    /// `DD.MM.YYYY`; leading zeros are optional.
    public static let dotted = DayFormats(rawValue: 32)
}

extension CalendarDate {
    /// Creates a day from a text without surrounding white space in one of the forms, or returns nil for anything else
    /// and for days that do not exist.
    public init?(_ text: String, in formats: DayFormats) {
        if formats.contains(.iso), let day = CalendarDate(text) {
            self = day
            return
        }
        let bytes = Array(text.utf8)
        if formats.contains(.isoBeforeTime), bytes.count > 10, [0x54, 0x74, 0x20].contains(bytes[10]),
            let day = CalendarDate(String(decoding: bytes[..<10], as: UTF8.self))
        {
            self = day
            return
        }
        let separator: UInt8 = formats.contains(.dotted) && bytes.contains(UInt8(ascii: ".")) ? 0x2E : 0x2F
        let parts = bytes.split(separator: separator, omittingEmptySubsequences: false)
        guard parts.count == 3, parts.allSatisfy({ (1...4).contains($0.count) }), let first = decimal(parts[0]),
            let second = decimal(parts[1]), let third = decimal(parts[2])
        else { return nil }
        let (hasYearLast, hasYearFirst) = (parts[2].count == 4, parts[0].count == 4)
        let day: CalendarDate? =
            if separator == 0x2E {
                hasYearLast ? CalendarDate(year: Int(third), month: Int(second), day: Int(first)) : nil
            } else if hasYearLast, formats.contains(.monthFirst), first <= 12 {
                CalendarDate(year: Int(third), month: Int(first), day: Int(second))
            } else if hasYearLast, formats.contains(.dayFirst), first > 12 {
                CalendarDate(year: Int(third), month: Int(second), day: Int(first))
            } else if hasYearFirst, formats.contains(.yearFirst) {
                CalendarDate(year: Int(first), month: Int(second), day: Int(third))
            } else {
                nil
            }
        guard let day else { return nil }
        self = day
    }
}
