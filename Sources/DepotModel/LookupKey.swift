/// A key by which an asset, a person or a location is found. The store answers each with one indexed lookup.
public struct LookupKey: Hashable, Sendable {
    /// The attribute with which the value is compared.
    public enum Kind: String, Sendable, CaseIterable {
        /// An asset's tag, without case.
        case tag
        /// An asset's serial number, without case.
        case serial
        /// An asset's, person's or location's UUID.
        case uuid
        /// An asset's row id, as in Snipe-IT's and ATech's label URLs.
        case assetID = "asset_id"
        /// A location's row id, as in Snipe-IT's label URLs.
        case locationID = "location_id"
        /// The code on a person's badge, without case.
        case badge
        /// A person's employee number, without case.
        case employeeNumber = "employee_number"
        /// The code on a location's label, without case.
        case locationCode = "location_code"
    }

    /// The attribute with which the value is compared.
    public var kind: Kind
    /// The value to find.
    public var value: String
    /// A Boolean value that is true if the value was derived from the code by a rule that may be wrong (a stripped
    /// prefix, a GS1 key guessed without its AIM identifier). A derived match never beats an exact one.
    public var isDerived: Bool

    /// Creates a key.
    public init(_ kind: Kind, _ value: String, isDerived: Bool = false) {
        self.kind = kind
        self.value = value
        self.isDerived = isDerived
    }
}
