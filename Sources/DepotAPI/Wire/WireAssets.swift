public import DepotModel

/// `GET assets`, and `GET assets/byserial/{serial}`.
public struct AssetsReply: Hashable, Sendable, Codable {
    public var assets: [AssetDetails]
    /// How many there are without limit and offset.
    public var total: Int
    /// True where the page ended early because its rows are large; else left out.
    public var truncated: Bool?

    /// The reply.
    public init(assets: [AssetDetails], total: Int, truncated: Bool? = nil) {
        self.assets = assets
        self.total = total
        self.truncated = truncated
    }
}

/// `POST assets`, answered 201 with a ``TransitionReply``.
public struct CreateAssetRequest: Hashable, Sendable, Codable, StrictRequest {
    /// The same operation again is answered with the first answer. Nil: the daemon makes one.
    public var operation: UniqueID?
    public var tag: String
    public var serial: String?
    public var name: String?
    /// The model's name; made when new, with number, manufacturer and category.
    public var model: String?
    public var modelNumber: String?
    public var manufacturer: String?
    public var category: String?
    /// A status label's exact name, without case; neither this nor ``statusID``: the first deployable one.
    public var status: String?
    public var statusID: StatusLabelID?
    /// A location's code or exact name, without case: where it is and where it belongs.
    public var location: String?
    public var locationID: LocationID?
    public var purchaseDate: CalendarDate?
    public var purchaseCost: Money?
    public var orderNumber: String?
    public var warrantyMonths: Int?
    public var nextAudit: CalendarDate?
    public var notes: String?
    public var custom: [String: String]?

    /// The request, with nothing but a tag.
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

/// `PATCH assets/{id}`, answered with a ``TransitionReply``.
public struct EditAssetRequest: Hashable, Sendable, Codable, StrictRequest {
    public var operation: UniqueID?
    /// By `AssetField` name or `custom.NAME`; nil clears. On the wire text, a whole number or null.
    public var fields: [String: String?]
    /// The asset's version the caller decided on; nil: whatever it is now.
    public var version: Int64?
    public var note: String?

    /// The request.
    public init(
        operation: UniqueID? = nil, fields: [String: String?], version: Int64? = nil, note: String? = nil
    ) {
        self.operation = operation
        self.fields = fields
        self.version = version
        self.note = note
    }

    enum CodingKeys: String, CodingKey, CaseIterable { case operation, fields, version, note }
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
