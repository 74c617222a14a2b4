import DepotModel

/// The grammar of date and number facets, according to Incident IQ's filtering guide.
enum DateGrammar {
    /// The first and the last day of a range; nil is open.
    struct Range: Hashable {
        var from: CalendarDate?
        var through: CalendarDate?
    }

    /// Returns the range of `date:X`, `date>=X`, `date<=X`, `date>X`, `date<X` (X is `MM/DD/YYYY` or ISO), X alone,
    /// `daterange:X-Y` (no ISO), `range:` and a word, `lastdays:N`, `nextdays:N` or `value:N`, or nil for anything else.
    static func range(_ text: String, today: CalendarDate) -> Range? {
        let text = text.lowercased()
        for (prefix, bound) in bounds where text.hasPrefix(prefix) {
            let rest = text.dropFirst(prefix.count)
            guard let day = day(rest.hasPrefix(":") ? rest.dropFirst() : rest) else { return nil }
            return bound(day)
        }
        guard let colon = text.firstIndex(of: ":"), !text[..<colon].contains("/"), !text[..<colon].contains("-") else {
            return day(text[...]).map { Range(from: $0, through: $0) }
        }
        let value = text[text.index(after: colon)...]
        switch text[..<colon] {
        case "date": return day(value).map { Range(from: $0, through: $0) }
        case "daterange":
            let parts = value.split(separator: "-", omittingEmptySubsequences: false)
            guard parts.count == 2, let from = CalendarDate(String(parts[0]), in: .monthFirst),
                let through = CalendarDate(String(parts[1]), in: .monthFirst)
            else {
                return nil
            }
            return Range(from: from, through: through)
        case "range": return named(value, today)
        case "lastdays": return days(value).map { Range(from: today.advanced(byDays: -$0), through: today) }
        case "nextdays": return days(value).map { Range(from: today, through: today.advanced(byDays: $0)) }
        case "value":
            return days(value).map { today.advanced(byDays: -$0) }.map { Range(from: $0, through: $0) }
        default: return nil
        }
    }

    /// Returns the range of `numoperator:` with equals, lessthan, lessthanequal, greaterthan or greaterthanequal and an
    /// amount, or of an amount alone (equals), or nil for anything else.
    static func amounts(_ text: String) -> (from: Money?, through: Money?)? {
        if let money = Money(text) { return (money, money) }
        let parts = text.lowercased().split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == "numoperator", let money = Money(String(parts[2])) else { return nil }
        // Amounts have at most ±9 × 10¹⁸ ten-thousandths, so that one more or less does not overflow.
        let below = Money(tenThousandths: money.tenThousandths - 1)
        let above = Money(tenThousandths: money.tenThousandths + 1)
        switch parts[1] {
        case "equals": return (money, money)
        case "lessthan": return (nil, below)
        case "lessthanequal": return (nil, money)
        case "greaterthan": return (above, nil)
        case "greaterthanequal": return (money, nil)
        default: return nil
        }
    }

    private static let bounds: [(String, @Sendable (CalendarDate) -> Range)] = [
        ("date>=", { Range(from: $0) }), ("date<=", { Range(through: $0) }),
        ("date>", { Range(from: $0.advanced(byDays: 1)) }), ("date<", { Range(through: $0.advanced(byDays: -1)) }),
    ]

    private static func day(_ text: Substring) -> CalendarDate? { CalendarDate(String(text), in: days) }

    /// The forms of a day, alone or before a time.
    static let days: DayFormats = [.iso, .isoBeforeTime, .monthFirst]

    private static func days(_ text: Substring) -> Int? {
        Int(text).flatMap { (0...1_000_000).contains($0) ? $0 : nil }
    }

    /// Returns the first day of the week, which is Sunday, as in the United States.
    private static func named(_ word: Substring, _ today: CalendarDate) -> Range? {
        // 1970-01-01 was a Thursday.
        let weekday = Int(((today.daysSinceEpoch + 4) % 7 + 7) % 7)
        let sunday = today.advanced(byDays: -weekday)
        let firstOfMonth = today.advanced(byDays: 1 - today.day)
        func single(_ offset: Int) -> Range {
            let day = today.advanced(byDays: offset)
            return Range(from: day, through: day)
        }
        func week(_ offset: Int) -> Range {
            Range(from: sunday.advanced(byDays: offset * 7), through: sunday.advanced(byDays: offset * 7 + 6))
        }
        func month(_ offset: Int) -> Range {
            let first = firstOfMonth.advanced(byMonths: offset)
            return Range(from: first, through: first.advanced(byMonths: 1).advanced(byDays: -1))
        }
        func year(_ offset: Int) -> Range {
            let year = today.year + offset
            return Range(
                from: CalendarDate(year: year, month: 1, day: 1), through: CalendarDate(year: year, month: 12, day: 31))
        }
        switch word {
        case "today": return single(0)
        case "tomorrow": return single(1)
        case "yesterday": return single(-1)
        case "week": return week(0)
        case "lastweek": return week(-1)
        case "nextweek": return week(1)
        case "month": return month(0)
        case "lastmonth": return month(-1)
        case "nextmonth": return month(1)
        case "year": return year(0)
        case "lastyear": return year(-1)
        case "nextyear": return year(1)
        default: return nil
        }
    }
}
