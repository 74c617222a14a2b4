/// The reader of the times that handhelds write.
///
/// It knows ISO 8601 with and without an offset, seconds and separators; `21.11.2026 10:00:05`, `21/11/2026 10:00` and
/// `11/21/2026 10:00 AM`; the digits of `20261121100005`; and the seconds or milliseconds since 1970.
struct HandheldTime {
    private let offsetMinutes: Int
    private let isMonthFirst: Bool

    init(_ utcOffsetMinutes: Int, isMonthFirst: Bool) {
        offsetMinutes = min(max(utcOffsetMinutes, -24 * 60), 24 * 60)
        self.isMonthFirst = isMonthFirst
    }

    /// Returns the time of a text, or nil if it is none.
    ///
    /// - Parameter allowsDigits: A Boolean value that is true if digits alone may be a time, and not a code.
    func time(_ text: String, allowsDigits: Bool) -> Timestamp? {
        if let exact = Timestamp(text) { return exact }
        let bytes = Array(text.utf8)
        if bytes.allSatisfy({ (48...57).contains($0) }) { return allowsDigits ? digits(bytes) : nil }
        var words = text.split(whereSeparator: { $0 == " " || $0 == "T" || $0 == "," }).map(String.init)
        guard words.count >= 2, let date = date(words.removeFirst()), let clock = clock(words) else { return nil }
        return local(date, clock)
    }

    /// Returns true if the text looks like a time that cannot be read.
    func looksLikeTime(_ text: String) -> Bool {
        let digits = text.utf8.count { (48...57).contains($0) }
        return digits >= 4 && text.utf8.contains(UInt8(ascii: ":"))
            && text.utf8.allSatisfy { byte in
                (48...57).contains(byte) || [0x20, 0x2D, 0x2E, 0x2F, 0x3A, 0x54, 0x5A, 0x2B].contains(byte)
            }
    }

    private func local(_ date: CalendarDate, _ milliseconds: Int64) -> Timestamp {
        date.startOfDay.advanced(byMilliseconds: milliseconds - Int64(offsetMinutes) * 60_000)
    }

    private func digits(_ bytes: [UInt8]) -> Timestamp? {
        switch bytes.count {
        case 10: return number(bytes[...]).map { Timestamp(milliseconds: $0 * 1000) }
        case 13: return number(bytes[...]).map { Timestamp(milliseconds: $0) }
        case 12, 14:
            guard let year = number(bytes[0..<4]), let month = number(bytes[4..<6]), let day = number(bytes[6..<8]),
                let date = CalendarDate(year: Int(year), month: Int(month), day: Int(day)),
                let hour = number(bytes[8..<10]), let minute = number(bytes[10..<12]),
                let second = bytes.count == 12 ? 0 : number(bytes[12..<14]), hour < 24, minute < 60, second < 60
            else { return nil }
            return local(date, (hour * 3600 + minute * 60 + second) * 1000)
        default: return nil
        }
    }

    private func date(_ text: String) -> CalendarDate? {
        if text.utf8.count == 8, text.utf8.allSatisfy({ (48...57).contains($0) }) {
            let bytes = Array(text.utf8)
            return date(number(bytes[0..<4]), number(bytes[4..<6]), number(bytes[6..<8]))
        }
        let parts = text.split(whereSeparator: { $0 == "-" || $0 == "/" || $0 == "." }, omittingEmpty: false)
        guard parts.count == 3 else { return nil }
        let numbers = parts.map { number(Array($0.utf8)[...]) }
        if parts[0].utf8.count == 4 { return date(numbers[0], numbers[1], numbers[2]) }
        let year = numbers[2].map { parts[2].utf8.count == 2 ? $0 + 2000 : $0 }
        return isMonthFirst ? date(year, numbers[0], numbers[1]) : date(year, numbers[1], numbers[0])
    }

    private func date(_ year: Int64?, _ month: Int64?, _ day: Int64?) -> CalendarDate? {
        guard let year, let month, let day else { return nil }
        return CalendarDate(year: Int(year), month: Int(month), day: Int(day))
    }

    /// Returns the milliseconds since midnight.
    private func clock(_ words: [String]) -> Int64? {
        var text = words.joined(separator: " ").uppercased()
        var isAfternoon: Bool?
        for (suffix, value) in [("AM", false), ("PM", true)] where text.hasSuffix(suffix) {
            isAfternoon = value
            text.removeLast(2)
        }
        while text.hasSuffix(" ") { text.removeLast() }
        if text.utf8.count == 6, text.utf8.allSatisfy({ (48...57).contains($0) }) {
            text.insert(":", at: text.index(text.startIndex, offsetBy: 4))
            text.insert(":", at: text.index(text.startIndex, offsetBy: 2))
        }
        let parts = text.split(whereSeparator: { $0 == ":" }, omittingEmpty: false)
        guard parts.count == 2 || parts.count == 3 else { return nil }
        var fraction: Int64 = 0
        var seconds: Int64 = 0
        if parts.count == 3 {
            let pieces = parts[2].split(whereSeparator: { $0 == "." || $0 == "," }, omittingEmpty: false)
            guard pieces.count <= 2, let whole = number(Array(pieces[0].utf8)[...]) else { return nil }
            seconds = whole
            if pieces.count == 2 {
                guard let value = number(Array((pieces[1] + "000").utf8.prefix(3))[...]), !pieces[1].isEmpty else {
                    return nil
                }
                fraction = value
            }
        }
        guard var hour = number(Array(parts[0].utf8)[...]), let minute = number(Array(parts[1].utf8)[...]), minute < 60,
            seconds < 60
        else { return nil }
        if let isAfternoon {
            guard (1...12).contains(hour) else { return nil }
            hour = hour % 12 + (isAfternoon ? 12 : 0)
        }
        guard hour < 24 else { return nil }
        return (hour * 3600 + minute * 60 + seconds) * 1000 + fraction
    }

    private func number(_ bytes: ArraySlice<UInt8>) -> Int64? {
        guard (1...13).contains(bytes.count), bytes.allSatisfy({ (48...57).contains($0) }) else { return nil }
        return bytes.reduce(0) { $0 * 10 + Int64($1 - 48) }
    }
}

extension StringProtocol {
    fileprivate func split(whereSeparator isSeparator: (Character) -> Bool, omittingEmpty: Bool) -> [SubSequence] {
        split(maxSplits: .max, omittingEmptySubsequences: omittingEmpty, whereSeparator: isSeparator)
    }
}
