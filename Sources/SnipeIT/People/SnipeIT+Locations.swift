import DepotDialect
import DepotModel
import DepotStore
import HTTPTypes
import TextFormats

extension SnipeIT {
    /// The routes of `/locations`.
    var locationRoutes: [DialectRoute] {
        [
            .api(.get, "/locations", .viewer, handler: Self.listLocations),
            .api(.get, "/locations/selectlist", .viewer) { call in
                let store = try call.store
                return try selectlistAnswer(try await Sent(call)) { query in
                    let found = try store.locations(query)
                    return (found.rows.map { ($0.id.rawValue, $0.name) }, found.total)
                }
            },
            .api(.post, "/locations", .operator, handler: Self.createLocation),
            .api(.get, "/locations/:id", .viewer) { call in
                let location = try Self.location(call)
                let writer = LocationWriter(try call.store)
                return try Envelope.bare(version: location.version) { try writer.members(&$0, location) }
            },
            .api(.patch, "/locations/:id", .operator, handler: Self.updateLocation),
            .api(.put, "/locations/:id", .operator, handler: Self.updateLocation),
            .api(.delete, "/locations/:id", .operator, handler: Self.deleteLocation),
        ]
    }

    /// Returns the location that the path names. Throws `RequestError.notFound`.
    static func location(_ call: Call) throws -> Location {
        guard let id: LocationID = call.id(), let location = try call.store.location(id), location.deletedAt == nil
        else { throw RequestError.notFound("location", call.parameter("id")) }
        return location
    }

    private static func listLocations(_ call: Call) async throws -> Answer {
        let sent = try await Sent(call)
        let store = try call.store
        var query = RowQuery(sent)
        query.deleted = sent.isTrue("deleted")
        query.parent = sent.filled("parent_id").map { $0.id() ?? LocationID(rawValue: 0) }
        for key in ["address", "address2", "city", "state", "country", "zip", "manager_id", "company_id"] {
            if let text = sent.text(key) { query.attributes[key] = text }
        }
        let (rows, total, isTruncated) = try store.locations(query)
        let writer = LocationWriter(store)
        var answer = try Envelope.list(total: total, rows) { json, location in try writer.write(&json, location) }
        answer.isTruncated = isTruncated
        return answer
    }

    // MARK: Writing

    private static let locationAttributes =
        SupportAttribute.address + [
            .text("phone"), .text("fax"), .text("currency", 10), .text("ldap_ou"), .notes, .image,
        ]

    private static func createLocation(_ call: Call) async throws -> Answer {
        let draft = try locationDraft(try await Sent(call), nil, try call.store)
        let location = try await call.change { inventory in
            try onlyOneNamed(try inventory.createLocation(draft), inventory)
        }
        return try answer("Location created successfully.", location, call)
    }

    private static func updateLocation(_ call: Call) async throws -> Answer {
        let sent = try await Sent(call)
        let location = try await untilCurrent(call) {
            let before = try Self.location(call)
            let draft = try locationDraft(sent, before, try call.store)
            let version = call.expectedVersion ?? before.version
            return try await call.change { inventory in
                let after = try inventory.updateLocation(before.id, draft, version: version)
                return after.name == before.name ? after : try onlyOneNamed(after, inventory)
            }
        }
        return try answer("Location updated successfully.", location, call)
    }

    /// Throws for a second location with a name, which rolls the change back. It runs afterwards, so that a retry finds its
    /// own location.
    private static func onlyOneNamed(_ location: Location, _ inventory: Inventory) throws -> Location {
        guard let other = try inventory.location(named: location.name), other.id != location.id else { return location }
        throw Refusal(.invalidField, "The name has already been taken.", facts: ["field": "name"])
    }

    private static func locationDraft(
        _ sent: Sent, _ before: Location?, _ store: TenantStore
    ) throws -> LocationDraft {
        var form = SupportForm(sent, isNew: before == nil)
        var draft = before.map { LocationDraft($0) } ?? LocationDraft(name: "")
        form.text("name", required: &draft.name, minimum: 2)
        try form.row("parent_id", &draft.parent) { id in
            guard let parent = try store.location(id) else { return false }
            return parent.deletedAt == nil && id != before?.id
        }
        try form.person("manager_id", &draft.attributes, store)
        try form.company(&draft.attributes, store)
        form.attributes(locationAttributes, &draft.attributes)
        try form.finish()
        return draft
    }

    private static func deleteLocation(_ call: Call) async throws -> Answer {
        let location = try Self.location(call)
        let store = try call.store
        let assets = try store.assetCounts(at: location.id)
        var people = RowQuery()
        (people.location, people.limit) = (location.id, 1)
        var children = RowQuery()
        (children.parent, children.limit) = (location.id, 1)
        guard assets == (0, 0, 0), try store.people(people).total == 0, try store.locations(children).total == 0 else {
            throw RequestError.envelope(
                """
                This location is not currently deletable because it is the location of record for at least one asset \
                or user, has assets assigned to it, or is the parent location of another location. Please update your \
                records to no longer reference this location and try again.
                """)
        }
        _ = try await call.change { try $0.deleteLocation(location.id, version: call.expectedVersion) }
        return Envelope.success("The location was deleted successfully.")
    }

    private static func answer(_ sentence: String, _ location: Location, _ call: Call) throws -> Answer {
        let writer = LocationWriter(try call.store)
        return try Envelope.success(sentence, version: location.version) { try writer.write(&$0, location) }
    }
}

/// Writes locations in the form of a read.
private struct LocationWriter {
    private let store: TenantStore
    private let people: UserWriter

    init(_ store: TenantStore) {
        self.store = store
        people = UserWriter(store)
    }

    func write(_ json: inout JSONWriter, _ location: Location) throws {
        try json.object { try members(&$0, location) }
    }

    func members(_ json: inout JSONWriter, _ location: Location) throws {
        let attributes = location.attributes
        json.member("id", location.id)
        json.escaped("name", location.name)
        json.escaped("image", attributes["image"])
        json.escaped(SupportAttribute.address.map(\.key) + ["phone", "fax"], of: attributes)
        let assets = try store.assetCounts(at: location.id)
        json.member("accessories_count", 0)
        json.member("assigned_accessories_count", 0)
        json.member("assigned_assets_count", assets.heldByIt)
        json.member("assets_count", assets.here)
        json.member("rtd_assets_count", assets.belonging)
        var query = RowQuery()
        (query.location, query.limit) = (location.id, 1)
        let users = try store.people(query).total
        json.member("users_count", users)
        json.escaped(["currency", "ldap_ou", "notes"], of: attributes)
        json.stamps(location.createdAt, location.updatedAt)
        let parent = try location.parent.flatMap { try store.location($0) }
        json.reference("parent", id: parent?.id.rawValue, parent?.name)
        json.key("manager")
        if let manager = try people.person(attributes["manager_id"]) {
            try people.write(&json, manager)
        } else {
            json.null()
        }
        try people.company(&json, attributes)
        query = RowQuery()
        (query.parent, query.limit) = (location.id, 1000)
        let children = try store.locations(query).rows
        json.array("children", of: children) { json, child in
            json.object { json in
                json.member("id", child.id)
                json.escaped("name", child.name)
            }
        }
        json.dateTime("deleted_at", location.deletedAt)
        let isFree = assets == (0, 0, 0) && users == 0 && children.isEmpty && location.deletedAt == nil
        json.actions(["update": location.deletedAt == nil, "delete": isFree, "clone": true])
    }
}
