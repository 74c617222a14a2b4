import BarcodeData
import Testing

private let gs = "\u{1d}"
private let rs = "\u{1e}"
private let eot = "\u{4}"

@Suite("Label URLs")
struct LabelURLTests {
    private let formats = {
        var formats = BarcodeFormats()
        formats.baseURLs = [
            "https://assets.example.org/snipe/", "box.example.org:7745", "https://depot.example.org", "",
        ]
        return formats
    }()

    @Test(
        "labels of configured hosts are exact",
        arguments: [
            ("https://assets.example.org/snipe/hardware/42", "asset_id 42"),
            ("HTTP://ASSETS.EXAMPLE.ORG/SNIPE/HARDWARE/0042", "asset_id 42"),
            ("https://assets.example.org:443/snipe/hardware/42/view?x=1#y", "asset_id 42"),
            ("https://assets.example.org/snipe/ht/A%2F1/b", "tag A/1/b"),
            ("https://assets.example.org/snipe/ht/Zürich%207", "tag Zürich 7"),
            ("https://assets.example.org/snipe/hardware/bytag/IT-0042", "tag IT-0042"),
            ("https://assets.example.org/snipe/hardware/byserial/SN-7", "serial SN-7"),
            ("https://assets.example.org/snipe/locations/9", "location_id 9"),
            ("http://box.example.org:7745/a/000-123", "tag 000-123"),
            (
                "http://box.example.org:7745/item/0193A1B2-c3d4-7e5f-8a9b-0c1d2e3f4a5b",
                "uuid 0193a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b"
            ),
            (
                "http://box.example.org:7745/location/0193a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b",
                "uuid 0193a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b"
            ),
            ("https://depot.example.org/assets/7", "asset_id 7"),
            ("https://user@depot.example.org/assets/bytag/IT-1", "tag IT-1"),
        ])
    func labels(code: String, identifier: String) {
        #expect(exactBeyondPlain(code, nil, formats) == [identifier])
    }

    @Test("Homebox ignores dashes, so a number without them may be meant")
    func homeboxDashes() {
        #expect(derived("http://box.example.org:7745/a/000-123", nil, formats) == ["tag 000123"])
        #expect(derived("http://box.example.org:7745/a/IT-123", nil, formats).isEmpty)
    }

    @Test(
        "other hosts, other paths and what is no id say nothing",
        arguments: [
            "https://evil.example/hardware/42", "https://assets.example.org.evil.example/snipe/hardware/42",
            "https://assets.example.org@evil.example/snipe/hardware/42", "https://assets.example.org/hardware/42",
            "https://assets.example.org/snipelike/hardware/42", "https://assets.example.org:8443/snipe/hardware/42",
            "https://assets.example.org/snipe/hardware/x", "https://assets.example.org/snipe/hardware/0",
            "https://assets.example.org/snipe/hardware/99999999999999999999", "https://assets.example.org/snipe/ht/",
            "https://assets.example.org/snipe/ht/%0A", "https://assets.example.org/snipe",
            "https://box.example.org/a/1",
        ])
    func otherURLs(code: String) {
        #expect(exactBeyondPlain(code, nil, formats).isEmpty)
        #expect(derived(code, nil, formats).isEmpty)
        #expect(identifiers(code, nil, formats).first?.value == code)
    }

    @Test("without configured hosts only Digital Links are read")
    func noBases() {
        #expect(identifiers("https://assets.example.org/hardware/42").count == 5)
    }
}

@Suite("Envelopes and makers' labels")
struct VendorLabelTests {
    @Test("data identifiers in an ISO 15434 envelope")
    func envelope() {
        let code = "[)>\(rs)06\(gs)1P20XY-77\(gs)SPF0ABCDE\(gs)Q1\(rs)\(eot)"
        #expect(derived(code) == ["serial PF0ABCDE"])
        #expect(exactBeyondPlain(code).isEmpty)
    }

    @Test(
        "envelopes as wedges leave them",
        arguments: [
            "[)>06\(gs)SPF0ABCDE", "[)>^^06^]SPF0ABCDE^]Q1^^", "[)>{RS}06{GS}SPF0ABCDE{RS}{EOT}",
            "[)><RS>06<GS>SPF0ABCDE<RS><EOT>", "[)>\(rs)06\(gs)SPF0ABCDE", "[)>\(rs)06SPF0ABCDE",
        ])
    func damagedEnvelope(code: String) {
        #expect(derived(code) == ["serial PF0ABCDE"])
    }

