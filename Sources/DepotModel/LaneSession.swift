/// The work at a lane from a badge or a mode to DONE, the next badge or the time-out.
public struct LaneSession: Hashable, Sendable, Codable {
    /// The number of assets by what was done with them. Undone changes are not counted.
    public struct Counts: Hashable, Sendable, Codable {
        /// The number of assets that were checked out.
        public var out = 0
        /// The number of assets that were returned.
        public var back = 0
        /// The number of assets that went from one holder to another.
        public var transferred = 0
        /// The number of assets that were counted.
        public var audited = 0

        /// Creates counts of zero.
        public init() {}

        /// The number of all changes.
        public var total: Int { out + back + transferred + audited }
    }

    /// A change of the session.
    public struct Item: Hashable, Sendable, Codable {
        /// The event of the change.
        public var event: EventNumber
        /// The kind of the event.
        public var kind: LedgerEvent.Kind
        /// The asset's tag.
        public var tag: String
        /// The asset's name or else its model, or nil if it has neither.
        public var name: String?
        /// The time of the scan.
        public var at: Timestamp
        /// The day on which the asset is expected back, or nil if there is none.
        public var due: CalendarDate?
        /// A Boolean value that is true if the change was undone.
        public var isUndone: Bool

        /// Creates an item.
        public init(
            event: EventNumber, kind: LedgerEvent.Kind, tag: String, name: String?, at: Timestamp,
            due: CalendarDate? = nil, isUndone: Bool = false
        ) {
            self.event = event
            self.kind = kind
            self.tag = tag
            self.name = name
            self.at = at
            self.due = due
            self.isUndone = isUndone
        }

        enum CodingKeys: String, CodingKey {
            case event, kind, name, at, due
            case tag = "asset_tag"
            case isUndone = "undone"
        }
    }

    /// The assets that the session's holder still has.
    public struct Open: Hashable, Sendable, Codable {
        /// The number of assets.
        public var count: Int
        /// The number of assets that the holder had when the session began and that came back in it.
        public var returned: Int
        /// The assets that were checked out first, at most ``limit``.
        public var items: [OpenAsset]

        /// The largest number of ``items``.
        public static let limit = 20

        /// Creates a list.
        public init(count: Int, returned: Int, items: [OpenAsset]) {
            self.count = count
            self.returned = returned
            self.items = items
        }
    }

    /// An asset that a holder has.
    public struct OpenAsset: Hashable, Sendable, Codable {
        /// The asset's tag.
        public var tag: String
        /// The asset's name or else its model, or nil if it has neither.
        public var name: String?
        /// The time of the checkout, or nil if it is not known.
        public var since: Timestamp?
        /// The day on which the asset is expected back, or nil if there is none.
        public var due: CalendarDate?
        /// A Boolean value that is true if that day is over.
        public var isOverdue: Bool

        /// Creates an entry.
        public init(tag: String, name: String?, since: Timestamp?, due: CalendarDate?, isOverdue: Bool) {
            self.tag = tag
            self.name = name
            self.since = since
            self.due = due
            self.isOverdue = isOverdue
        }

        enum CodingKeys: String, CodingKey {
            case name, since, due
            case tag = "asset_tag"
            case isOverdue = "overdue"
        }
    }

    /// The identity of the session: that of the scan or request that began it.
    public var id: UniqueID
    /// The time at which it began.
    public var since: Timestamp
    /// The holder, or nil in a mode without holders.
    public var holder: HolderDescription?
    /// The numbers of changes.
    public var counts: Counts
    /// The changes, newest first, at most ``itemLimit``.
    public var items: [Item]
    /// The assets that the holder still has, or nil if they are not known.
    public var open: Open?

    /// The largest number of ``items``.
    public static let itemLimit = 50

    /// Creates a session in which nothing has been done.
    public init(id: UniqueID, since: Timestamp, holder: HolderDescription? = nil) {
        self.id = id
        self.since = since
        self.holder = holder
        counts = Counts()
        items = []
    }

    /// The number of assets that the holder had before the session and has returned in it, as far as ``items`` tell.
    public var returned: Int {
        var first: [String: LedgerEvent.Kind] = [:]
        var last: [String: LedgerEvent.Kind] = [:]
        for item in items.reversed() where !item.isUndone {
            if first[item.tag] == nil { first[item.tag] = item.kind }
            last[item.tag] = item.kind
        }
        return first.count { tag, kind in kind == .checkin && last[tag] == .checkin }
    }

    /// Adds a change.
    public mutating func add(_ item: Item) {
        items.insert(item, at: 0)
        if items.count > Self.itemLimit { items.removeLast(items.count - Self.itemLimit) }
        count(item.kind, by: 1)
    }

    /// Marks a change as undone and no longer counts it. The kind is needed if ``items`` does not contain it anymore.
    public mutating func undo(_ event: EventNumber, _ kind: LedgerEvent.Kind) {
        if let index = items.firstIndex(where: { $0.event == event }) { items[index].isUndone = true }
        count(kind, by: -1)
    }

    private mutating func count(_ kind: LedgerEvent.Kind, by amount: Int) {
        switch kind {
        case .checkout: counts.out = max(0, counts.out + amount)
        case .checkin: counts.back = max(0, counts.back + amount)
        case .transfer: counts.transferred = max(0, counts.transferred + amount)
        case .audit: counts.audited = max(0, counts.audited + amount)
        default: break
        }
    }
}

/// A question that the next scan at a lane can answer: the same asset again means yes, anything else no.
public struct LaneQuestion: Hashable, Sendable, Codable {
    /// The change that is asked about.
    public enum Kind: OpenWord {
        /// The holder returns an asset that was out to them before the session.
        case `return`
        /// The holder takes over an asset that is out to somebody else.
        case takeOver
        /// A word of a newer version.
        case other(String)

        /// Every word of this version.
        public static let allCases: [Kind] = [.return, .takeOver]

        /// The word on the wire.
        public var rawValue: String {
            switch self {
            case .return: "return"
            case .takeOver: "take_over"
            case .other(let word): word
            }
        }
    }

    /// The change that is asked about.
    public var kind: Kind
    /// The asset's tag.
    public var tag: String
    /// The time until which the answer counts.
    public var until: Timestamp

    /// Creates a question.
    public init(kind: Kind, tag: String, until: Timestamp) {
        self.kind = kind
        self.tag = tag
        self.until = until
    }

    enum CodingKeys: String, CodingKey {
        case kind, until
        case tag = "asset_tag"
    }
}
