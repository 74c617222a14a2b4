import DepotDialect
import DepotModel
import TextFormats

extension JSONWriter {
    /// Writes `{"datetime":"YYYY-MM-DD HH:MM:SS","formatted":"YYYY-MM-DD hh:mm AM"}` in UTC, or null for nil.
    mutating func dateTime(_ name: StaticString, _ time: Timestamp?) {
        key(name)
        var json = AssetBytes(objects: 0)
        json.dateTime("", time)
        raw(String(decoding: json.bytes, as: UTF8.self))
    }

    /// Writes `{"date":"YYYY-MM-DD","formatted":"YYYY-MM-DD"}`, or null for nil.
    mutating func date(_ name: StaticString, _ date: CalendarDate?) {
        key(name)
        var json = AssetBytes(objects: 0)
        json.date("", date)
        raw(String(decoding: json.bytes, as: UTF8.self))
    }
}

/// Returns a time as `YYYY-MM-DD HH:MM:SS` in UTC.
func plainTime(_ time: Timestamp) -> String {
    let text = time.description
    return "\(text.prefix(10)) \(text.dropFirst(11).prefix(8))"
}

/// Returns a time as `YYYY-MM-DDTHH:MM:SS.ffffffZ`.
func microsecondTime(_ time: Timestamp) -> String {
    // The description of a time has three decimals and a Z.
    time.description.dropLast() + "000Z"
}

/// Returns the whole months from one day to a later one, negative for an earlier one.
func wholeMonths(from start: CalendarDate, to end: CalendarDate) -> Int {
    if end < start { return -wholeMonths(from: end, to: start) }
    let months = (end.year - start.year) * 12 + end.month - start.month
    // The last day of a shorter month completes a month that began on a later day.
    return start.advanced(byMonths: months) <= end ? months : months - 1
}

/// Returns a day as clients write it: `YYYY-MM-DD`, alone or before a time; also `MM/DD/YYYY`, `YYYY/MM/DD` and `DD.MM.YYYY`.
func parsedDay(_ value: JSONValue) -> CalendarDate? {
    guard case .string(let text) = value else { return nil }
    return CalendarDate(trimmingWhiteSpace(text), in: [.iso, .isoBeforeTime, .monthFirst, .yearFirst, .dotted])
}

/// Returns a time as clients write it: a day (its start), `YYYY-MM-DD HH:MM[:SS]` in UTC, or ISO 8601 with a zone.
func parsedTime(_ value: JSONValue) -> Timestamp? {
    guard case .string(let text) = value else { return nil }
    if text.utf8.count <= 10 { return parsedDay(value)?.startOfDay }
    return Timestamp(text) ?? Timestamp(text + "Z") ?? Timestamp(text + ":00Z")
}

/// The time of day in UTC with its day.
struct Clock {
    let date: CalendarDate
    let hour: Int
    let minute: Int
    let second: Int

    init(_ time: Timestamp) {
        date = time.date
        let rest = time.milliseconds % 86_400_000
        let seconds = Int((rest < 0 ? rest + 86_400_000 : rest) / 1000)
        (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60)
    }
}
