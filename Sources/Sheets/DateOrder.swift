import DepotModel

/// The order of day and month in dates that do not begin with the year.
public enum DateOrder: String, Hashable, Sendable, CaseIterable, Codable {
    case dayFirst = "day-first"
    case monthFirst = "month-first"

    /// The reading of one cell: a day whatever the order is, or one that depends on it.
    enum Reading: Hashable {
        case day(CalendarDate)
        /// Two numbers and a year, with what the separators tell by convention.
        case ordered(Int, Int, year: Int, isDotted: Bool)
        /// No day, as databases write it: `0000-00-00`.
        case none
    }

    /// Returns the only order with which the cell is a day, or nil if it is one with both or with none.
    static func told(by cell: String) -> DateOrder? {
        guard case .ordered(let first, let second, let year, _)? = reading(cell), first != second else { return nil }
        let dayFirst = CalendarDate(year: year, month: second, day: first) != nil
        let monthFirst = CalendarDate(year: year, month: first, day: second) != nil
        return dayFirst == monthFirst ? nil : dayFirst ? .dayFirst : .monthFirst
    }

    /// Returns the day of two numbers in this order, or nil if there is none.
    func day(_ first: Int, _ second: Int, year: Int) -> CalendarDate? {
        self == .dayFirst
            ? CalendarDate(year: year, month: second, day: first) : CalendarDate(year: year, month: first, day: second)
    }

    /// Returns the reading of a cell, or nil if it is no date.
    ///
    /// A date is `2023-01-15` (also with `/`, `.` or without separators), `15.01.2023`, `1/15/23`, `15 Jan 2023`,
    /// `Sun Jan 15, 2023`, or a day number as Excel counts them, 10000 to 99999; a time of day behind it is left aside.
    /// Years of two digits are 1969 to 2068 (POSIX, `%y`).
    static func reading(_ cell: String) -> Reading? {
        let text = SheetText.tidied(cell)
        guard text.utf8.count <= 64 else { return nil }
        if let day = CalendarDate(text) { return .day(day) }
        guard let date = withoutTime(text) else { return nil }
        let bytes = Array(date.utf8)
        if bytes.allSatisfy({ (48...57).contains($0) || $0 == UInt8(ascii: ".") }),
            let number = dayNumber(date)
        {
            return .day(number)
        }
        if bytes.count == 8, bytes.allSatisfy({ (48...57).contains($0) }), let value = Int(date) {
            return CalendarDate(year: value / 10_000, month: value / 100 % 100, day: value % 100).map { .day($0) }
        }
        let words = date.split { $0 == " " || $0 == "," || $0 == "-" || $0 == "/" || $0 == "." }
        if words.contains(where: { $0.first?.isLetter == true }) { return named(words) }
        guard let mark = bytes.first(where: { !(48...57).contains($0) }), [0x2D, 0x2E, 0x2F].contains(mark) else {
            return nil
        }
        let parts = date.utf8.split(separator: mark, omittingEmptySubsequences: false).map {
            $0.count <= 4 ? Int(String($0) ?? "") : nil
        }
        guard parts.count == 3, let first = parts[0], let second = parts[1], let third = parts[2] else { return nil }
        let lengths = date.utf8.split(separator: mark).map(\.count)
        if (first, second, third) == (0, 0, 0) { return Reading.none }
        if lengths.first == 4 { return CalendarDate(year: first, month: second, day: third).map { .day($0) } }
        guard lengths.last == 4 || lengths.last == 2, lengths.dropLast().allSatisfy({ $0 <= 2 }) else { return nil }
        let year = lengths.last == 4 ? third : third < 69 ? 2000 + third : 1900 + third
        return .ordered(first, second, year: year, isDotted: mark == UInt8(ascii: "."))
    }

    /// Returns the date without a time of day behind it, or nil if what is behind it is something else.
    private static func withoutTime(_ text: String) -> String? {
        guard text.contains(":") else { return text }
        let characters = Array(text.utf8)
        // The time begins at the T or blank before the first colon and one or two digits.
        guard let colon = characters.firstIndex(of: UInt8(ascii: ":")),
            let end = characters[..<colon].lastIndex(where: { !(48...57).contains($0) }),
            (1...2).contains(colon - end - 1), [UInt8(ascii: "T"), UInt8(ascii: "t"), 0x20].contains(characters[end])
        else { return nil }
        let time = characters[(end + 1)...]
        let allowed = Array("0123456789:.,+- AaPpMmZz".utf8)
        guard time.allSatisfy(allowed.contains) else { return nil }
        var date = characters[..<end]
        while date.last == UInt8(ascii: ",") || date.last == 0x20 { date = date.dropLast() }
        return String(decoding: date, as: UTF8.self)
    }

    /// Returns the day that Excel counts so, or nil. Day 1 is 1900-01-01, and 1900 has a 29 February there; the numbers
    /// begin at 10000, the year 1927, so that a year or a small number is not taken for one.
    private static func dayNumber(_ text: String) -> CalendarDate? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 2, let first = parts.first, first.utf8.count == 5, let number = Int64(first),
            number >= 10_000,
            parts.count == 1 || !parts[1].isEmpty
        else { return nil }
        return CalendarDate(daysSinceEpoch: number - 25_569)
    }

    private static let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
    private static let weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

    /// Returns the day of words such as `Sun`, `Jan`, `15`, `2023`, or nil.
    private static func named(_ words: [Substring]) -> Reading? {
        var month: Int?
        var numbers: [(value: Int, length: Int)] = []
        for word in words {
            if let value = Int(word) {
                numbers.append((value, word.utf8.count))
                continue
            }
            let start = word.prefix(3).lowercased()
            if let index = months.firstIndex(of: start), month == nil {
                month = index + 1
            } else if !weekdays.contains(start) {
                return nil
            }
        }
        guard let month, numbers.count == 2 else { return nil }
        let isYearFirst = numbers[0].length == 4
        let (day, year) = isYearFirst ? (numbers[1], numbers[0]) : (numbers[0], numbers[1])
        guard year.length == 4 || year.length == 2 else { return nil }
        let full = year.length == 4 ? year.value : year.value < 69 ? 2000 + year.value : 1900 + year.value
        return CalendarDate(year: full, month: month, day: day.value).map { .day($0) }
    }
}
