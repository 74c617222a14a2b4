import DepotModel
import Testing

/// Times and days: what is read, what is refused, what is printed.
@Suite struct TimeTests {
    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0, "1970-01-01T00:00:00.000Z"),
        ("2026-11-21T03:22:41.123Z", 1_795_231_361_123, "2026-11-21T03:22:41.123Z"),
        ("2026-11-21 03:22:41.1Z", 1_795_231_361_100, "2026-11-21T03:22:41.100Z"),
        ("2026-11-21T03:22:41.123999999Z", 1_795_231_361_123, "2026-11-21T03:22:41.123Z"),
        ("2026-11-21T05:22:41+02:00", 1_795_231_361_000, "2026-11-21T03:22:41.000Z"),
        ("2026-11-20T23:52:41-03:30", 1_795_231_361_000, "2026-11-21T03:22:41.000Z"),
        ("1969-12-31T23:59:59.999Z", -1, "1969-12-31T23:59:59.999Z"),
        ("0001-01-01T00:00:00Z", -62_135_596_800_000, "0001-01-01T00:00:00.000Z"),
        ("9999-12-31T23:59:59.999Z", 253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
        ("2024-02-29T12:00:00Z", 1_709_208_000_000, "2024-02-29T12:00:00.000Z"),
        ("2000-02-29T00:00:00Z", 951_782_400_000, "2000-02-29T00:00:00.000Z"),
    ])
    func timesAreReadAndPrinted(text: String, milliseconds: Int64, printed: String) {
        #expect(Timestamp(text)?.milliseconds == milliseconds)
        #expect(Timestamp(milliseconds: milliseconds).description == printed)
        #expect(Timestamp(printed)?.milliseconds == milliseconds)
    }

    @Test(arguments: [
        "", "2026-11-21", "2026-11-21T03:22Z", "2026-11-21T03:22:41", "2026-11-21T03:22:41.Z", "2026-11-21T24:00:00Z",
        "2026-11-21T23:60:00Z", "2026-11-21T23:59:60Z", "2023-02-29T00:00:00Z", "1900-02-29T00:00:00Z",
        "2026-13-01T00:00:00Z", "2026-00-10T00:00:00Z", "2026-01-00T00:00:00Z", "2026-11-21T03:22:41+0200",
        "2026-11-21T03:22:41+24:00", "2026-11-21T03:22:41+02:60", "2026-11-21T03:22:41ZZ",
        "2026-11-21T03:22:41.1234567890Z",
        "2026-11-21t03:22:41z", "+026-11-21T03:22:41Z", "2026-11-21T-3:22:41Z", "２０２６-11-21T03:22:41Z",
        "0000-01-01T00:00:00Z", "0001-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01", "2026-11-21T03:22:41é",
        "99999999999999999999999999",
    ])
    func whatIsNoTimeIsRefused(text: String) { #expect(Timestamp(text) == nil) }

    @Test(arguments: [Int64.min, .min + 1, -1, .max]) func timesBeyondTheCalendarPrintWithoutATrap(milliseconds: Int64)
    {
        let time = Timestamp(milliseconds: milliseconds)
        #expect(time.description.hasSuffix("Z"))
        #expect((1...9999).contains(time.date.year))
        #expect(time.advanced(byMilliseconds: .max).milliseconds >= milliseconds)
        #expect(time.advanced(byMilliseconds: .min).milliseconds <= milliseconds)
    }

    @Test func everyDayOfFourCenturiesFollowsTheOneBefore() throws {
        var day = try #require(CalendarDate(year: 1999, month: 12, day: 31))
        for _ in 0..<146_097 {
            let next = day.advanced(byDays: 1)
            #expect(next.daysSinceEpoch == day.daysSinceEpoch + 1 && next > day)
            let follows =
                next.day == day.day + 1 || next.day == 1 && next.month == day.month + 1
                || next.day == 1 && next.month == 1 && day.month == 12 && next.year == day.year + 1
            if !follows || CalendarDate(year: next.year, month: next.month, day: next.day) != next {
                Issue.record("\(next) after \(day)")
                return
            }
            day = next
        }
        #expect(day.description == "2399-12-31")
    }

    @Test func monthsEndWhereTheyEnd() throws {
        let day = try #require(CalendarDate("2023-12-31"))
        #expect(day.advanced(byMonths: 2).description == "2024-02-29")
        #expect(day.advanced(byMonths: 14).description == "2025-02-28")
        #expect(day.advanced(byMonths: -1).description == "2023-11-30")
        #expect(day.advanced(byMonths: 0) == day)
        #expect(day.advanced(byMonths: .max).year == 9999)
        #expect(day.advanced(byMonths: .min).year == 1)
        #expect(day.advanced(byDays: .max).description == "9999-12-31")
        #expect(day.advanced(byDays: .min).description == "0001-01-01")
        #expect(CalendarDate(daysSinceEpoch: .min).description == "0001-01-01")
        #expect(CalendarDate(daysSinceEpoch: .max).description == "9999-12-31")
    }

    @Test(arguments: [
        "2026-2-01", "2026-02-1", "2026/02/01", "2026-02-30", "2026-04-31", "2100-02-29", "0000-01-01", "2026-02-01 ",
        "-026-02-01", "2026-02-0x", "",
    ])
    func whatIsNoDayIsRefused(text: String) { #expect(CalendarDate(text) == nil) }

    @Test func aDayBeginsAtMidnight() throws {
        let day = try #require(CalendarDate("1969-12-31"))
        #expect(day.startOfDay.milliseconds == -86_400_000)
        #expect(Timestamp(milliseconds: -1).date == day)
        #expect(day.startOfDay.date == day)
    }
}
