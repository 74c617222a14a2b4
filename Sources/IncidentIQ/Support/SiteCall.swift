import DepotDialect
import DepotModel
import DepotStore
import HTTPTypes
import TextFormats

/// A call with its site, and the envelopes of its answers.
struct SiteCall: Sendable {
    let call: Call
    let store: TenantStore
    /// The identity of the tenant, which is that of the site.
    let site: UniqueID
    /// A Boolean value that is true if unknown facets are ignored.
    let isLenient: Bool
    private let started = ContinuousClock.now

    init(_ call: Call, isLenient: Bool) throws {
        self.call = call
        self.isLenient = isLenient
        store = try call.store
        site = try call.depot.directory().byID(store.id)?.uuid ?? Known.nobody
    }

    /// Returns the members of the body.
    func fields() async throws -> Fields { Fields(try await call.object()) }

    /// Returns the GUID in the path. Throws `RequestError.invalid` under `field`.
    func guid(_ field: String, in parameter: String = "id") throws(RequestError) -> UniqueID {
        try GUID.read(call.parameter(parameter), field)
    }

    /// Returns the asset in the path, deleted or not.
    func asset(in parameter: String = "id") throws -> AssetDetails {
        let guid = try guid("AssetId", in: parameter)
        guard let asset = try store.asset(uuid: guid) else { throw RequestError.notFound("asset", guid.description) }
        return asset
    }

    // MARK: Envelopes

    /// Answers with a list, which is never paged if `total` is nil.
    func list<Items: Collection>(
        _ items: Items, page: Page? = nil, total: Int? = nil, status: HTTPResponse.Status = .ok, message: String? = nil,
        _ write: (inout JSONWriter, Items.Element) throws -> Void
    ) rethrows -> Answer {
        try Answer.json(status, reserving: 512 + items.count * 1536) { json in
            try json.object { json in
                json.member("ItemCount", items.count)
                try json.array("Items", of: items, write)
                if let page { json.object("Paging") { page.write(total: total ?? items.count, to: &$0) } }
                tail(status, message, &json)
            }
        }
    }

    /// Answers with one item. `version` becomes the entity tag; `created` is the identity of a new item.
    func item(
        status: HTTPResponse.Status = .ok, version: Int64? = nil, created: (id: Int64, uid: UniqueID)? = nil,
        message: String? = nil, _ write: (inout JSONWriter) throws -> Void
    ) rethrows -> Answer {
        try Answer.json(status, version: version, reserving: 2048) { json in
            try json.object { json in
                json.key("Item")
                try write(&json)
                if let created {
                    json.member("Id", created.id)
                    json.member("Uid", created.uid.description)
                    json.member("OperationId", call.operation.description)
                }
                tail(status, message, &json)
            }
        }
    }

    /// Answers a change without an item.
    func action(id: UniqueID? = nil, version: Int64? = nil, message: String? = nil) -> Answer {
        Answer.json(version: version) { json in
            json.object { json in
                json.optional("Id", id?.description)
                tail(.ok, message, &json)
            }
        }
    }

    private func tail(_ status: HTTPResponse.Status, _ message: String?, _ json: inout JSONWriter) {
        json.optional("Message", message)
        json.member("UserToken", Known.nobody.description)
        json.member("RequestDate", String(call.at.description.dropLast()) + "0000Z")
        json.key("ExecutionTime")
        json.raw(executionTime)
        json.member("StatusCode", status.code)
        json.member("ServerName", "depotd")
        json.member("ProcessId", 1)
        json.object("Properties") { _ in }
        json.object("Metadata") { $0.member("QueryEngineSource", "I") }
    }

    /// The duration of the call in milliseconds with four decimals.
    private var executionTime: String {
        let time = started.duration(to: .now).components
        let units = max(0, time.seconds &* 10_000_000 &+ time.attoseconds / 100_000_000_000)
        let fraction = String(units % 10_000)
        return "\(units / 10_000)." + String(repeating: "0", count: 4 - fraction.count) + fraction
    }
}

/// The page of a list.
struct Page: Hashable, Sendable {
    static let largest = 1000
    /// The index of the page, from 0.
    var index: Int
    /// The number of items, 1 to ``largest``.
    var size: Int

    /// Reads `$s` and `$p` of the query, or else `Paging` or `$paging` of the body, or else selects the first page of
    /// `size`. A size is limited to ``largest``.
    ///
    /// - Throws: `RequestError.invalid` for anything but a number, a size below 1 or an index below 0.
    init(_ call: Call, _ body: Fields = Fields(), size: Int = 20) throws(RequestError) {
        let paging = try body.object("Paging")
        let older = try body.object("$paging")
        let bodySize = try paging.integer("PageSize", or: older.integer("$pageSize"))
        let bodyIndex = try paging.integer("PageIndex", or: older.integer("$pageIndex"))
        let querySize = try Page.number(call.head.query["$s"], "$s")
        let queryIndex = try Page.number(call.head.query["$p"], "$p")
        let wantedSize = querySize ?? bodySize ?? size
        let wantedIndex = queryIndex ?? bodyIndex ?? 0
        guard wantedSize >= 1 else { throw .invalid("$s", "A page has at least one item.") }
        guard wantedIndex >= 0 else { throw .invalid("$p", "The first page is 0.") }
        self.size = min(wantedSize, Page.largest)
        index = wantedIndex
    }

    private static func number(_ text: String?, _ field: String) throws(RequestError) -> Int? {
        guard let text else { return nil }
        guard let number = Int(text) else { throw .invalid(field, "\(field) must be a whole number.") }
        return number
    }

    /// The number of items before this page, or the largest number for a page beyond every list.
    var offset: Int {
        let (offset, overflow) = index.multipliedReportingOverflow(by: size)
        return overflow ? .max : offset
    }

    /// Returns the items of the page out of all items.
    func slice<Items: RandomAccessCollection>(of items: Items) -> Items.SubSequence {
        items.dropFirst(min(offset, items.count)).prefix(size)
    }

    func write(total: Int, to json: inout JSONWriter) {
        json.member("TotalRows", total)
        json.member("PageCount", total > 0 ? (total - 1) / size + 1 : 0)
        json.member("PageSize", size)
        json.member("PageIndex", index)
    }
}

extension JSONWriter {
    /// Writes a member if it has a value; Incident IQ leaves out others.
    mutating func optional(_ name: StaticString, _ text: String?) {
        if let text { member(name, text) }
    }

    mutating func guid(_ name: StaticString, _ guid: UniqueID?) {
        if let guid { member(name, guid.description) }
    }

    /// Writes a time in UTC without the zone.
    mutating func time(_ name: StaticString, _ time: Timestamp?) {
        if let time { member(name, String(time.description.dropLast())) }
    }

    /// Writes a day as its first midnight.
    mutating func day(_ name: StaticString, _ day: CalendarDate?) {
        if let day { member(name, "\(day)T00:00:00") }
    }
}
