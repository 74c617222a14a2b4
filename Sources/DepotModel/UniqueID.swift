import TextFormats

/// A 128-bit identity (RFC 9562), written as lower-case hexadecimal with dashes.
///
/// Every asset has one as its identity across stations (and as Incident IQ's GUID). Every operation has one of version
/// 7, created when it is requested, so that a repeated request is applied once.
public struct UniqueID: Hashable, Comparable, Sendable, Codable, CustomStringConvertible, LosslessStringConvertible {
    /// The first eight bytes, big-endian.
    public let high: UInt64
    /// The last eight bytes, big-endian.
    public let low: UInt64

    /// Creates an identity from its 128 bits.
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Returns a version 7 identity (RFC 9562 §5.7), which sorts by its time in milliseconds.
    ///
    /// - Parameters:
    ///   - time: the time of the request.
    ///   - random: 74 of these bits are used; the caller supplies them, as the core has no randomness of its own.
    public static func version7(at time: Timestamp, random: (UInt64, UInt64)) -> UniqueID {
        let milliseconds = UInt64(bitPattern: max(0, time.milliseconds)) & 0xFFFF_FFFF_FFFF
        return UniqueID(
            high: milliseconds << 16 | 0x7000 | random.0 & 0x0FFF,
            low: 0x8000_0000_0000_0000 | random.1 & 0x3FFF_FFFF_FFFF_FFFF)
    }

    /// Returns a version 4 identity (RFC 9562 §5.4) from 122 of the random bits.
    public static func version4(random: (UInt64, UInt64)) -> UniqueID {
        UniqueID(
            high: random.0 & 0xFFFF_FFFF_FFFF_0FFF | 0x4000,
            low: 0x8000_0000_0000_0000 | random.1 & 0x3FFF_FFFF_FFFF_FFFF)
    }

    /// Creates an identity from 32 hexadecimal digits in either case with dashes anywhere between them, or returns nil for
    /// anything else.
    public init?(_ description: String) {
        var digits = 0
        var words: (UInt64, UInt64) = (0, 0)
        for byte in description.utf8 {
            if byte == UInt8(ascii: "-") { continue }
            guard let value = Hexadecimal.value(byte), digits < 32 else { return nil }
            if digits < 16 { words.0 = words.0 << 4 | UInt64(value) } else { words.1 = words.1 << 4 | UInt64(value) }
            digits += 1
        }
        guard digits == 32 else { return nil }
        self.init(high: words.0, low: words.1)
    }

    /// The usual form with dashes, such as `0193a1b2-…`, in lower case.
    public var description: String {
        // Every request and every event needs several of these: `String(format:)` and joining are too slow.
        String(unsafeUninitializedCapacity: Self.length) { text in
            write(to: text)
            return Self.length
        }
    }

    /// The bytes of the usual form.
    package static let length = 36

    /// Writes the usual form into the first ``length`` bytes.
    package func write(to text: UnsafeMutableBufferPointer<UInt8>) {
        var place = 0
        for index in 0..<32 {
            if index == 8 || index == 12 || index == 16 || index == 20 {
                text[place] = UInt8(ascii: "-")
                place += 1
            }
            let shift = UInt64(60 - 4 * (index & 15))
            let nibble = UInt8(truncatingIfNeeded: (index < 16 ? high : low) >> shift & 15)
            text[place] = Hexadecimal.digit(nibble)
            place += 1
        }
    }

    /// Returns whether the text of the first sorts before that of the second.
    public static func < (left: UniqueID, right: UniqueID) -> Bool { (left.high, left.low) < (right.high, right.low) }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let value = UniqueID(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a UUID")
        }
        self = value
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
