/// A condition on assets, as a value: what a dialect's filters, searches and facets become.
public indirect enum AssetPredicate: Hashable, Sendable {
    /// Every one of them; an empty list is always true.
    case all([AssetPredicate])
    /// At least one of them; an empty list is never true.
    case any([AssetPredicate])
    case not(AssetPredicate)
    /// The related row is one of these; an empty list matches nothing.
    case row(AssetRelation, [Int64])
    /// There is no related row.
    case missing(AssetRelation)
    /// The text is this, compared without case, surrounding space trimmed.
    case equals(AssetText, String)
    /// The text contains this, without case; wildcards are plain characters.
    case contains(AssetText, String)
    /// The related row's name contains this, without case. A person: also first name, last name, username, e-mail
    /// address, staff number; a model: also its number; an asset: its tag or name.
    case related(AssetRelation, contains: String)
    /// The custom field of this name has this value, compared without case.
    case custom(String, equals: String)
    /// The custom field of this name contains this, without case.
    case customContains(String, String)
    /// The day lies between these two, both included; nil is open. Without the date never true. Times count by their
    /// day in UTC.
    case date(AssetDate, from: CalendarDate?, through: CalendarDate?)
    case hasDate(AssetDate)
    /// The purchase cost lies between these two, both included; nil is open. Without a cost never true.
    case cost(from: Money?, through: Money?)
    /// One of these; ``Lifecycle/deleted`` needs a query that shows deleted assets.
    case lifecycle([Lifecycle])
    /// The status label is of one of these types.
    case statusType([StatusType])
    /// Somebody or something has it.
    case isHeld
    case requestable
    case byod
    /// Words that must all occur: anywhere in tag, serial number, name, model, manufacturer or notes from three
    /// characters on, shorter ones at the start of tag or serial number.
    case words(String)
    /// This text, blanks and all, without case, anywhere in tag, serial number, name, model and its number,
    /// manufacturer, notes, order number, category, status label, supplier, company, location, default location, the
    /// holder's names, custom values, cost or dates.
    case phrase(String)
}

/// What an asset refers to.
public enum AssetRelation: String, Hashable, Sendable, CaseIterable {
    case model
    /// The model's category.
    case category
    /// The model's manufacturer.
    case manufacturer
    /// The status label.
    case status
    case company, supplier, location
    case defaultLocation = "default_location"
    case holderPerson = "holder_person"
    case holderLocation = "holder_location"
    case holderAsset = "holder_asset"
    /// The asset itself.
    case asset
}

/// What of an asset is compared as text: its texts as they are, amounts with two decimals, days as `YYYY-MM-DD`.
public enum AssetText: String, Hashable, Sendable, CaseIterable {
    case tag, serial, name
    case orderNumber = "order_number"
    case notes
    case purchaseCost = "purchase_cost"
    case purchaseDate = "purchase_date"
    case warrantyExpiry = "warranty_expiry"
    case endOfLife = "end_of_life"
    case expectedCheckin = "expected_checkin"
    case nextAudit = "next_audit"
    case lastCheckout = "last_checkout"
    case lastCheckin = "last_checkin"
    case lastAudit = "last_audit"
    case created = "created_at"
    case updated = "updated_at"
}

/// The days of an asset. Times count by their day in UTC.
public enum AssetDate: String, Hashable, Sendable, CaseIterable {
    case purchase = "purchase_date"
    case warrantyExpiry = "warranty_expiry"
    case expectedCheckin = "expected_checkin"
    case nextAudit = "next_audit"
    case endOfLife = "end_of_life"
    case created = "created_at"
    case updated = "updated_at"
    case lastCheckout = "last_checkout"
    case lastCheckin = "last_checkin"
    case lastAudit = "last_audit"
}
