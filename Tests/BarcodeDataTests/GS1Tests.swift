import BarcodeData
import Testing

private let gs = "\u{1d}"

@Suite("GS1 element strings")
struct ElementStringTests {
    @Test(
        "a GIAI proven by its AIM identifier is as good as the code itself",
        arguments: ["]C1", "]d2", "]d5", "]Q3", "]Q4", "]z1"])
    func provenGIAI(symbology: String) {
        let giai = ["tag 0614141ASSET-42", "serial 0614141ASSET-42"]
        #expect(exactBeyondPlain("80040614141ASSET-42", symbology) == giai)
        #expect(exactBeyondPlain(symbology + "80040614141ASSET-42") == giai)
        #expect(exactBeyondPlain("80040614141ASSET-42" + gs, symbology) == giai)
    }

    @Test("without the AIM identifier a GIAI is a guess")
    func guessedGIAI() {
        #expect(exactBeyondPlain("80040614141ASSET-42").isEmpty)
        #expect(derived("80040614141ASSET-42") == ["tag 0614141ASSET-42", "serial 0614141ASSET-42"])
        #expect(identifiers("80040614141ASSET-42").last?.rule == "GIAI (GS1 8004) by its syntax")
        #expect(derived("80040614141ASSET-42", "]C0") == ["tag 0614141ASSET-42", "serial 0614141ASSET-42"])
    }

    @Test(
        "plain numbers are not taken for GS1",
        arguments: [
            "80041234", "2112345", "10ABC", "91-7", "4006381333931", "01095012345678904", "11240115", "414ROOM",
        ])
    func noGuess(code: String) {
        #expect(derived(code).isEmpty)
        #expect(identifiers(code).count == 5)
    }

    @Test("a serial number is derived even where GS1 is proven: another product may have the same")
    func serialOfProduct() {
        #expect(exactBeyondPlain("010952123454321321SN-7", "]C1").isEmpty)
        #expect(derived("010952123454321321SN-7", "]C1") == ["serial SN-7"])
        #expect(derived("8006095212345432130102" + "21SN-7", "]C1") == ["serial SN-7"])
    }

    @Test(
        "every way in which a separator arrives",
        arguments: ["\u{1d}", "<GS>", "{GS}", "^]", "|", "~", "^"])
    func separators(separator: String) {
        let code = "010952123454321310LOT1" + separator + "21SN-7"
        #expect(derived(code, "]C1") == ["serial SN-7"])
        #expect(derived(code) == ["serial SN-7"])
    }

    @Test("published check digits: 400638133393 1 and 9501234567890 3")
    func checkDigits() {
        #expect(derived("010" + "4006381333931" + "21X").contains("serial X"))
        #expect(!derived("010" + "4006381333932" + "21X").contains("serial X"))
        #expect(derived("01" + "95012345678903" + "21X").contains("serial X"))
        #expect(!derived("01" + "95012345678904" + "21X").contains("serial X"))
    }

    @Test("keys lead to the kinds that they identify")
    func keys() {
        #expect(
            exactBeyondPlain("800309521141234563ABC", "]C1") == ["tag 09521141234563ABC", "serial 09521141234563ABC"])
        #expect(derived("800309521141234563ABC", "]C1") == ["tag 9521141234563ABC", "serial ABC"])
        #expect(exactBeyondPlain("4149521321000018", "]C1") == ["location_code 9521321000018"])
        #expect(exactBeyondPlain("4149521321000018254ROOM-3", "]C1") == ["location_code 9521321000018/ROOM-3"])
        #expect(derived("4149521321000018254ROOM-3", "]C1") == ["location_code ROOM-3"])
        #expect(
            exactBeyondPlain("8018952132109876543212", "]C1")
                == ["badge 952132109876543212", "employee_number 952132109876543212"])
        #expect(
            derived("8018952132109876543212") == ["badge 952132109876543212", "employee_number 952132109876543212"])
        #expect(exactBeyondPlain("00106141411234567897", "]C1") == ["tag 106141411234567897"])
        #expect(exactBeyondPlain("2539521141234563D7", "]C1") == ["tag 9521141234563D7"])
        #expect(derived("91IT-0042", "]C1") == ["tag IT-0042"])
        #expect(derived("250SECOND" + gs + "8011123", "]C1") == ["serial SECOND", "serial 123"])
    }

    @Test("a wrong or unknown element costs only itself where GS1 is proven")
    func damaged() {
        #expect(derived("0195012345678904" + "21SN-7", "]C1") == ["serial SN-7"])
        #expect(derived("7777whatever" + gs + "21SN-7", "]C1") == ["serial SN-7"])
        #expect(derived("3103000150" + "3922123" + gs + "21SN-7", "]C1") == ["serial SN-7"])
        #expect(derived("190123456" + "7" + gs + "21SN-7", "]C1") == ["serial SN-7"])
        #expect(derived("01", "]C1").isEmpty)
        #expect(derived("0109521", "]C1").isEmpty)
        #expect(derived("8003" + "19521141234563", "]C1").isEmpty, "a GRAI starts with 0")
        #expect(exactBeyondPlain("8018952132109876543212" + "8004123456X", "]C1").contains("tag 123456X"), "lost GS")
    }

    @Test("an element string that is wrong anywhere is not guessed")
    func strictGuess() {
        #expect(derived("010952123454321321SN-7" + gs + "7777x").isEmpty)
        #expect(derived("21SN-7" + gs + "10LOT").isEmpty, "a serial number of no product")
    }

    @Test("typed as people read it, with parentheses")
    func readable() {
        #expect(derived("(01)09521234543213(21)SN-7") == ["serial SN-7"])
        #expect(derived("(01) 09521234543213 (10) A(1)B (21) SN-7") == ["serial SN-7"])
        #expect(derived("(8004)0614141ASSET-42") == ["tag 0614141ASSET-42", "serial 0614141ASSET-42"])
        #expect(derived("(414)9521321000018(254)R1") == ["location_code 9521321000018/R1", "location_code R1"])
        #expect(derived("(01)09521234543214(21)SN-7").isEmpty)
        #expect(derived("(7777)x").isEmpty)
        #expect(derived("(21)").isEmpty)
        #expect(derived("(01").isEmpty)
    }
}

