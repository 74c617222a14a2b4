import DepotModel

/// The character between the whole and the fraction of a number.
public enum DecimalMark: String, Hashable, Sendable, CaseIterable, Codable {
    case point, comma

    /// The other mark, which may separate thousands.
    fileprivate var thousands: UInt8 { self == .point ? UInt8(ascii: ",") : UInt8(ascii: ".") }
    fileprivate var byte: UInt8 { self == .point ? UInt8(ascii: ".") : UInt8(ascii: ",") }

    /// Returns the only mark with which a cell is a number, or nil if it is one with both or with none.
    static func told(by cell: String) -> DecimalMark? {
        let (point, comma) = (DecimalMark.point.amount(cell), DecimalMark.comma.amount(cell))
        return switch (point, comma) {
        case (.some, nil): .point
        case (nil, .some): .comma
        default: nil
        }
    }

    /// Returns the amount in a cell, without its currency, or nil.
    ///
    /// The other mark, an apostrophe or a space separates thousands, and only before exactly three digits. Amounts have
    /// at most four decimals other than zeros.
    func amount(_ cell: String) -> Money? {
        guard let number = Self.number(cell) else { return nil }
        let parts = number.split(separator: byte, omittingEmptySubsequences: false)
        guard parts.count <= 2, let first = parts.first, let whole = grouped(first) else { return nil }
        var decimals = parts.count == 2 ? parts[1] : []
        guard decimals.allSatisfy(Self.isDigit), parts.count == 1 || !decimals.isEmpty else { return nil }
        while decimals.count > 4, decimals.last == UInt8(ascii: "0") { decimals = decimals.dropLast() }
        let text = String(decoding: whole, as: UTF8.self)
        return Money(decimals.isEmpty ? text : text + "." + String(decoding: decimals, as: UTF8.self))
    }

    /// Returns the digits of the whole part, or nil if its thousands are not separated as they should be.
    private func grouped(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        for mark in [thousands, UInt8(ascii: "'"), UInt8(ascii: " ")] where text.contains(mark) {
            let groups = text.split(separator: mark, omittingEmptySubsequences: false)
            guard let first = groups.first, (1...3).contains(first.count), first.first != UInt8(ascii: "0"),
                groups.dropFirst().allSatisfy({ $0.count == 3 }), groups.joined().allSatisfy(Self.isDigit)
            else { return nil }
            return Array(groups.joined())
        }
        return text.allSatisfy(Self.isDigit) ? (text.isEmpty ? [UInt8(ascii: "0")] : Array(text)) : nil
    }

    /// Returns the digits and marks of a cell in ASCII, without a currency before or after them, or nil if there are
    /// none.
    private static func number(_ cell: String) -> ArraySlice<UInt8>? {
        var bytes: [UInt8] = []
        for scalar in cell.unicodeScalars {
            if scalar.isASCII, let byte = UInt8(exactly: scalar.value) {
                bytes.append(byte == 0x09 ? 0x20 : byte)
            } else if scalar.properties.isWhitespace {
                bytes.append(UInt8(ascii: " "))
            } else if scalar == "’" {
                bytes.append(UInt8(ascii: "'"))
            } else if scalar.properties.generalCategory == .currencySymbol {
                bytes.append(UInt8(ascii: "$"))
            } else {
                return nil
            }
        }
        func isAround(_ byte: UInt8) -> Bool {
            byte == UInt8(ascii: "$") || byte == 0x20 || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
        }
        var number = bytes.drop(while: isAround)
        while let last = number.last, isAround(last) { number = number.dropLast() }
        let letters = bytes.count { (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) }
        guard letters <= 3, number.contains(where: isDigit) else { return nil }
        // “CHF 12.-” is a whole amount.
        if number.count > 2, number.last == UInt8(ascii: "-"), let mark = number.suffix(2).first, !isDigit(mark) {
            number = number.dropLast(2)
        }
        return number
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
}
