import DepotDialect
import DepotModel
import TextFormats

/// Writes asset objects into bytes, like ``JSONWriter`` in its ASCII style, but for an object of known keys and five times
/// as fast. A list has up to 500 of them with 60 members each.
struct AssetBytes {
    private(set) var bytes: [UInt8] = []

    /// Creates an empty value with room for a number of objects.
    init(objects: Int) { bytes.reserveCapacity(64 + objects * 2560) }

    // MARK: Values

    /// Writes literal JSON.
    mutating func raw(_ json: StaticString) {
        json.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }

    /// Writes JSON of a ``JSONWriter``, or digits.
    mutating func raw(_ json: [UInt8]) { bytes.append(contentsOf: json) }

    mutating func number(_ number: Int64) {
        if number >= 0, number < 10 { return bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number)) }
        var number = number.description
        number.withUTF8 { bytes.append(contentsOf: $0) }
    }

    mutating func flag(_ flag: Bool) { raw(flag ? "true" : "false") }

    /// Writes an HTML-escaped text with its quotes, or null for nil.
    mutating func text(_ text: String?) {
        guard var text else { return raw("null") }
        let isPlain = text.withUTF8 { utf8 in
            guard utf8.allSatisfy(Self.isPlain) else { return false }
            bytes.append(UInt8(ascii: "\""))
            bytes.append(contentsOf: utf8)
            bytes.append(UInt8(ascii: "\""))
            return true
        }
        guard !isPlain else { return }
        var json = JSONWriter(.ascii, reserving: text.utf8.count + 64)
        json.value(Markup.escaped(text))
        raw(json.bytes)
    }

    /// Returns whether a byte needs no escape in HTML and in JSON with `\/`.
    private static func isPlain(_ byte: UInt8) -> Bool {
        byte < 0x7F && (byte < 64 ? plainLow &>> UInt64(byte) & 1 == 1 : byte != UInt8(ascii: "\\"))
    }

    /// A bit for each byte below 64, which is 0 for controls and for `"`, `&`, `'`, `/`, `<`, `>`.
    private static var plainLow: UInt64 { 0xAFFF_7F3B_0000_0000 }

    // MARK: Members; each `lead` is the text before the value, such as `,"name":`

    mutating func text(_ lead: StaticString, _ text: String?) {
        raw(lead)
        self.text(text)
    }

    mutating func number(_ lead: StaticString, _ number: Int64) {
        raw(lead)
        self.number(number)
    }

    mutating func flag(_ lead: StaticString, _ flag: Bool) {
        raw(lead)
        self.flag(flag)
    }

    /// Writes `"N months"`, or null for nil.
    mutating func months(_ lead: StaticString, _ months: Int?) {
        raw(lead)
        guard let months else { return raw("null") }
        number("\"", Int64(months))
        raw(" months\"")
    }

    /// Writes `{"id":…,"name":…}`, or null for nil.
    mutating func reference(_ lead: StaticString, _ reference: Reference?) {
        raw(lead)
        guard let reference else { return raw("null") }
        number("{\"id\":", reference.id)
        text(",\"name\":", reference.name)
        raw("}")
    }

    /// Writes `{"date":"YYYY-MM-DD","formatted":"YYYY-MM-DD"}`, or null for nil.
    mutating func date(_ lead: StaticString, _ date: CalendarDate?) {
        raw(lead)
        guard let date else { return raw("null") }
        raw("{\"date\":\"")
        day(date)
        raw("\",\"formatted\":\"")
        day(date)
        raw("\"}")
    }

    /// Writes `{"datetime":"YYYY-MM-DD HH:MM:SS","formatted":"YYYY-MM-DD hh:mm AM"}` in UTC, or null for nil.
    mutating func dateTime(_ lead: StaticString, _ time: Timestamp?) {
        raw(lead)
        guard let time else { return raw("null") }
        let clock = Clock(time)
        raw("{\"datetime\":\"")
        day(clock.date)
        let (hour, minute, second) = (Self.digits(clock.hour), Self.digits(clock.minute), Self.digits(clock.second))
        let (blank, colon) = (UInt8(ascii: " "), UInt8(ascii: ":"))
        withUnsafeBytes(of: (blank, hour.0, hour.1, colon, minute.0, minute.1, colon, second.0, second.1)) {
            bytes.append(contentsOf: $0)
        }
        raw("\",\"formatted\":\"")
        day(clock.date)
        let twelve = Self.digits((clock.hour + 11) % 12 + 1)
        withUnsafeBytes(of: (blank, twelve.0, twelve.1, colon, minute.0, minute.1)) { bytes.append(contentsOf: $0) }
        raw(clock.hour < 12 ? " AM\"}" : " PM\"}")
    }

    /// Writes the amount as text with commas between thousands and two or more decimals, such as `"1,234.50"`.
    mutating func money(_ lead: StaticString, _ amount: Money?) {
        raw(lead)
        guard let amount else { return raw("null") }
        raw(amount.tenThousandths < 0 ? "\"-" : "\"")
        let (whole, fraction) = amount.tenThousandths.magnitude.quotientAndRemainder(dividingBy: 10_000)
        grouped(whole)
        raw(".")
        two(Int(fraction / 100))
        if fraction % 100 != 0 { two(Int(fraction % 100)) }
        raw("\"")
    }

    private mutating func grouped(_ whole: UInt64) {
        guard whole >= 1000 else { return number(Int64(whole)) }
        grouped(whole / 1000)
        raw(",")
        let three = Int(whole % 1000)
        bytes.append(Self.zero + UInt8(three / 100))
        two(three % 100)
    }

    /// Writes the time since a day in its largest unit, counted from the start of the day, such as `"2 years ago"` or
    /// `"3 weeks from now"`, or an empty text for nil.
    mutating func age(_ lead: StaticString, of day: CalendarDate?, at now: Timestamp) {
        raw(lead)
        guard let day else { return raw("\"\"") }
        let today = now.date
        let isPast = day <= today
        let (start, end) = isPast ? (day, today) : (today, day)
        let days = Int(end.daysSinceEpoch - start.daysSinceEpoch)
        let months = wholeMonths(from: start, to: end)
        raw("\"")
        if months >= 12 {
            count(months / 12, " year")
        } else if months >= 1 {
            count(months, " month")
        } else if days >= 7 {
            count(days / 7, " week")
        } else if days >= 1 {
            count(days, " day")
        } else {
            count(max(1, Clock(now).hour), " hour")
        }
        raw(isPast ? " ago\"" : " from now\"")
    }

    private mutating func count(_ count: Int, _ unit: StaticString) {
        number(Int64(count))
        raw(unit)
        if count != 1 { raw("s") }
    }

    private mutating func day(_ date: CalendarDate) {
        let (century, year) = date.year.quotientAndRemainder(dividingBy: 100)
        let (y, z, m, d) = (Self.digits(century), Self.digits(year), Self.digits(date.month), Self.digits(date.day))
        let dash = UInt8(ascii: "-")
        withUnsafeBytes(of: (y.0, y.1, z.0, z.1, dash, m.0, m.1, dash, d.0, d.1)) { bytes.append(contentsOf: $0) }
    }

    private mutating func two(_ number: Int) {
        withUnsafeBytes(of: Self.digits(number)) { bytes.append(contentsOf: $0) }
    }

    /// Writes the two digits of a number below 100.
    private static func digits(_ number: Int) -> (UInt8, UInt8) {
        let (tens, ones) = UInt8(truncatingIfNeeded: number).quotientAndRemainder(dividingBy: 10)
        return (zero &+ tens, zero &+ ones)
    }

    private static var zero: UInt8 { UInt8(ascii: "0") }
}
