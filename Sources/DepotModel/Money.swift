/// An exact amount of money with up to four decimals; never binary floating point.
public struct Money: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
    /// The amount in ten-thousandths of the currency's unit.
    public let tenThousandths: Int64

    /// Creates an amount from ten-thousandths of the currency's unit.
    public init(tenThousandths: Int64) { self.tenThousandths = tenThousandths }

    /// Creates an amount from an optional minus sign, digits and at most four decimals after a point (`1450`, `3499.00`,
    /// `-0.5`).
    ///
    /// Returns nil for anything else, thousands separators included, and beyond ±900,000,000,000,000.
    public init?(_ text: String) {
        var bytes = Array(text.utf8)[...]
        let negative = bytes.first == UInt8(ascii: "-")
        if negative { bytes = bytes.dropFirst() }
        let parts = bytes.split(separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = parts.first, (1...15).contains(whole.count),
            parts.count == 1 || (1...4).contains(parts[1].count)
        else { return nil }
        var value: Int64 = 0
        let decimals = parts.count == 2 ? Array(parts[1]) : []
        for byte in Array(whole) + decimals + [UInt8](repeating: 48, count: 4 - decimals.count) {
            guard (48...57).contains(byte) else { return nil }
            let (tens, first) = value.multipliedReportingOverflow(by: 10)
            let (sum, second) = tens.addingReportingOverflow(Int64(byte - 48))
            guard !first, !second else { return nil }
            value = sum
        }
        guard value <= 9_000_000_000_000_000_000 else { return nil }
        self.init(tenThousandths: negative ? -value : value)
    }

    /// The amount with two decimals, or with four if it needs them (`3499.00`, `0.1250`).
    public var description: String {
        let magnitude = tenThousandths.magnitude
        let fraction = String(magnitude % 10_000)
        let four = String(repeating: "0", count: 4 - fraction.count) + fraction
        let decimals = four.hasSuffix("00") ? String(four.prefix(2)) : four
        return "\(tenThousandths < 0 ? "-" : "")\(magnitude / 10_000).\(decimals)"
    }

    /// Returns whether the first amount is smaller.
    public static func < (left: Money, right: Money) -> Bool { left.tenThousandths < right.tenThousandths }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let value = Money(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not an amount such as \"1450.00\"")
        }
        self = value
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
