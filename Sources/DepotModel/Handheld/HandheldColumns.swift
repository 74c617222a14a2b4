/// The columns of a handheld's file.
struct HandheldColumns: Hashable {
    private var code: Int?
    private var time: Int?
    /// The column of the time of day, if ``time`` has only the day.
    private var clock: Int?
    private var symbology: Int?

    /// The columns of a file without a header.
    static let unnamed = HandheldColumns()

    /// A line's values.
    struct Values {
        var code = ""
        var at: Timestamp?
        var symbology: String?
        /// The text in the column of times that is none, or nil.
        var unreadableTime: String?
    }

    private init() {}

    /// Creates the columns that a header names, or returns nil if the fields are no header.
    init?(header: [String]) {
        for (index, field) in header.enumerated() {
            let name = field.lowercased().filter { $0.isLetter }
            switch name {
            case "code", "barcode", "tag", "assettag", "scan", "data", "value": code = code ?? index
            case "time", "timestamp", "datetime", "scannedat", "scantime", "at":
                if time == nil { time = index } else { clock = clock ?? index }
            case "date", "day", "scandate":
                clock = clock ?? time
                time = index
            case "symbology", "codetype", "type", "format", "aim": symbology = symbology ?? index
            default: break
            }
        }
        guard code != nil else { return nil }
    }

    func read(_ fields: [String], _ time: HandheldTime) -> Values {
        let fields = fields.map { Self.trimmed($0) }
        return code == nil ? unnamed(fields, time) : named(fields, time)
    }

    private func named(_ fields: [String], _ reader: HandheldTime) -> Values {
        func field(_ index: Int?) -> String { index.flatMap { fields.indices.contains($0) ? fields[$0] : nil } ?? "" }
        var values = Values(code: field(code))
        let text = Self.trimmed(field(time) + " " + field(clock))
        values.at = reader.time(text, allowsDigits: true)
        if values.at == nil, !text.isEmpty { values.unreadableTime = text }
        values.symbology = Self.aim(field(symbology))
        return values
    }

    private func unnamed(_ fields: [String], _ reader: HandheldTime) -> Values {
        if fields.count == 1 { return single(fields[0], reader) }
        var values = Values()
        var rest: [String] = []
        var index = 0
        while index < fields.count {
            let field = fields[index]
            if values.at == nil {
                if index + 1 < fields.count, let at = reader.time(field + " " + fields[index + 1], allowsDigits: false)
                {
                    values.at = at
                    index += 2
                    continue
                }
                if let at = reader.time(field, allowsDigits: index > 0) {
                    values.at = at
                    index += 1
                    continue
                }
            }
            rest.append(field)
            index += 1
        }
        values.symbology = rest.lazy.compactMap(Self.aim).first
        let candidates = rest.filter { !$0.isEmpty && Self.aim($0) == nil }
        let code = candidates.firstIndex { !reader.looksLikeTime($0) } ?? candidates.startIndex
        values.code = candidates.indices.contains(code) ? candidates[code] : ""
        if values.at == nil {
            values.unreadableTime =
                candidates.enumerated()
                .first { $0.offset != code && reader.looksLikeTime($0.element) }?.element
        }
        return values
    }

    /// Reads a code with an optional time before or after it.
    private func single(_ field: String, _ reader: HandheldTime) -> Values {
        let words = field.split(separator: " ").map(String.init)
        for count in [2, 1] where words.count > count {
            let (head, tail) = (words.prefix(count).joined(separator: " "), words.suffix(count).joined(separator: " "))
            if let at = reader.time(head, allowsDigits: false) {
                return Values(code: words.dropFirst(count).joined(separator: " "), at: at)
            }
            if let at = reader.time(tail, allowsDigits: false) {
                return Values(code: words.dropLast(count).joined(separator: " "), at: at)
            }
        }
        return Values(code: field)
    }

    /// Returns the text if it is an AIM identifier (ISO/IEC 15424), or nil.
    private static func aim(_ text: String) -> String? {
        let bytes = Array(text.utf8)
        return bytes.count == 3 && bytes[0] == UInt8(ascii: "]") ? text : nil
    }

    private static func trimmed(_ text: String) -> String {
        String(text.drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
    }
}
