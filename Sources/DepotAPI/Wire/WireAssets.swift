public import DepotModel

/// The reply of `GET assets` and `GET assets/byserial/{serial}`.
public struct AssetsReply: Hashable, Sendable, Codable {
    /// The assets of the page.
    public var assets: [AssetDetails]
    /// The number of matches, regardless of limit and offset.
    public var total: Int
    /// True if the page ended early because its rows are large; nil otherwise.
    public var truncated: Bool?

    /// Creates a reply.
    public init(assets: [AssetDetails], total: Int, truncated: Bool? = nil) {
        self.assets = assets
        self.total = total
        self.truncated = truncated
    }
}

/// The body of `POST assets`, answered 201 with a ``TransitionReply``.
public struct CreateAssetRequest: Hashable, Sendable, Codable, StrictRequest {
    /// The identity of the operation, or nil if the daemon is to create one. A repetition receives the first answer.
    public var operation: UniqueID?
    /// The asset tag.
    public var tag: String
    /// The serial number.
    public var serial: String?
    /// The name of the asset.
    public var name: String?
    /// The model's name. A new model is created with ``modelNumber``, ``manufacturer`` and ``category``.
    public var model: String?
    /// The model's number.
    public var modelNumber: String?
    /// The name of the model's manufacturer.
    public var manufacturer: String?
    /// The name of the model's category.
    public var category: String?
    /// The exact name of a status label, compared without case. If it and ``statusID`` are nil, the first deployable
    /// label applies.
    public var status: String?
    /// The id of a status label.
    public var statusID: StatusLabelID?
    /// The code or exact name of a location, compared without case: the current and the default location.
    public var location: String?
    /// The id of a location, in place of ``location``.
    public var locationID: LocationID?
    /// The day of the purchase.
    public var purchaseDate: CalendarDate?
    /// The purchase price.
    public var purchaseCost: Money?
    /// The number of the purchase order.
    public var orderNumber: String?
    /// The length of the warranty in months, 0 to 1200.
    public var warrantyMonths: Int?
    /// The day of the next audit.
    public var nextAudit: CalendarDate?
    /// Notes, as free text.
    public var notes: String?
    /// The custom fields by name.
    public var custom: [String: String]?

    /// Creates a request with a tag and nothing else.
    public init(tag: String) { self.tag = tag }

    /// The JSON names, which are also the columns of an import file.
    public enum CodingKeys: String, CodingKey, CaseIterable {
        case operation, serial, name, model, manufacturer, category, status, location, notes, custom
        case tag = "asset_tag"
        case modelNumber = "model_number"
        case statusID = "status_id"
        case locationID = "location_id"
        case purchaseDate = "purchase_date"
        case purchaseCost = "purchase_cost"
        case orderNumber = "order_number"
        case warrantyMonths = "warranty_months"
        case nextAudit = "next_audit"
    }
    /// The JSON names of the fields.
    public static var fieldNames: Set<String> { names(of: CodingKeys.self) }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        func optional<T: Decodable>(_ key: CodingKeys, as type: T.Type = T.self) throws -> T? {
            try container.decodeIfPresent(T.self, forKey: key)
        }
        operation = try optional(.operation)
        tag = try container.decode(String.self, forKey: .tag)
        serial = try optional(.serial)
        name = try optional(.name)
        model = try optional(.model)
        modelNumber = try optional(.modelNumber)
        manufacturer = try optional(.manufacturer)
        category = try optional(.category)
        status = try optional(.status)
        statusID = try container.id(forKey: .statusID)
        location = try optional(.location)
        locationID = try container.id(forKey: .locationID)
        purchaseDate = try optional(.purchaseDate)
        purchaseCost = try optional(.purchaseCost)
        orderNumber = try optional(.orderNumber)
        warrantyMonths = try container.whole(forKey: .warrantyMonths)
        nextAudit = try optional(.nextAudit)
        notes = try optional(.notes)
        custom = try optional(.custom)
        if let months = warrantyMonths, !(0...1200).contains(months) {
            throw DecodingError.dataCorruptedError(
                forKey: .warrantyMonths, in: container, debugDescription: "from 0 to 1200")
        }
    }
}

/// The body of `PATCH assets/{id}`, answered with a ``TransitionReply``.
public struct EditAssetRequest: Hashable, Sendable, Codable, StrictRequest {
    /// The identity of the operation, or nil if the daemon is to create one. A repetition receives the first answer.
    public var operation: UniqueID?
    /// The new values by `AssetField` name or `custom.NAME`; nil clears a field. On the wire a value is a string, an
    /// integer or null.
    public var fields: [String: String?]
    /// The version of the asset on which the caller decided, or nil to accept any.
    public var version: Int64?
    /// A note for the ledger.
    public var note: String?

    /// Creates a request.
    public init(
        operation: UniqueID? = nil, fields: [String: String?], version: Int64? = nil, note: String? = nil
    ) {
        self.operation = operation
        self.fields = fields
        self.version = version
        self.note = note
    }

    enum CodingKeys: String, CodingKey, CaseIterable { case operation, fields, version, note }
    /// The JSON names of the fields.
    public static var fieldNames: Set<String> { names(of: CodingKeys.self) }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        operation = try container.decodeIfPresent(UniqueID.self, forKey: .operation)
        version = try container.whole(forKey: .version)
        note = try container.decodeIfPresent(String.self, forKey: .note)
        fields = [:]
        let values = try container.nestedContainer(keyedBy: AnyKey.self, forKey: .fields)
        for key in values.allKeys {
            if try values.decodeNil(forKey: key) {
                fields.updateValue(nil, forKey: key.stringValue)
            } else if let number = try? values.decode(Int64.self, forKey: key) {
                fields.updateValue(String(number), forKey: key.stringValue)
            } else {
                fields.updateValue(try values.decode(String.self, forKey: key), forKey: key.stringValue)
            }
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encodeIfPresent(operation, forKey: .operation)
        try container.encodeIfPresent(version, forKey: .version)
        try container.encodeIfPresent(note, forKey: .note)
        var values = container.nestedContainer(keyedBy: AnyKey.self, forKey: .fields)
        for (name, value) in fields { try values.encode(value, forKey: AnyKey(stringValue: name)) }
    }
}
