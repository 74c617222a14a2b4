import BarcodeData
import Testing

/// Whatever comes, the reader answers, and answers the same again.
@Suite("Properties of every reading")
struct ReaderPropertyTests {
    private let reader = {
        var formats = BarcodeFormats()
        formats.baseURLs = ["https://a.example/x"]
        formats.maximumBytes = 8192
        return BarcodeReader(formats: formats)
    }()

    /// Pieces that take the reader into each of its formats.
    private static let pieces = [
        "DEPOT:", "MODE:", "OPERATOR:", "BADGE:", "LOC:", "]C1", "]d2", "]Q2", "https://a.example/x/", "http://", "ht/",
        "a/",
        "hardware/", "8004/", "/01/", "01", "09521234543213", "21", "10", "8003", "8018", "414", "(01)", "(21)",
        "\u{1d}",
        "\u{1e}", "\u{4}", "[)>", "06", "05", "12", "S", "1S", "18S", "BEGIN:VCARD", "\n", "\r\n ", "UID:", "EMAIL;",
        "\"",
        "MECARD:", ";", "\\", "@", "ANSI ", "636000", "*", "%", "%2F", "^^", "<GS>", "{", "ü", "\u{202e}", "3753759532",
        " ",
        "0193a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b", "(", ")", "(254)", "00", "91", "\\000026",
    ]
    private static let symbologies: [String?] = [nil, nil, "]C1", "]Q3", "]Q2", "]A1", "]L0", "", "]", "ü", "]C12"]

    private func check(_ bytes: [UInt8], _ symbology: String?) {
        let reading = reader.read(bytes, symbology: symbology)
        #expect(reader.read(bytes, symbology: symbology) == reading)
        #expect(displayText(bytes).count <= 200)
        guard case .identifiers(let list) = reading else { return }
        #expect((1...BarcodeReader.maximumIdentifiers).contains(list.count))
        #expect(list.allSatisfy { !$0.value.isEmpty && $0.rule.utf8.count <= 80 })
        #expect(Set(list.map(short)).count == list.count)
        let firstDerived = list.firstIndex(where: \.isDerived) ?? list.count
        #expect(firstDerived > 0 && list[firstDerived...].allSatisfy(\.isDerived), "exact ones come first")
    }

    @Test("random bytes", arguments: 0..<8 as Range<UInt64>)
    func randomBytes(seed: UInt64) {
        var numbers = SeededNumbers(state: seed)
        for _ in 0..<400 {
            let count = Int.random(in: 0...80, using: &numbers)
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &numbers) }
            check(bytes, Self.symbologies.randomElement(using: &numbers) ?? nil)
        }
    }

    @Test("formats put together at random", arguments: 0..<8 as Range<UInt64>)
    func randomPieces(seed: UInt64) {
        var numbers = SeededNumbers(state: seed)
        for _ in 0..<400 {
            var bytes: [UInt8] = []
            for _ in 0..<Int.random(in: 1...9, using: &numbers) {
                bytes += Array((Self.pieces.randomElement(using: &numbers) ?? "").utf8)
            }
            if Bool.random(using: &numbers), let index = bytes.indices.randomElement(using: &numbers) {
                bytes[index] = UInt8.random(in: 0...255, using: &numbers)
            }
            check(bytes, Self.symbologies.randomElement(using: &numbers) ?? nil)
        }
    }

    @Test("every piece repeated up to 8 KiB", arguments: pieces)
    func longInput(piece: String) {
        for start in ["", "(01)", "[)>06", "BEGIN:VCARD\n", "https://a.example/x/ht/", "MECARD:"] {
            let room = (start.isEmpty ? 8192 : 1024) - start.utf8.count
            let bytes = Array((start + String(repeating: piece, count: room / piece.utf8.count)).utf8)
            for symbology in [nil, "]C1", "]Q2"] { check(bytes, symbology) }
        }
    }

    @Test("every prefix of a label of each kind")
    func prefixes() {
        let labels = [
            "]C1010952123454321321SN-7\u{1d}8004X", "https://id.gs1.org/01/09521234543213/10/ABC123/21/12345",
            "[)>\u{1e}06\u{1d}1P20XY-77\u{1d}SPF0ABCDE\u{1e}\u{4}",
            "BEGIN:VCARD\r\nUID:1\r\nEMAIL;A=\"b:c\":d\r\n e\r\n",
            #"MECARD:N:Doe\;x;EMAIL:a\:b;;"#, "https://a.example/x/a/000-123", "@\n\u{1e}\rANSI 636000100002DL",
            "(414)9521321000018(254)ROOM-3", "DEPOT:OPERATOR:BADGE:1",
        ]
        for label in labels {
            let bytes = Array(label.utf8)
            for count in 0...bytes.count { check(Array(bytes.prefix(count)), nil) }
        }
    }

    @Test("no rule repeats a part of the code")
    func rulesHoldNoContent() {
        for code in ["QQQ7", "https://id.gs1.org/8004/0614141QQQ7", "MECARD:EMAIL:QQQ7;;", "SPF0QQQ77", "*QQQ7*"] {
            #expect(identifiers(code).allSatisfy { !$0.rule.contains("QQQ7") })
        }
    }
}
