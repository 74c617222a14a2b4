import BarcodeData
import Testing

@Suite("Contact cards")
struct ContactCardTests {
    @Test("a vCard leads to UID and e-mail address, as badge or employee number")
    func vCard() {
        let code = """
            BEGIN:VCARD\r
            VERSION:3.0\r
            N:Doe;Jane;;;\r
            UID:1007\r
            item1.EMAIL;TYPE="a:b",WORK:jane.d\r
             oe@example.org\r
            NOTE:UID\\n:99\r
            END:VCARD\r

            """
        #expect(
            derived(code) == [
                "badge 1007", "employee_number 1007", "badge jane.doe@example.org",
                "employee_number jane.doe@example.org",
            ])
        #expect(identifiers(code).first?.kind == .badge)
        #expect(!identifiers(code).contains { $0.kind == .tag || $0.kind == .serial })
    }

    @Test("a UID may be a UUID, an address a mailto URI, a line break a bare LF")
    func variants() {
        let list = derived("begin:vcard\nUID:urn:uuid:0193a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b\nemail:mailto:j@x.org")
        #expect(list.contains("uuid 0193a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b"))
        #expect(list.contains("badge j@x.org"))
    }

    @Test("a MeCard leads to its address; escaped semicolons do not end a field")
    func meCard() {
        #expect(
            derived(#"MECARD:N:Doe\;EMAIL:no,Jane;TEL:1;EMAIL:jane\:x@example.org;;"#)
                == ["badge jane:x@example.org", "employee_number jane:x@example.org"])
    }

    @Test("a card without either is a badge of nobody, not an error")
    func bare() {
        #expect(identifiers("MECARD:N:Doe;;").map(short) == ["badge MECARD:N:Doe;;"])
        #expect(identifiers("BEGIN:VCARD").map(short) == ["badge BEGIN:VCARD"])
        #expect(identifiers("BEGIN:VCARD\nUID:\nUID").count == 1)
    }

    @Test("many addresses stay within the limit")
    func many() {
        let lines = (0..<200).map { "EMAIL:p\($0)@x.org\nUID:\($0)" }
        #expect(identifiers("BEGIN:VCARD\n" + lines.joined(separator: "\n")).count <= 16)
    }

    @Test("other control characters are no more welcome in a vCard than elsewhere")
    func controls() {
        #expect(read("BEGIN:VCARD\nUID:\u{7}1") == .rejected(.controlCharacters))
        #expect(read("MECARD:N:a\nb;;") == .rejected(.controlCharacters))
    }
}

@Suite("Text for people")
struct DisplayTextTests {
    @Test(
        "what people see",
        arguments: [
            ("IT-0042", "IT-0042"), ("Zürich 🏢", "Zürich 🏢"), ("a\u{1d}b\r\n", #"a\u{1d}b\u{d}\u{a}"#),
            ("a\u{202e}b\u{85}", #"a\u{202e}b\u{85}"#), ("", ""),
        ])
    func text(code: String, shown: String) {
        #expect(displayText(Array(code.utf8)) == shown)
    }

    @Test("bytes that are no text are shown as bytes")
    func invalidBytes() {
        #expect(displayText([0x41, 0xFF, 0x09]) == #"A\xff\u{9}"#)
        #expect(displayText([0xE2, 0x82]) == #"\xe2\x82"#)
        #expect(displayText([0xED, 0xA0, 0x80, 0x42]) == #"\xed\xa0\x80B"#)
    }

    @Test("at most 200 characters, cut between characters")
    func length() {
        #expect(displayText(Array(repeating: 0x41, count: 200)).count == 200)
        let long = displayText(Array(repeating: 0x41, count: 201))
        #expect(long.count == 200 && long.hasSuffix("A…"))
        let escaped = displayText(Array(repeating: 0x1D, count: 8192))
        #expect(escaped.count <= 200 && escaped.hasSuffix(#"\u{1d}…"#))
    }
}
