import DepotModel
import Testing

@Suite struct DayFormatsTests {
    private static let all: DayFormats = [.iso, .isoBeforeTime, .monthFirst, .dayFirst, .yearFirst, .dotted]

    @Test(arguments: [
        ("2026-05-30", DayFormats.iso), ("2026-05-30T10:40:00Z", .isoBeforeTime), ("2026-05-30 10:40", .isoBeforeTime),
        ("2026-05-30t", .isoBeforeTime), ("05/30/2026", .monthFirst), ("5/30/2026", .monthFirst),
        ("30/05/2026", .dayFirst), ("2026/05/30", .yearFirst), ("2026/5/30", .yearFirst), ("30.05.2026", .dotted),
        ("30.5.2026", .dotted),
    ])
    func eachFormIsReadByItselfAndNoOther(_ text: String, _ format: DayFormats) {
        let day = CalendarDate(year: 2026, month: 5, day: 30)
        #expect(CalendarDate(text, in: format) == day)
        #expect(CalendarDate(text, in: Self.all) == day)
        #expect(CalendarDate(text, in: Self.all.subtracting(format)) == nil)
    }

    @Test(arguments: [
        "", "2026-02-30", "2026-02-30T00:00", "13/32/2026", "05/30/26", "05/30/02026", "+5/30/2026", "5//2026",
        "05-30-2026",
        "30.02.2026", "2026.05.30", "05/30/2026 ", "05/30/2026/1", "٠٥/30/2026", "99999999999999999999/1/2026",
    ])
    func whatIsNoDayIsNone(_ text: String) {
        #expect(CalendarDate(text, in: Self.all) == nil)
    }

    @Test func theMonthIsFirstWhereItCanBe() {
        #expect(
            CalendarDate("03/04/2026", in: [.monthFirst, .dayFirst]) == CalendarDate(year: 2026, month: 3, day: 4))
        #expect(CalendarDate("03/04/2026", in: .dayFirst) == nil)
    }
}
