/// An identifier that a code may hold.
public struct Identifier: Hashable, Sendable {
    /// The attribute with which the value is compared. The raw values are those of DepotModel's `LookupKey.Kind`.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        case tag, serial, uuid, badge
        case assetID = "asset_id"
        case locationID = "location_id"
        case employeeNumber = "employee_number"
        case locationCode = "location_code"
    }

    /// The attribute with which the value is compared.
    public var kind: Kind
    /// The value, never empty. A row id has 1 to 18 decimal digits; a UUID is in lower case with dashes.
    public var value: String
    /// The rule that made the reading, in a few words for people, without any part of the code.
    public var rule: String
    /// A Boolean value that is true if the value was derived from the code by a rule that may be wrong. It must not
    /// beat an exact match.
    public var isDerived: Bool

    /// Creates an identifier.
    public init(_ kind: Kind, _ value: String, rule: String, isDerived: Bool = false) {
        self.kind = kind
        self.value = value
        self.rule = rule
        self.isDerived = isDerived
    }
}
