public import DepotModel

/// The query of `GET people` and `GET locations`.
public struct ListQuery: Hashable, Sendable {
    /// Words from a name, e-mail address, number, badge or code.
    public var search: String?
    /// The maximum number of rows, 1 to ``StationAPI/maximumLimit``; nil is ``StationAPI/defaultLimit``.
    public var limit: Int?
    /// The number of rows to skip; nil is 0.
    public var offset: Int?

    /// Creates a query.
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
    /// The search and the page.
    public var list: ListQuery
    /// The state, or nil for any.
    public var lifecycle: Lifecycle?
    /// The holder, or nil for any.
    public var holder: Holder?
    /// The location, or nil for any.
    public var location: LocationID?
    /// The number of days, from today, within which an asset is expected back, or nil for any; overdue ones are included.
    public var due: Int?
    /// A Boolean value that is true if only assets are listed that should have been back yesterday or earlier.
    public var overdue = false
    /// The number of days, from today, within which an audit is due, or nil for any; overdue ones are included.
    public var auditDue: Int?
    /// The day since which an asset was not audited, or nil for any.
    public var notAuditedSince: CalendarDate?
    /// The name of the field to sort by, or nil for the daemon's own order.
    public var sort: String?
    /// A Boolean value that is true if the order is descending.
    public var descending: Bool

    /// Creates a query; nil values do not narrow the list.
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
        if let due { items.append(("due", String(due))) }
        if overdue { items.append(("overdue", "true")) }
        if let auditDue { items.append(("audit_due", String(auditDue))) }
        if let notAuditedSince { items.append(("not_audited_since", notAuditedSince.description)) }
        if let sort { items.append(("sort", sort)) }
        if descending { items.append(("order", "desc")) }
        return items
    }
}