    @Test("each data identifier that means a serial number")
    func dataIdentifiers() {
        func fields(_ field: String) -> [String] { derived("[)>\(rs)06\(gs)\(field)\(rs)\(eot)") }
        #expect(fields("1S20ABCDEFGHPF0ABCDE") == ["serial PF0ABCDE", "serial 20ABCDEFGHPF0ABCDE"])
        #expect(fields("18S1ABC2SER9") == ["serial SER9", "tag 1ABC2SER9", "serial 1ABC2SER9"])
        #expect(fields("25SUN123456789X1") == ["tag UN123456789X1", "serial UN123456789X1"])
        #expect(fields("22S490154203237518") == ["serial 490154203237518"])
        #expect(fields("23S0011AABBCCDD") == ["serial 0011AABBCCDD"])
        #expect(fields("1PABC") == [])
        #expect(fields("1234SABC") == [])
        #expect(fields("S") == [])
    }

    @Test("GS1 elements and text elements in an envelope")
    func otherFormats() {
        #expect(derived("[)>\(rs)05\(gs)0109521234543213\(gs)21SN-7\(rs)\(eot)") == ["serial SN-7"])
        #expect(derived("[)>\(rs)12\(gs)SER SN-7\(rs)\(eot)") == ["serial SN-7"])
        #expect(derived("[)>\(rs)06\(gs)SA1\(rs)12\(gs)SER B2\(rs)\(eot)") == ["serial A1", "serial B2"])
        #expect(derived("[)>\(rs)99\(gs)SA1\(rs)\(eot)").isEmpty)
        #expect(derived("[)>").isEmpty)
    }

    @Test(
        "the vendor's S goes where the rest looks like a serial number",
        arguments: [
            ("SC02XL0GTJGH5", "C02XL0GTJGH5"), ("SK2Q4XJ9P7L", "K2Q4XJ9P7L"), ("SSGH327SZYD", "SGH327SZYD"),
            ("SFOC2301A0BC", "FOC2301A0BC"), ("SPF0ABCDE", "PF0ABCDE"), ("1S20ABCDEFGHPF0ABCDE", "PF0ABCDE"),
        ])
    func vendorPrefix(code: String, serial: String) {
        let list = identifiers(code)
        #expect(list.first?.value == code)
        #expect(derived(code) == ["serial \(serial)"])
    }

    @Test(
        "serial numbers that start with S themselves, and words, keep it",
        arguments: [
            "SGH327SZYD", "SHELF", "STATION-0042", "SERVERROOMS", "S", "S123456789012", "1S", "1SHORT", "S0123456",
        ])
    func keepsPrefix(code: String) {
        #expect(derived(code).isEmpty)
    }

    @Test("published: Dell's express service code 3753759532 is 1Q2W3E4")
    func dell() {
        #expect(derived("3753759532") == ["serial 1Q2W3E4"])
        #expect(derived("0003753759532").isEmpty)
        #expect(derived("1000000000").isEmpty, "six characters")
        #expect(derived("99999999999").isEmpty, "eight characters")
    }

    @Test("an IMEI is only itself")
    func imei() {
        #expect(identifiers("490154203237518").count == 5)
        #expect(derived("490154203237518").isEmpty)
    }

    @Test("Code 39 with its stars, and with a check character that the scanner says it sends")
    func code39() {
        #expect(derived("*1007*") == ["tag 1007", "serial 1007", "badge 1007", "employee_number 1007"])
        #expect(derived("**").isEmpty)
        #expect(derived("CODE39W", "]A1").first == "tag CODE39")
        #expect(derived("CODE39W", "]A0").isEmpty)
        #expect(derived("CODE39X", "]A1").isEmpty)
    }

    @Test(
        "codes of other systems that hold no key of ours are only themselves",
        arguments: ["INV-SI42", #"{"stockitem": 42}"#])
    func foreign(code: String) {
        #expect(identifiers(code).count == 5)
    }
}
