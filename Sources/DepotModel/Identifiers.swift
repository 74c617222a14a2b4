import TextFormats

/// An integer id that says what it identifies, so that an asset's id is never passed for a person's.
///
/// Values are positive and unique over all tenants of one database.
public protocol RowID: RawRepresentable, Hashable, Comparable, Sendable, Codable, CustomStringConvertible
where RawValue == Int64 {
    /// Wraps a row number without checking it.
    init(rawValue: Int64)
}

extension RowID {
    /// The number in decimal.
    public var description: String { String(rawValue) }

    /// Orders by number.
    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

/// Identifies a tenant.
public struct TenantID: RowID {
    public let rawValue: Int64
    public init(rawValue: Int64) { self.rawValue = rawValue }
    /// The tenant that every database has from its first migration on (slug `default`).
    public static let standard = TenantID(rawValue: 1)
}

/// Identifies an asset within one database.
public struct AssetID: RowID {
    public let rawValue: Int64
    public init(rawValue: Int64) { self.rawValue = rawValue }
}

/// Identifies a person.
public struct PersonID: RowID {
    public let rawValue: Int64
    public init(rawValue: Int64) { self.rawValue = rawValue }
}

/// Identifies a location.
public struct LocationID: RowID {
    public let rawValue: Int64
    public init(rawValue: Int64) { self.rawValue = rawValue }
}

/// Identifies a status label.
public struct StatusLabelID: RowID {
    public let rawValue: Int64
    public init(rawValue: Int64) { self.rawValue = rawValue }
}

/// Identifies a model, manufacturer, category, supplier or company.
public struct CatalogueID: RowID {
    public let rawValue: Int64
    public init(rawValue: Int64) { self.rawValue = rawValue }
}

/// Identifies a lane; the same scanner has the same lane after a replug and after a restart.
public struct LaneID: RowID {
    public let rawValue: Int64
    public init(rawValue: Int64) { self.rawValue = rawValue }
}

/// The number of an event in the ledger: 1, 2, 3, … in commit order, without a gap.
public struct EventNumber: RowID {
    public let rawValue: Int64
    public init(rawValue: Int64) { self.rawValue = rawValue }
}

/// The number of a scan in the scan journal: 1, 2, 3, … in commit order.
public struct ScanNumber: RowID {
    public let rawValue: Int64
    public init(rawValue: Int64) { self.rawValue = rawValue }
}

/// A 128-bit identity (RFC 9562), written as lower-case hexadecimal with dashes.
///
/// Assets carry one as their identity across stations (and as Incident IQ's GUID); every operation
/// carries a version 7 one, made when it is asked for, so that asking twice applies once.
public struct UniqueID: Hashable, Comparable, Sendable, Codable, CustomStringConvertible, LosslessStringConvertible {
    /// The first eight bytes, big-endian.
    public let high: UInt64
    /// The last eight bytes, big-endian.
    public let low: UInt64

    /// The identity with exactly these bits.
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// A version 7 identity (RFC 9562 §5.7): milliseconds since 1970 in front, so ids sort by time.
    ///
    /// - Parameters:
    ///   - time: when the operation was asked for.
    ///   - random: 74 of these bits are used; the caller supplies them, as the core has no randomness of its own.
    public static func version7(at time: Timestamp, random: (UInt64, UInt64)) -> UniqueID {
        let milliseconds = UInt64(bitPattern: max(0, time.milliseconds)) & 0xFFFF_FFFF_FFFF
        return UniqueID(
            high: milliseconds << 16 | 0x7000 | random.0 & 0x0FFF,
            low: 0x8000_0000_0000_0000 | random.1 & 0x3FFF_FFFF_FFFF_FFFF)
    }

    /// A version 4 identity (RFC 9562 §5.4) from 122 of the given random bits.
    public static func version4(random: (UInt64, UInt64)) -> UniqueID {
        UniqueID(
            high: random.0 & 0xFFFF_FFFF_FFFF_0FFF | 0x4000,
            low: 0x8000_0000_0000_0000 | random.1 & 0x3FFF_FFFF_FFFF_FFFF)
    }

    /// Reads 32 hexadecimal digits in either case, dashes allowed anywhere between them; nil for anything else.
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

    /// The usual form, such as `0193a1b2-…`, in lower case.
    public var description: String {
        // written for every request and several times for every event
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

    /// Orders as the text does.
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