@Suite("GS1 Digital Link")
struct DigitalLinkTests {
    @Test("published: product with batch and serial number")
    func product() {
        #expect(derived("https://id.gs1.org/01/09521234543213/10/ABC123/21/12345") == ["serial 12345"])
        #expect(derived("HTTPS://ID.GS1.ORG/01/09521234543213/21/12345?17=251231#x") == ["serial 12345"])
        #expect(derived("https://example.com/products/01/09521234543213").isEmpty)
        #expect(derived("https://example.com/products/01/09521234543213/21/7/") == ["serial 7"])
        #expect(derived("https://example.com/gtin/4006381333931/ser/7") == ["serial 7"])
    }

    @Test("published: SSCC, GIAI")
    func units() {
        #expect(derived("https://id.gs1.org/00/106141411234567897") == ["tag 106141411234567897"])
        let giai = identifiers("https://id.gs1.org/8004/0614141ASSET-42").filter(\.isDerived)
        #expect(giai.map(short) == ["tag 0614141ASSET-42", "serial 0614141ASSET-42"])
        #expect(giai.first?.rule == "GIAI (GS1 8004) from a Digital Link")
        #expect(derived("http://x/giai/0614141A%2F42").first == "tag 0614141A/42")
    }

    @Test("GRAI, GLN and GSRN need their check digits")
    func checkDigits() {
        #expect(
            derived("https://id.gs1.org/8003/09521141234563ABC")
                == ["tag 09521141234563ABC", "serial 09521141234563ABC", "tag 9521141234563ABC", "serial ABC"])
        #expect(
            derived("https://id.gs1.org/414/9521321000018/254/ROOM-3")
                == ["location_code 9521321000018/ROOM-3", "location_code ROOM-3"])
        #expect(
            derived("https://id.gs1.org/8018/952132109876543212")
                == ["badge 952132109876543212", "employee_number 952132109876543212"])
        // The same with check digits that are wrong.
        #expect(derived("https://id.gs1.org/8003/09521141234567ABC").isEmpty)
        #expect(derived("https://id.gs1.org/414/9521321000014/254/ROOM-3").isEmpty)
        #expect(derived("https://id.gs1.org/8018/952132109876543210").isEmpty)
    }

    @Test("qualifiers out of order, twice or of another key make no link")
    func wrongQualifiers() {
        #expect(derived("https://id.gs1.org/01/09521234543213/21/12345/10/ABC123").isEmpty)
        #expect(derived("https://id.gs1.org/01/09521234543213/21/1/21/2").isEmpty)
        #expect(derived("https://id.gs1.org/8004/0614141A/21/1").isEmpty)
        #expect(derived("https://id.gs1.org/21/12345").isEmpty)
        #expect(derived("https://id.gs1.org/01/09521234543213/21").isEmpty)
    }

    @Test("the last key wins, so resolvers may have any path of their own")
    func lastKey() {
        #expect(derived("https://x.example/a/b/c/00/1/01/8004/0614141B").contains("tag 0614141B"))
        #expect(derived("https://x.example/8004/0614141A/8004/0614141B").first == "tag 0614141B")
        let deep = "https://x.example/" + String(repeating: "8004/", count: 700) + "8004/0614141B"
        #expect(derived(deep).first == "tag 0614141B")
    }

    @Test(
        "what is no link",
        arguments: [
            "https://", "https:///8004/0614141A", "ftp://x/8004/0614141A", "https://x/8004/", "https://x/8004/%00ABC",
            "https://x/8004/%C3", "https://x?8004=0614141A", "https://x",
        ])
    func noLink(code: String) {
        #expect(derived(code).isEmpty)
    }
}
