public import DepotModel

/// The query of `GET people` and `GET locations`.
public struct ListQuery: Hashable, Sendable {
    /// Words of name, e-mail, number, badge or code.
    public var search: String?
    /// 1 to ``StationAPI/maximumLimit``.
    public var limit: Int?
    public var offset: Int?

    /// The query.
    public init(search: String? = nil, limit: Int? = nil, offset: Int? = nil) {
        self.search = search
        self.limit = limit
        self.offset = offset
    }

    var items: [(String, String)] {
        var items: [(String, String)] = []
        if let search { items.append(("search", search)) }
        if let limit { items.append(("limit", String(limit))) }
        if let offset { items.append(("offset", String(offset))) }
        return items
    }
}

/// The query of `GET assets`.
public struct AssetListQuery: Hashable, Sendable {
    public var list: ListQuery
    public var lifecycle: Lifecycle?
    public var holder: Holder?
    public var location: LocationID?
    /// A field's name; nil: the daemon's own order.
    public var sort: String?
    public var descending: Bool

    /// The query; what is left out does not narrow the list.
    public init(
        list: ListQuery = ListQuery(), lifecycle: Lifecycle? = nil, holder: Holder? = nil, location: LocationID? = nil,
        sort: String? = nil, descending: Bool = false
    ) {
        self.list = list
        self.lifecycle = lifecycle
        self.holder = holder
        self.location = location
        self.sort = sort
        self.descending = descending
    }

    var items: [(String, String)] {
        var items = list.items
        if let lifecycle { items.append(("lifecycle", lifecycle.rawValue)) }
        if let holder { items.append(("holder", holder.description)) }
        if let location { items.append(("location_id", location.description)) }
        if let sort { items.append(("sort", sort)) }
        if descending { items.append(("order", "desc")) }
        return items
    }
}
