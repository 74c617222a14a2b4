import DepotDialect
import DepotModel
import DepotStore
import TextFormats

/// An entry of `Filters`.
struct FacetFilter: Hashable, Sendable {
    /// The path of the entry in the request, for errors.
    var place: String
    /// The name in lower case.
    var facet: String
    var id: UniqueID?
    /// The values of `Values`, or that of `Value`.
    var values: [String] = []
    var name: String?
    var isNegative = false
    var isUnassigned = false
    var group: Int64 = 0
    var customField: UniqueID?

    /// Reads an entry. `Selected` is accepted and ignored, as in Incident IQ.
    init(_ value: JSONValue, place: String) throws(RequestError) {
        guard let object = value.object else { throw .invalid(place, "A filter must be an object.") }
        let fields = Fields(object)
        self.place = place
        guard let facet = try fields.filled("Facet") else {
            throw .invalid(place + ".Facet", "A filter needs a Facet.")
        }
        self.facet = facet.trimmed.lowercased()
        if let text = try fields.filled("Id") { id = try GUID.read(text, place + ".Id") }
        values = try fields.array("Values").map { (value) throws(RequestError) in
            guard let text = Self.text(value) else { throw .invalid(place + ".Values", "Values must be strings.") }
            return text
        }
        if let value = fields["Value"] {
            guard let text = Self.text(value) else { throw .invalid(place + ".Value", "Value must be a string.") }
            if values.isEmpty, !text.isEmpty { values = [text] }
        }
        name = try fields.filled("Name")
        isNegative = try fields.flag("Negative") ?? false
        isUnassigned = try fields.flag("IsUnassigned") ?? false
        group = Int64(try fields.integer("GroupIndex") ?? 0)
        if let text = try fields.filled("CustomFieldTypeId") {
            customField = try GUID.read(text, place + ".CustomFieldTypeId")
        }
    }

    /// Creates an entry with one value.
    init(_ facet: String, _ value: String, place: String) {
        self.facet = facet
        self.place = place
        values = [value]
    }

    private static func text(_ value: JSONValue) -> String? {
        if case .bool(let flag) = value { return flag ? "true" : "false" }
        return value.text
    }
}

/// The attribute that a facet compares, by its names in lower case: those of the seed and Incident IQ's own.
enum Facet: Sendable {
    /// A text that must equal the value, compared without case, or be contained in it.
    case whole(AssetText), part(AssetText)
    case words
    /// A row of the catalogue, by GUID or by its full name.
    case row(AssetRelation, Catalogue, RowGUID.Table)
    case asset, status
    /// A location by GUID or name, with or without the locations within.
    case place(within: Bool)
    /// A person or location that holds the asset.
    case holder
    case date(AssetDate)
    case price
    /// A boolean that is always false, such as the duplicate of a tag.
    case never
    case custom(part: Bool)

    /// Every facet with its title, in the order of the list.
    static let all: [(name: String, title: String, facet: Facet)] = [
        ("assettag", "Asset tag", .whole(.tag)),
        ("assetserialnumber", "Serial number", .whole(.serial)),
        ("serialnumber", "Serial number", .whole(.serial)),
        ("assetname", "Asset name", .part(.name)),
        ("assetponumber", "Purchase order", .part(.orderNumber)),
        ("keyword", "Keyword", .words),
        ("asset", "Asset", .asset),
        ("assettype", "Asset type", .row(.category, .category, .category)),
        ("modelcategory", "Model category", .row(.category, .category, .category)),
        ("assetstatus", "Status", .status),
        ("status", "Status", .status),
        ("model", "Model", .row(.model, .model, .model)),
        ("manufacturer", "Manufacturer", .row(.manufacturer, .manufacturer, .manufacturer)),
        ("vendor", "Vendor", .row(.supplier, .supplier, .supplier)),
        ("location", "Location", .place(within: true)),
        ("room", "Room", .place(within: false)),
        ("user", "Owner", .holder),
        ("owner", "Owner", .holder),
        ("createddate", "Created", .date(.created)),
        ("modifieddate", "Modified", .date(.updated)),
        ("purchaseddate", "Purchased", .date(.purchase)),
        ("deployeddate", "Deployed", .date(.lastCheckout)),
        ("endoflifedate", "End of life", .date(.endOfLife)),
        ("warrantyexpirationdate", "Warranty expires", .date(.warrantyExpiry)),
        ("verificationdate", "Verified", .date(.lastAudit)),
        ("verificationdatesuccessful", "Verified", .date(.lastAudit)),
        ("assetlastverificationdatetime", "Last verified", .date(.lastAudit)),
        ("purchasedprice", "Purchase price", .price),
        ("assetduplicateassettag", "Duplicate asset tag", .never),
        ("customfieldtext", "Custom field, containing", .custom(part: true)),
        ("assetcustomfield", "Custom field", .custom(part: false)),
    ]

