import DepotModel
import Sheets
import Testing

/// Texts in cells.
@Suite struct SheetTextTests {
    @Test(arguments: [
        ("a", "a"), (" a  b ", "a b"), ("a\u{A0}b", "a b"), ("\u{FEFF}IT-1\u{200B}", "IT-1"), ("\t", ""),
        ("a\u{2028}b", "a b"), ("so\u{AD}ft", "soft"), ("é", "é"),
    ])
    func whatSpreadsheetsLeaveIsTidied(_ text: String, _ expected: String) {
        #expect(SheetText.tidied(text) == expected)
    }

    private static let texts = [
        "plain", "=1+1", "+49", "-", "--", "@x", "'", "'=1", "''-", "\\-", "\\\\-", " - ", "- ", "Available",
        "available ",
        "\tx", "\rx", "-5", "a,b;c|d\te", "\"q\"", "line\nfeed\n", " both ", "\u{FEFF}x", "\u{2028}y", "\\=",
        "\\available",
        "3.54962E+15", "007", "'available", "\\", "x\r\ny",
    ]

    /// Every text, in plain and in guarded cells, comes back to the character.
    @Test(arguments: [false, true])
    func everyTextComesBack(isGuarded: Bool) throws {
        var writer = SheetWriter(
            .csv, [.field(.tag), .field(.notes), .custom("a  b"), .field(.assignee)], isGuarded: isGuarded)
        writer.begin()
        for (number, text) in Self.texts.enumerated() {
            writer.row { column in
                switch column {
                case .field(.tag): "T-\(number)"
                default: text
                }
            }
        }
        writer.end()
        let bytes = writer.take()
        let sheet = try read(bytes)
        #expect(sheet.problems == [])
        #expect(sheet.texts(.notes) == Self.texts && sheet.texts(.assignee) == Self.texts)
        #expect(
            sheet.rows.map { row in row.cells.first { $0.target == .custom("a  b") }?.value }
                == Self.texts.map { .text($0) })
        let first = String(decoding: bytes, as: UTF8.self)
        #expect(first.contains(isGuarded ? ",'=1+1," : ",=1+1,"))
    }

    @Test func jsonHasTheSameNames() throws {
        var writer = SheetWriter(.json, [.field(.tag), .field(.notes)])
        writer.begin()
        writer.row { $0 == .field(.tag) ? "-" : nil }
        writer.row { $0 == .field(.tag) ? "B" : "=x\n" }
        writer.end()
        #expect(
            String(decoding: writer.take(), as: UTF8.self)
                == "[\n{\"asset_tag\":\"-\",\"notes\":null},\n{\"asset_tag\":\"B\",\"notes\":\"=x\\n\"}\n]\n")
    }
}
