import DepotModel
import TextFormats

extension FuzzEntry {
    static let textFormats: [FuzzEntry] = [
        json, csv, query, percent, multipart, header, hexadecimal, utf8, path, space,
    ]

    private static let json = FuzzEntry(
        "json",
        texts: [
            #"{"a":[1,-0.5e+9,true,false,null,"\u00fc\ud83d\ude00\n\/"],"a":{}}"#, "[[[]]]", "\u{FEFF}{}",
            #"{"colour":"red","size":""}"#,
        ]
    ) { text in
        let bytes = Array(text.utf8)
        let strings = try? JSONValue.strings(parsing: bytes)
        guard let value = try? JSONValue(parsing: bytes) else {
            return try require(strings == nil, "strings are read from what is not JSON")
        }
        for style in [JSONWriter.Style.plain, .ascii] {
            var writer = JSONWriter(style)
            writer.value(value)
            try requireEqual(try JSONValue(parsing: writer.bytes), value, "written and read again")
        }
        guard let object = value.object else { return try require(strings == nil, "strings are read from no object") }
        let members = object.members.compactMap { member -> (String, String)? in
            if case .string(let text) = member.value { (member.key, text) } else { nil }
        }
        let expected = members.count == object.members.count ? Dictionary(members) { $1 } : nil
        try requireEqual(strings, expected, "strings of the object")
    }

    private static let csv = FuzzEntry(
        "csv",
        texts: [
            "asset_tag,name\r\nIT-1,\"a \"\"b\"\"\r\nc\"\r\n", "\u{FEFF}a,b\n1,2", "a\"b,c\rd\n", "\"x\"y\n,,\n\n",
            "\"",
        ].flatMap { [$0, "\u{1}" + $0] }
    ) { text in
        var input = FuzzInput(Array(text.utf8))
        let options: CSVReader.Options = input.byte() & 1 == 0 ? .strict : .lenient
        let bytes = Array(input.rest)
        let records = csvRecords(pieces(bytes, of: max(bytes.count, 1)), options)
        try requireEqual(csvRecords(pieces(bytes, of: 1), options), records, "read in single bytes")
        try requireEqual(csvRecords(pieces(bytes, of: 3), options), records, "read in threes")
        // A row of one empty field and a mark at the start of the file have no form of their own.
        let rows = [["head"]] + records.compactMap { if case .row(_, let fields) = $0 { fields } else { nil } }
        let kept = rows.filter { $0 != [""] }
        var writer = CSVWriter()
        for row in kept {
            for field in row { writer.field(field) }
            writer.endRecord()
        }
        let again = csvRecords([writer.bytes], .strict).map { record -> [String]? in
            if case .row(_, let fields) = record { fields } else { nil }
        }
        try requireEqual(again, kept, "written and read again")
    }

    private static func csvRecords(_ pieces: [[UInt8]], _ options: CSVReader.Options) -> [CSVRecord] {
        var reader = CSVReader(options)
        return pieces.flatMap { reader.feed($0) } + reader.finish()
    }

    private static let query = FuzzEntry("query", texts: ["a=b&c=d%20e+f&g[]=1&g[]=2&h", "=&&%C3%BC"]) { text in
        guard let query = try? QueryItems(parsing: text) else { return }
        let written = query.items.map { PercentEncoding.encode($0.name) + "=" + PercentEncoding.encode($0.value) }
        try requireEqual(try QueryItems(parsing: written.joined(separator: "&")), query, "written and read again")
        var object = JSONObject()
        object.merge(query)
        for item in query.items { _ = (query[item.name], query.all(item.name), object[item.name]) }
    }

    private static let percent = FuzzEntry("percent", texts: ["a%2Fb%2", "%zz+", "%00", "ü"]) { text in
        let encoded = PercentEncoding.encode(text)
        if !text.utf8.contains(0) {
            try requireEqual(PercentEncoding.decode(encoded), text, "encoded and decoded")
            try requireEqual(PercentEncoding.decode(encoded, plusIsSpace: true), text, "encoded and decoded as a form")
        }
        try requireEqual(
            PercentEncoding.bytes(encoded.utf8, keepsBrokenEscapes: false), Array(text.utf8), "the encoded bytes")
        let strict = PercentEncoding.bytes(text.utf8, keepsBrokenEscapes: false)
        let lenient = PercentEncoding.bytes(text.utf8, keepsBrokenEscapes: true)
        try require(lenient != nil, "broken escapes are kept")
        if let strict { try requireEqual(strict, lenient ?? [], "no broken escape is there") }
    }

