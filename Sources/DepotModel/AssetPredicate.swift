/// A condition on assets, into which dialects translate their filters, searches and facets.
public indirect enum AssetPredicate: Hashable, Sendable {
    /// All of the conditions; an empty list is always true.
    case all([AssetPredicate])
    /// At least one of the conditions; an empty list is never true.
    case any([AssetPredicate])
    case not(AssetPredicate)
    /// The related row is one of these; an empty list matches nothing.
    case row(AssetRelation, [Int64])
    /// There is no related row.
    case missing(AssetRelation)
    /// The text equals this one, compared without case and trimmed.
    case equals(AssetText, String)
    /// The text contains this one, compared without case; wildcards are plain characters.
    case contains(AssetText, String)
    /// The related row's name contains the text, compared without case. Of a person, also the first name, last name,
    /// username, e-mail address and employee number; of a model, also the number; of an asset, the tag or name.
    case related(AssetRelation, contains: String)
    /// The custom field of this name has this value, compared without case.
    case custom(String, equals: String)
    /// The custom field of this name contains this text, compared without case.
    case customContains(String, String)
    /// The day lies between the bounds, both included; a nil bound is open. Never true without a date. Times are compared
    /// by their day in UTC.
    case date(AssetDate, from: CalendarDate?, through: CalendarDate?)
    case hasDate(AssetDate)
    /// The purchase cost lies between the bounds, both included; a nil bound is open. Never true without a cost.
    case cost(from: Money?, through: Money?)
    /// The state is one of these; ``Lifecycle/deleted`` needs a query that includes deleted assets.
    case lifecycle([Lifecycle])
    /// The status label is of one of these types.
    case statusType([StatusType])
    /// The asset has a holder.
    case isHeld
    case requestable
    case byod
    /// All of the words occur: those of three characters and more anywhere in tag, serial number, name, model,
    /// manufacturer or notes, shorter ones at the start of tag or serial number.
    case words(String)
    /// The text with its spaces occurs, compared without case, anywhere in tag, serial number, name, model and its number,
    /// manufacturer, notes, order number, category, status label, supplier, company, location, default location, the
    /// holder's names, custom values, cost or dates.
    case phrase(String)
}

/// An attribute of an asset that refers to another row.
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

/// The attributes of an asset that are compared as text: texts unchanged, amounts with two decimals, days as
/// `YYYY-MM-DD`.
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

/// The days of an asset. Times are compared by their day in UTC.
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
