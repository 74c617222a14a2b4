/// A row number with a type of its own, so that an asset's id is never passed for a person's.
///
/// Values are positive and unique over all tenants of one database.
public protocol RowID: RawRepresentable, Hashable, Comparable, Sendable, Codable, CustomStringConvertible
where RawValue == Int64 {
    /// Creates an id from a row number, which is not checked.
    init(rawValue: Int64)
}

extension RowID {
    /// The number in decimal.
    public var description: String { String(rawValue) }

    /// Returns whether the first number is smaller.
    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

/// The row id of a tenant.
public struct TenantID: RowID {
    public let rawValue: Int64
    public init(rawValue: Int64) { self.rawValue = rawValue }
    /// The tenant that every database contains (slug `default`).
    public static let standard = TenantID(rawValue: 1)
}

/// The row id of an asset, unique within one database.
public struct AssetID: RowID {
    public let rawValue: Int64
    public init(rawValue: Int64) { self.rawValue = rawValue }
}

/// The row id of a person.
public struct PersonID: RowID {
    public let rawValue: Int64
    public init(rawValue: Int64) { self.rawValue = rawValue }
}

/// The row id of a location.
public struct LocationID: RowID {
    public let rawValue: Int64
    public init(rawValue: Int64) { self.rawValue = rawValue }
}

/// The row id of a status label.
public struct StatusLabelID: RowID {
    public let rawValue: Int64
    public init(rawValue: Int64) { self.rawValue = rawValue }
}

/// The row id of a model, manufacturer, category, supplier or company.
public struct CatalogueID: RowID {
    public let rawValue: Int64
    public init(rawValue: Int64) { self.rawValue = rawValue }
}

/// The row id of a lane; a scanner keeps its lane over replugs and restarts.
public struct LaneID: RowID {
    public let rawValue: Int64
    public init(rawValue: Int64) { self.rawValue = rawValue }
}

/// The row id of an audit walk.
public struct AuditWalkID: RowID {
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
