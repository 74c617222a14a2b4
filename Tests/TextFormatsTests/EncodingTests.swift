import Testing
import TextFormats

/// Percent-encoding, queries, hexadecimal digits, UTF-8 in pieces, paths and forms.
@Suite struct EncodingTests {
    @Test func percentEncodedTextIsDecoded() {
        #expect(PercentEncoding.decode("a%20b%C3%A4+c") == "a bä+c")
        #expect(PercentEncoding.decode("%41+z", plusIsSpace: true) == "A z")
        for broken in ["%", "%4", "%zz", "%00", "\0", "%ff", "%C3"] {
            #expect(PercentEncoding.decode(broken) == nil, "\(broken)")
        }
        #expect(PercentEncoding.encode("a b/ä~") == "a%20b%2F%C3%A4~")
        #expect(PercentEncoding.bytes(Array("%4x%41%".utf8), keepsBrokenEscapes: true) == Array("%4xA%".utf8))
        #expect(PercentEncoding.bytes(Array("%4x".utf8), keepsBrokenEscapes: false) == nil)
    }

    @Test func queriesAreDecodedInOrder() throws {
        let query = try QueryItems(parsing: "a=1&b[]=x&b[]=y&c=%41+z&=50&d&a=2&e=")
        #expect(query["a"] == "2" && query["c"] == "A z" && query["e"] == nil && query["d"] == nil)
        #expect(query.all("b") == ["x", "y"])
        for broken in ["a=%zz", "a=%00", "a=%ff", "%=1", String(repeating: "a&", count: 2000)] {
            #expect(throws: QueryError.self) { try QueryItems(parsing: broken) }
        }
    }

    @Test func theBodyWinsOverTheQueryAndListsGather() throws {
        var input = JSONObject()
        input.merge(try QueryItems(parsing: "a=1&b[]=x&b[]=y&c=%41+z&=50"))
        let body = try #require(try JSONValue(parsing: Array(#"{"a":2}"#.utf8)).object)
        input.override(with: body)
        #expect(input["a"] == .number("2"))
        #expect(input["b"] == .array([.string("x"), .string("y")]))
        #expect(input["c"] == .string("A z"))
    }

    @Test func hexadecimalDigits() {
        #expect(Hexadecimal.bytes("1dFf") == [0x1D, 0xFF])
        #expect(Hexadecimal.bytes("") == [])
        #expect(Hexadecimal.bytes("1") == nil && Hexadecimal.bytes("xx") == nil && Hexadecimal.bytes("1 2") == nil)
        #expect(Hexadecimal.text([0x1D, 0xFF, 0]) == "1dff00")
        #expect(Hexadecimal.text(UInt16(0x0c2e)) == "0c2e")
    }

    @Test(arguments: [
        ("", ""), (" \t\n", ""), ("a", "a"), (" a b ", "a b"), ("\u{A0}\u{2003}é\u{3000}", "é"), ("ä", "ä"),
    ])
    func whiteSpaceAroundTextIsTrimmed(_ text: String, _ expected: String) {
        #expect(trimmingWhiteSpace(text) == expected)
    }

    @Test(arguments: ["é😀", "\u{FEFF}", "aé\u{10FFFF}\u{800}"])
    func textInPiecesIsUTF8(text: String) {
        var check = UTF8Check()
        for byte in text.utf8 { check.feed([byte]) }
        #expect(check.isValid)
        #expect(check.multibyteCount == text.unicodeScalars.count { $0.value >= 0x80 })
    }

    @Test(
        arguments: [
            [0x80], [0xC0, 0x80], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80], [0xF0, 0x80, 0x80, 0x80],
            [0xF4, 0x90, 0x80, 0x80],
            [0xF5], [0xC3, 0x28],
        ] as [[UInt8]])
    func otherBytesAreNot(bytes: [UInt8]) {
        var check = UTF8Check()
        check.feed(bytes[...])
        #expect(!check.isValid)
        check.feed(Array(" é".utf8)[...])
        #expect(check.multibyteCount == 1)
    }

    @Test(
        arguments: [
            ("/a/:id/b", "/a/7/b", ["id": "7"]), ("/a/:id/b", "/a//7/b/", ["id": "7"]),
            ("/a/{id}", "a/%41", ["id": "%41"]),
            ("/a/:id/b", "/a/7", nil), ("/a/:id/b", "/a/7/b/c", nil), ("/a/b", "/a/B", nil), ("/", "/", [:]),
            ("/a/**", "/a/x/y/", ["**": "x/y"]), ("/a/**", "/a", nil), ("/a/:id/**", "/a/1/2", ["id": "1", "**": "2"]),
            // a combining mark makes one character of itself and the slash before it
            ("/a/:id", "/a/\u{301}x", ["id": "\u{301}x"]),
        ] as [(String, String, [String: String]?)])
    func pathsMatchPatterns(_ pattern: String, _ path: String, _ expected: [String: String]?) {
        #expect(PathPattern(pattern).parameters(of: path)?.mapValues { String($0) } == expected)
    }

    @Test func patternsForTheSamePathsHaveOneForm() {
        #expect(PathPattern("/a/:id/b").unnamed == PathPattern("a/{tag}/b").unnamed)
        #expect(PathPattern("/a/:id/**").unnamed == "/a/:p1/**")
        // A combining mark after a slash is one character with it.
        let marked = PathPattern("/a/\u{484}b/**")
        #expect(PathPattern(marked.unnamed) == marked)
        #expect(marked.parameters(of: "/a/\u{484}b/c")?.count == 1)
    }

    private func parts(_ body: String, piece: Int) throws -> [String] {
        var reader = try #require(MultipartReader(contentType: "multipart/form-data; boundary=\"XX\""))
        var found: [String] = []
        var rest = Array(body.utf8)[...]
        while !rest.isEmpty {
            try reader.feed(Array(rest.prefix(piece))) { part in
                switch part {
                case .begin(let name, let isFile): found.append("\(name)\(isFile ? " file" : ""): ")
                case .data(let bytes): found[found.count - 1] += String(decoding: bytes, as: UTF8.self)
                }
            }
            rest = rest.dropFirst(piece)
        }
        try reader.finish()
        return found
    }

    @Test(arguments: [1, 2, 3, 7, Int.max])
    func formsAreReadInPieces(piece: Int) throws {
        let head = "Content-Disposition: form-data; name="
        let body =
            "preamble\r\n--XX\r\n\(head)\"a\"\r\n\r\n1\r\n--XX\r\n\(head)file; filename=\"x;y\"\r\n\r\n--XX not\r\n"
            + "\r\n--XX\r\n\(head)\"empty\"\r\n\r\n\r\n--XX--\r\nepilogue"
        #expect(try parts(body, piece: piece) == ["a: 1", "file file: --XX not\r\n", "empty: "])
    }

    @Test(arguments: [
        "", "--XX", "--XX\r\n\r\n\r\n--XX--", "--XXjunk\r\n", "--XX\r\nContent-Disposition: form-data\r\n\r\n--XX--",
        "--XX\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--XX",
    ])
    func brokenFormsAreRefused(_ body: String) {
        #expect(throws: MultipartError.self) { try parts(body, piece: .max) }
    }

    @Test func otherContentTypesHaveNoReader() {
        for type in [nil, "text/csv", "multipart/form-data", "multipart/form-data; boundary="] as [String?] {
            #expect(MultipartReader(contentType: type) == nil)
        }
    }
}
