import BarcodeData
import Testing

@Suite("Plain codes, prefixes and commands")
struct PlainCodeTests {
    @Test("a plain code is first of all itself")
    func plainCode() {
        let list = identifiers("IT-0042")
        #expect(
            list.map(short) == [
                "tag IT-0042", "serial IT-0042", "badge IT-0042", "employee_number IT-0042", "location_code IT-0042",
            ])
        #expect(list.allSatisfy { !$0.isDerived })
        #expect(list.first?.rule == "asset tag as scanned")
    }

    @Test(
        "what a scanner puts around a code is not content",
        arguments: [
            "  IT-0042 ", "IT-0042\r", "IT-0042\n", "IT-0042\r\n", "IT-0042\t", "IT-0042 \r\n", "]C0IT-0042",
            "]Q1IT-0042\r", "\u{1d}IT-0042\u{1d}",
        ])
    func framing(code: String) {
        #expect(identifiers(code).first?.value == "IT-0042")
    }

    @Test(
        "spaces inside, leading zeros, case and letters beyond ASCII stay",
        arguments: ["A 1", "000042", "it-1", "Zürich-7"])
    func contentStays(code: String) {
        #expect(identifiers(code).first?.value == code)
    }

    @Test("an AIM identifier is removed where the scanner sent it twice, and only then")
    func identifierTwice() {
        #expect(identifiers("]Q1IT-0042", "]Q1").first?.value == "IT-0042")
        #expect(identifiers("]C0IT-0042", "]Q1").first?.value == "]C0IT-0042")
        #expect(identifiers("]Q1", nil).first?.value == "]Q1")
        #expect(identifiers("]A9IT-0042").first?.value == "]A9IT-0042")
        #expect(identifiers("IT-0042", "nonsense").first?.value == "IT-0042")
    }

    @Test("ECI escapes are removed where the identifier says that there may be some")
    func extendedChannel() {
        #expect(identifiers(#"\000026Zürich\\7"#, "]Q2").first?.value == #"Zürich\7"#)
        #expect(identifiers(#"\000026Zürich"#, "]Q1").first?.value == #"\000026Zürich"#)
    }

    @Test("a UUID is one in every usual spelling; only the bare 32 digits may be something else")
    func uuids() {
        let uuid = "0193a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b"
        for code in [uuid, uuid.uppercased(), "urn:uuid:\(uuid)", "{\(uuid)}"] {
            #expect(identifiers(code).contains(Identifier(.uuid, uuid, rule: "UUID as scanned")), "\(code)")
        }
        #expect(derived("0193A1B2C3D47E5F8A9B0C1D2E3F4A5B") == ["uuid \(uuid)"])
        #expect(!identifiers("0193a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5g").contains { $0.kind == .uuid })
        #expect(!identifiers("0193a1b2c-3d4-7e5f-8a9b-0c1d2e3f4a5b").contains { $0.kind == .uuid })
    }

    @Test("a badge prefix makes a badge and nothing else, with and without the prefix")
    func badgePrefix() {
        #expect(identifiers("badge: 1007 ").map(short) == ["badge 1007", "badge badge: 1007"])
        #expect(identifiers("BADGE:1007").allSatisfy { !$0.isDerived })
        #expect(identifiers("BADGE:").map(short) == ["badge BADGE:"])
        var formats = BarcodeFormats()
        formats.badgePrefixes = ["%", "%E", ""]
        #expect(identifiers("%E1007", nil, formats).map(short) == ["badge 1007", "badge %E1007"])
        #expect(identifiers("BADGE:1007", nil, formats).count == 5)
    }

    @Test("a location prefix makes a location code and nothing else")
    func locationPrefix() {
        #expect(identifiers("LOC:Room 3").map(short) == ["location_code Room 3", "location_code LOC:Room 3"])
    }

    @Test("the reader knows badges before anybody looked them up")
    func isBadge() {
        let reader = BarcodeReader(formats: BarcodeFormats())
        #expect(reader.isBadge("Badge:1007"))
        #expect(reader.isBadge("MECARD:N:Doe;;"))
        #expect(reader.isBadge("BEGIN:VCARD\nEND:VCARD"))
        #expect(!reader.isBadge("1007"))
        #expect(!reader.isBadge(""))
    }

    @Test("an operator's badge is looked up with and without its prefix, and only as a badge")
    func operatorBadge() {
        let reader = BarcodeReader(formats: BarcodeFormats())
        #expect(reader.badge("BADGE:1007").map(short) == ["badge 1007", "badge BADGE:1007"])
        #expect(reader.badge(" 1007").map(short) == ["badge 1007"])
        #expect(reader.badge(" ").isEmpty)
    }

    @Test(
        "commands, without case",
        arguments: [
            ("DEPOT:MODE:CHECKOUT", Command.mode("checkout")), ("depot:mode:audit", .mode("audit")),
            ("DEPOT:MODE:COUNTER", .mode("counter")), ("DEPOT:DONE", .done), ("Depot:Cancel", .cancel),
            ("DEPOT:UNDO\r", .undo), ("DEPOT:OPERATOR:BADGE:17a", .operator("BADGE:17a")),
            ("DEPOT:OPERATOR:17a", .operator("17a")), ("]C0DEPOT:DONE", .done),
            ("DEPOT:OPERATOR:", .unknown("DEPOT:OPERATOR:")), ("DEPOT:MODE:", .unknown("DEPOT:MODE:")),
            ("DEPOT:MODE:1 2", .unknown("DEPOT:MODE:1 2")), ("DEPOT:DONER", .unknown("DEPOT:DONER")),
            ("DEPOT:", .unknown("DEPOT:")), ("depot:fly", .unknown("depot:fly")),
        ])
    func commands(code: String, command: Command) {
        #expect(read(code) == .command(command))
    }

    @Test("the command prefix is a setting, and an empty one turns commands off")
    func commandPrefix() {
        var formats = BarcodeFormats()
        formats.commandPrefix = "$$"
        #expect(read("$$undo", nil, formats) == .command(.undo))
        #expect(identifiers("DEPOT:UNDO", nil, formats).count == 5)
        formats.commandPrefix = ""
        #expect(identifiers("UNDO", nil, formats).count == 5)
    }
}