    private static let multipart = FuzzEntry(
        "multipart",
        texts: [
            "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\na,b\r\n--b--\r\n",
            "x\r\n--b \r\ncontent-disposition: form-data; name=dry_run\r\n\r\n\r\n--b\r\n\r\n\r\n--b--",
        ]
    ) { text in
        let bytes = Array(text.utf8)
        let whole = multipartForm([bytes])
        for size in [1, 2, 7] {
            try requireEqual(multipartForm(pieces(bytes, of: size)), whole, "read in pieces of \(size)")
        }
    }

    /// Returns the parts as texts, or the reason for which the form is malformed.
    private static func multipartForm(_ pieces: [[UInt8]]) -> Result<[[UInt8]], MultipartError> {
        guard var reader = MultipartReader(contentType: "multipart/form-data; boundary=b") else {
            return .failure(MultipartError(reason: "no reader"))
        }
        var parts: [[UInt8]] = []
        do {
            for piece in pieces {
                try reader.feed(piece) { part in
                    switch part {
                    case .begin(let name, let isFile): parts.append(Array("\(name) \(isFile): ".utf8))
                    case .data(let data): parts[parts.count - 1] += data
                    }
                }
            }
            try reader.finish()
            return .success(parts)
        } catch let error as MultipartError {
            return .failure(error)
        } catch {
            return .failure(MultipartError(reason: "\(error)"))
        }
    }

    private static let header = FuzzEntry(
        "header", texts: [#"form-data; name="a\"b;c"; filename=x"#, "Text/CSV;charset=utf-8", ";;=;a==b"]
    ) { text in
        let header = HeaderParameters(text)
        try requireEqual(trimmingWhiteSpace(header.value), header.value, "the value has no white space around it")
        _ = header["name"]
        _ = MultipartReader(contentType: text)
    }

    private static let hexadecimal = FuzzEntry("hexadecimal", texts: ["00fF", "0", "0g"]) { text in
        let written = Hexadecimal.text(Array(text.utf8))
        try requireEqual(Hexadecimal.bytes(written), Array(text.utf8), "written and read again")
        if let bytes = Hexadecimal.bytes(text) {
            try requireEqual(Hexadecimal.text(bytes), text.lowercased(), "read and written again")
        }
    }

    private static let utf8 = FuzzEntry(
        "utf8", ["aü日😀\r\n", "b"].map { Array($0.utf8) } + [[0xC0], [0xED, 0xA0, 0x80]]
    ) {
        bytes in
        let isValid = String(validating: bytes, as: UTF8.self) != nil
        var check = UTF8Check()
        check.feed(bytes[...])
        try requireEqual(check.isValid, isValid, "the standard library's opinion")
        var single = UTF8Check()
        for byte in bytes { single.feed([byte]) }
        try requireEqual(single.isValid, isValid, "byte by byte")
        try requireEqual(single.invalidCount, check.invalidCount, "the number of errors")
    }

    private static let path = FuzzEntry(
        "path", texts: ["/api/v1/hardware/:id/checkout\n/api/v1/hardware/7/checkout", "/{tag}/**\n//a//b/c", "/\n"]
    ) { text in
        let lines = text.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let pattern = PathPattern(lines[0])
        try requireEqual(PathPattern(pattern.unnamed).unnamed, pattern.unnamed, "the form without names")
        _ = pattern.parameters(of: lines.last ?? "")
        let literal = PathPattern("/:any").parameters(of: lines.last ?? "")?["any"]
        if let literal { try require(!literal.contains("/"), "a segment holds no slash") }
    }

    private static let space = FuzzEntry("white-space", texts: ["  a b \u{85}", "\u{A0}\u{301}", ""]) { text in
        let trimmed = trimmingWhiteSpace(text)
        try requireEqual(trimmingWhiteSpace(trimmed), trimmed, "nothing is left to trim")
        if hasPlainEnds(text) { try requireEqual(trimmed, text, "plain ends") }
    }

    /// The values that have one text.
    static let values = [
        FuzzEntry(
            "values",
            texts: [
                "2026-02-28", "2026-11-21T03:22:41.123Z", "2026-11-21 03:22:41+05:30", "-1450.005",
                "0193a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b",
            ]
        ) { text in
            let forms: DayFormats = [.iso, .isoBeforeTime, .monthFirst, .dayFirst, .yearFirst, .dotted]
            if let day = CalendarDate(text, in: forms) {
                try requireEqual(CalendarDate(day.description, in: forms), day, "a day in another form")
            }
            if let day = CalendarDate(text) {
                try requireEqual(day.description, text, "a day")
                try requireEqual(CalendarDate(daysSinceEpoch: day.daysSinceEpoch), day, "a day's number")
            }
            if let time = Timestamp(text) { try requireEqual(Timestamp(time.description), time, "a time") }
            if let money = Money(text) { try requireEqual(Money(money.description), money, "an amount") }
            if let id = UniqueID(text) { try requireEqual(UniqueID(id.description), id, "an identity") }
        }
    ]
}
