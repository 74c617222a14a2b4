import TextFormats

/// The file of a handheld that remembers its scans and delivers them later: codes with the times of the device.
///
/// The fields are separated by tabs, semicolons or commas, or a line is a code with an optional time before or after
/// it. With a header the columns are found by their names; without one the times are found by their form.
public enum HandheldFile {
    /// The maximum number of lines.
    public static let maximumLines = 200_000
    /// The maximum time by which a scan may be in the future, for clocks that are slightly ahead.
    static let tolerance: Int64 = 5 * 60_000
    /// The earliest time of a clock that was set.
    private static let earliest = Timestamp(milliseconds: 946_771_200_000)

    /// The choices of the person who delivers a file.
    public struct Options: Hashable, Sendable {
        /// The minutes by which the times without an offset are ahead of UTC.
        public var utcOffsetMinutes = 0
        /// A Boolean value that is true if the month precedes the day in times such as `11/21/2026 10:00`.
        public var isMonthFirst = false
        /// The milliseconds by which the clock of the device is ahead.
        public var clockOffset: Int64 = 0
        /// A code that was scanned at a known time, which gives the clock offset and is not counted.
        public var reference: ReferenceScan?
        /// The lines that the person rejects.
        public var rejected: Set<Int> = []

        /// Creates options for a correct clock in UTC.
        public init() {}
    }

    /// A code that was scanned at a known time.
    public struct ReferenceScan: Hashable, Sendable {
        /// The code.
        public var code: String
        /// The true time of the scan.
        public var at: Timestamp

        /// Creates a reference.
        public init(code: String, at: Timestamp) {
            self.code = code
            self.at = at
        }
    }

    /// A line of a file.
    public struct Line: Hashable, Sendable {
        /// The number of the line in the file, from 1.
        public var number: Int
        /// The code, or an empty text if none was read.
        public var code: String
        /// The time of the scan, corrected by the clock offset; nil if the line has none.
        public var at: Timestamp?
        /// The AIM identifier of the symbology, such as `]C1`, or nil.
        public var symbology: String?
        /// The identity of the scan within the file: equal for the same scan in another file of the same device.
        public var identity: String
        /// The reason for which the line is rejected, in one sentence, or nil.
        public var problem: String?
    }

    /// The lines of a file in the order of their times, rejected ones included.
    public struct Content: Hashable, Sendable {
        /// The lines. Lines without a time follow the line before them in the file.
        public var lines: [Line]
        /// The milliseconds by which the clock of the device was ahead.
        public var clockOffset: Int64
    }

    /// Reads a file.
    ///
    /// - Parameter now: The current time: later scans are rejected.
    /// - Throws: `bad_request` if the file is not text, has too many lines or lacks the reference code.
    public static func read(_ bytes: [UInt8], _ options: Options, now: Timestamp) throws(DepotError) -> Content {
        let rows = try rows(try text(bytes))
        var columns: HandheldColumns?
        var lines: [Line] = []
        for record in rows {
            switch record {
            case .broken(let number, let reason):
                lines.append(Line(number: number, code: "", identity: "", problem: reason))
            case .row(let number, let fields):
                if columns == nil, lines.isEmpty {
                    columns = HandheldColumns(header: fields) ?? .unnamed
                    if columns != .unnamed { continue }
                }
                lines.append(line(number, fields, columns ?? .unnamed, options))
            }
        }
        guard lines.count <= maximumLines else {
            throw DepotError(
                .tooLarge, "The file has \(lines.count) lines; at most \(maximumLines) are read at once.",
                hint: "split the file")
        }
        let offset = try clockOffset(lines, options)
        return Content(lines: inOrder(checked(lines, offset, options, now)), clockOffset: offset)
    }

    // MARK: Text

    private static func text(_ bytes: [UInt8]) throws(DepotError) -> [UInt8] {
        if bytes.starts(with: [0xFF, 0xFE]) { return utf16(bytes.dropFirst(2), low: 0) }
        if bytes.starts(with: [0xFE, 0xFF]) { return utf16(bytes.dropFirst(2), low: 1) }
        guard !bytes.prefix(4096).contains(0) else {
            throw DepotError(
                .badRequest, "The file is not text, or is UTF-16 without a byte order mark.",
                hint: "save it as text in UTF-8")
        }
        return bytes
    }