@Suite("Rejected codes")
struct RejectionTests {
    @Test(
        "nothing, white space and bare separators are empty",
        arguments: ["", " ", "\r\n", "\t\t", "\u{a0}\u{3000}", "\u{1d}"])
    func empty(code: String) {
        #expect(read(code) == .rejected(.empty))
    }

    @Test("the longest code is read, one byte more is not")
    func tooLong() {
        #expect(identifiers(String(repeating: "A", count: 4096)).count == 5)
        #expect(read(String(repeating: "A", count: 4097)) == .rejected(.tooLong))
        #expect(read(String(repeating: "A", count: 8192)) == .rejected(.tooLong))
        var formats = BarcodeFormats()
        formats.maximumBytes = 3
        #expect(read("ABCD", nil, formats) == .rejected(.tooLong))
    }

    @Test(
        "control characters that no format has",
        arguments: ["IT\u{0}1", "IT\u{7}1", "IT\t1", "A\r\nB", "\rA", "IT\u{7f}1", "IT\u{1b}[2J", "IT\u{85}1", "A\n\n"])
    func controls(code: String) {
        #expect(read(code) == .rejected(.controlCharacters))
    }

    @Test("separators of GS1 and ISO 15434 are no fault even where nothing else fits")
    func separators() {
        #expect(identifiers("IT\u{1d}1").first?.value == "IT\u{1d}1")
    }

    @Test(
        "bytes that are not UTF-8 are not guessed at",
        arguments: [[0xFF], [0x49, 0xC3], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0x5A, 0xFC, 0x72]] as [[UInt8]])
    func invalidText(bytes: [UInt8]) {
        #expect(BarcodeReader(formats: BarcodeFormats()).read(bytes, symbology: nil) == .rejected(.invalidText))
    }

    @Test(
        "driving licences are refused, whatever the wedge made of them",
        arguments: [
            "@\n\u{1e}\rANSI 636000100002DL00410278ZV03190008DLDAQT64235789\nDCSSAMPLE\n",
            "@\n\u{1c}\rANSI 6360050101DL", "]L0@\n\u{1e}\rANSI 636000100002DL", "@ANSI 636000100002DLDAQ",
            "@<LF><RS><CR>ANSI 636000100002", "@\n\u{1e}\rAAMVA6360001", "@\n\u{1e}\ransi 636000100002",
            "ANSI 636000100002DL00410278ZV03190008DLDAQT64235789DCSSAMPLE",
        ])
    func drivingLicences(code: String) {
        #expect(read(code) == .rejected(.personalData))
        #expect(displayText(Array(code.utf8)) == "(a driving licence or identity card)")
        var longer = Array(code.utf8)
        longer += Array(repeating: 0xE9, count: 5000)
        let reading = BarcodeReader(formats: BarcodeFormats()).read(longer, symbology: "]L2")
        #expect(reading == .rejected(.personalData))
    }

    @Test("tags that only resemble a licence are tags", arguments: ["ANSI-123456", "ANSI123456", "@home", "@ANSI"])
    func noLicence(code: String) {
        #expect(identifiers(code).first?.value == code)
    }
}