    private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0.facet) })

    /// Returns the facet with a name in lower case, or nil for an unknown one.
    static func named(_ name: String) -> Facet? {
        byName[name] ?? (name.hasPrefix("customfield") ? .custom(part: false) : nil)
    }

    /// The kind of the facet's values.
    var kind: String {
        switch self {
        case .whole, .part, .words: "text"
        case .row, .asset, .status, .place, .holder: "reference"
        case .date: "date"
        case .price: "number"
        case .never: "boolean"
        case .custom: "custom"
        }
    }
}

/// Translates filters into a condition of the store.
///
/// Within a group the entries of one facet are alternatives and all facets must hold. Groups are alternatives. Negative
/// entries are excluded. An unknown facet, or a value that its facet does not accept, is refused by name, or ignored as in
/// Incident IQ if the configuration is lenient.
struct FacetReader {
    private static let mostFilters = 200
    private static let mostValues = 500
    let store: TenantStore
    let today: CalendarDate
    let isLenient: Bool

    /// Returns the condition, or nil if there is none.
    func predicate(_ filters: [JSONValue]) throws -> AssetPredicate? {
        guard filters.count <= Self.mostFilters else {
            throw RequestError.invalid("Filters", "At most \(Self.mostFilters) filters are allowed.")
        }
        var read: [FacetFilter] = []
        for (index, value) in filters.enumerated() { read.append(try FacetFilter(value, place: "Filters[\(index)]")) }
        return try predicate(read)
    }

    /// Returns the condition, or nil if there is none.
    func predicate(_ filters: [FacetFilter]) throws -> AssetPredicate? {
        guard filters.reduce(0, { $0 + $1.values.count }) <= Self.mostValues else {
            throw RequestError.invalid("Filters", "At most \(Self.mostValues) values are allowed.")
        }
        var groups: [Int64: Group] = [:]
        for filter in filters {
            guard let condition = try condition(filter) else { continue }
            let key = filter.facet + (filter.customField?.description ?? "")
            if filter.isNegative {
                groups[filter.group, default: Group()].excluded.append(.not(condition))
            } else {
                groups[filter.group, default: Group()].wanted[key, default: []].append(condition)
            }
        }
        let any = groups.sorted { $0.key < $1.key }.map { AssetPredicate.all($0.value.conditions) }
        return any.count > 1 ? .any(any) : any.first
    }

    private struct Group {
        var wanted: [String: [AssetPredicate]] = [:]
        var excluded: [AssetPredicate] = []

        var conditions: [AssetPredicate] {
            wanted.sorted { $0.key < $1.key }.map { $0.value.count == 1 ? $0.value[0] : .any($0.value) } + excluded
        }
    }

    private func condition(_ filter: FacetFilter) throws -> AssetPredicate? {
        do throws(RequestError) {
            guard let facet = Facet.named(filter.facet) else {
                throw RequestError.invalid(filter.place + ".Facet", "There is no facet “\(filter.facet.prefix(60))”.")
            }
            return try FacetValues(reader: self, filter: filter).condition(facet)
        } catch {
            guard isLenient, case .invalid = error.reason else { throw error }
            return nil
        }
    }
}