    private static func utf16(_ bytes: ArraySlice<UInt8>, low: Int) -> [UInt8] {
        var units: [UInt16] = []
        units.reserveCapacity(bytes.count / 2)
        var index = bytes.startIndex
        while index + 1 < bytes.endIndex {
            units.append(UInt16(bytes[index + low]) | UInt16(bytes[index + 1 - low]) << 8)
            index += 2
        }
        return Array(String(decoding: units, as: UTF16.self).utf8)
    }

    private static func rows(_ bytes: [UInt8]) throws(DepotError) -> [CSVRecord] {
        var options = CSVReader.Options.lenient
        options.separator = separator(bytes)
        var reader = CSVReader(options)
        return reader.feed(bytes) + reader.finish()
    }

    /// Returns the separator of the first lines: the tab, semicolon or comma that most of them contain.
    private static func separator(_ bytes: [UInt8]) -> UInt8 {
        let lines = bytes.prefix(4096).split(whereSeparator: { $0 == 0x0A || $0 == 0x0D }).prefix(20)
        let candidates = [UInt8(ascii: "\t"), UInt8(ascii: ";"), UInt8(ascii: ",")]
        let counts = candidates.map { candidate in lines.count { $0.contains(candidate) } }
        guard let most = counts.max(), most * 2 >= lines.count, let index = counts.firstIndex(of: most) else {
            return UInt8(ascii: ",")
        }
        return candidates[index]
    }

    // MARK: Lines

    private static func line(
        _ number: Int, _ fields: [String], _ columns: HandheldColumns, _ options: Options
    ) -> Line {
        let read = columns.read(fields, HandheldTime(options.utcOffsetMinutes, isMonthFirst: options.isMonthFirst))
        var line = Line(
            number: number, code: read.code, at: read.at, symbology: read.symbology,
            identity: "\(read.code)\u{0}\(read.at?.milliseconds ?? -1)")
        if read.code.isEmpty {
            line.problem = "There is no code."
        } else if let text = read.unreadableTime {
            line.problem = "“\(text.prefix(40))” is not a time."
        }
        return line
    }

    private static func clockOffset(_ lines: [Line], _ options: Options) throws(DepotError) -> Int64 {
        guard let reference = options.reference else { return options.clockOffset }
        let found = lines.first { $0.code == reference.code }
        guard let at = found?.at else {
            throw DepotError(
                .badRequest,
                found == nil
                    ? "The reference code “\(reference.code.prefix(40))” is not in the file."
                    : "The scan of the reference code “\(reference.code.prefix(40))” has no time.",
                hint: "scan it once with the handheld, or give the clock offset")
        }
        return at.milliseconds - reference.at.milliseconds
    }

    private static func checked(
        _ lines: [Line], _ offset: Int64, _ options: Options, _ now: Timestamp
    ) -> [Line] {
        var occurrences: [String: Int] = [:]
        var result: [Line] = []
        result.reserveCapacity(lines.count)
        for var line in lines where options.reference == nil || line.code != options.reference?.code {
            let occurrence = occurrences[line.identity, default: 0]
            occurrences[line.identity] = occurrence + 1
            line.identity += "\u{0}\(occurrence)"
            line.at = line.at.map { $0.advanced(byMilliseconds: -offset) }
            if line.problem == nil, let at = line.at {
                if at > now.advanced(byMilliseconds: tolerance) {
                    line.problem = "\(at) is in the future; the clock of the device is wrong."
                } else if at < earliest {
                    line.problem = "\(at) is too early; the clock of the device was not set."
                }
            }
            if options.rejected.contains(line.number) { line.problem = line.problem ?? "Rejected by the request." }
            result.append(line)
        }
        return result
    }

    private static func inOrder(_ lines: [Line]) -> [Line] {
        var last = Timestamp(milliseconds: .min)
        let keyed = lines.enumerated().map { index, line -> (key: Timestamp, index: Int, line: Line) in
            if let at = line.at, line.problem == nil { last = at }
            return (last, index, line)
        }
        return keyed.sorted { ($0.key, $0.index) < ($1.key, $1.index) }.map(\.line)
    }
}
