import DepotDialect
import DepotModel
import DepotStore
import HTTPTypes
import TextFormats

extension SnipeIT {
    /// The routes of `/users`.
    var userRoutes: [DialectRoute] {
        [
            .api(.get, "/users", .viewer, handler: Self.listUsers),
            .api(.get, "/users/me", .viewer, handler: Self.me),
            .api(.get, "/users/selectlist", .viewer) { call in
                let store = try call.store
                return try selectlistAnswer(try await Sent(call)) { query in
                    let found = try store.people(query)
                    return (found.rows.map { ($0.id.rawValue, Self.selectText($0)) }, found.total)
                }
            },
            .api(.post, "/users", .operator, handler: Self.createUser),
            .api(.get, "/users/:id", .viewer) { call in
                let person = try Self.person(call)
                let writer = UserWriter(try call.store)
                return try Envelope.bare(version: person.version) { try writer.members(&$0, person) }
            },
            .api(.patch, "/users/:id", .operator, handler: Self.updateUser),
            .api(.put, "/users/:id", .operator, handler: Self.updateUser),
            .api(.delete, "/users/:id", .operator, handler: Self.deleteUser),
            .api(.post, "/users/:id/restore", .operator, handler: Self.restoreUser),
        ]
    }

    /// Returns the person that the path names, deleted or not. Throws `RequestError.notFound`.
    static func person(_ call: Call) throws -> Person {
        guard let id: PersonID = call.id(), let person = try call.store.person(id) else {
            throw RequestError.notFound("user", call.parameter("id"))
        }
        return person
    }

    private static func livePerson(_ call: Call) throws -> Person {
        let person = try person(call)
        guard person.deletedAt == nil else { throw RequestError.notFound("user", call.parameter("id")) }
        return person
    }

    // MARK: Reading

    private static func listUsers(_ call: Call) async throws -> Answer {
        let sent = try await Sent(call)
        let store = try call.store
        var query = RowQuery(sent)
        query.deleted = sent.isTrue("deleted")
        query.username = sent.text("username")
        query.email = sent.text("email")
        query.employeeNumber = sent.text("employee_num")
        query.location = sent.filled("location_id").map { $0.id() ?? LocationID(rawValue: 0) }
        for key in [
            "first_name", "last_name", "company_id", "department_id", "manager_id", "jobtitle", "phone", "city",
            "state",
            "country", "zip",
        ] {
            if let text = sent.text(key) { query.attributes[key] = text }
        }
        let (rows, total, isTruncated) = try store.people(query)
        let writer = UserWriter(store)
        var answer = try Envelope.list(total: total, rows) { json, person in try writer.write(&json, person) }
        answer.isTruncated = isTruncated
        return answer
    }

    private static func selectText(_ person: Person) -> String {
        let names = PersonNames(person)
        var text = names.last.map { "\($0), " } ?? ""
        text += names.first
        if let username = person.username { text += " (\(username))" }
        if let number = person.employeeNumber { text += " - #\(number)" }
        return text
    }

    /// Answers with the token as a user.
    private static func me(_ call: Call) async throws -> Answer {
        let writer = UserWriter(try call.store)
        if let id = call.actor.person, let person = try call.store.person(id) {
            return try Envelope.bare { try writer.members(&$0, person, access: call.caller?.access) }
        }
        // A token has no row, and nothing can be assigned to user 0.
        let token = Person(
            id: PersonID(rawValue: 0), uuid: UniqueID(high: 0, low: 0), name: call.actor.name,
            username: call.actor.name, attributes: ["first_name": call.actor.name, "activated": "1"],
            createdAt: call.caller?.since ?? call.at, updatedAt: call.caller?.since ?? call.at)
        return try Envelope.bare { try writer.members(&$0, token, access: call.caller?.access) }
    }

    // MARK: Writing

    private static let userAttributes =
        SupportAttribute.address + [
            .text("jobtitle"), .text("phone"), .text("website"), .text("locale", 10), .number("department_id"),
            .flag("activated"), .flag("remote"), .flag("vip"), .flag("autoassign_licenses"), .text("start_date", 10),
            .text("end_date", 10), .notes,
        ]

    private static func createUser(_ call: Call) async throws -> Answer {
        let draft = try userDraft(try await Sent(call), nil, try call.store)
        let person = try await uniquely { try await call.change { try $0.createPerson(draft) } }
        return try answer("User was successfully created.", person, call)
    }

    private static func updateUser(_ call: Call) async throws -> Answer {
        let sent = try await Sent(call)
        let person = try await uniquely {
            try await untilCurrent(call) {
                let before = try livePerson(call)
                let draft = try userDraft(sent, before, try call.store)
                let version = call.expectedVersion ?? before.version
                return try await call.change { try $0.updatePerson(before.id, draft, version: version) }
            }
        }
        return try answer("User was successfully updated.", person, call)
    }

    private static func uniquely(_ write: () async throws -> Person) async throws -> Person {
        do {
            return try await write()
        } catch CommitFailure.failed(let error) where error.code == .conflict {
            throw RequestError.invalid("username", "The username must be unique.")
        }
    }

    private static func userDraft(_ sent: Sent, _ before: Person?, _ store: TenantStore) throws -> PersonDraft {
        var form = SupportForm(sent, isNew: before == nil)
        var draft = before.map { PersonDraft($0) } ?? PersonDraft(name: "")
        let known = before.map { PersonNames($0) }
        var first = known?.first ?? ""
        var last = known?.last
        form.text("first_name", required: &first, maximum: 191)
        form.text("last_name", &last, maximum: 191)
        if !form.isMissing("username") { form.text("username", &draft.username, maximum: 191) }
        form.password()
        form.email("email", &draft.email)
        form.text("employee_num", &draft.employeeNumber, maximum: 191)
        try form.row("location_id", &draft.location) { try store.location($0).map { $0.deletedAt == nil } ?? false }
        try form.company(&draft.attributes, store)
        try form.person("manager_id", &draft.attributes, store)
        if let manager = sent.filled("manager_id")?.integer, manager == before?.id.rawValue {
            form.refuse("manager_id", "A user cannot be their own manager.")
        }
        if before == nil { draft.attributes["activated"] = "0" }
        form.attributes(userAttributes, &draft.attributes)
        try form.finish()
        if before == nil || sent.has("first_name") || sent.has("last_name") {
            draft.attributes["first_name"] = first
            draft.attributes["last_name"] = last
            draft.name = last.map { "\(first) \($0)" } ?? first
        }
        return draft
    }

    private static func deleteUser(_ call: Call) async throws -> Answer {
        let person = try livePerson(call)
        let store = try call.store
        var query = RowQuery()
        (query.attributes, query.limit) = (["manager_id": person.id.description], 1)
        var problems: [RequestError.FieldError] = []
        func refuse(_ field: String, _ count: Int, _ one: String, _ many: String) {
            if count > 0 { problems.append(.init(field, count == 1 ? one : many)) }
        }
        let assets = try store.heldCount(.person(person.id))
        refuse(
            "assigned_assets", assets, "This user still has an asset assigned. Please check it in first.",
            "This user still has \(assets) assets assigned. Please check their assets in first.")
        let users = try store.people(query).total
        refuse(
            "managed_users", users,
            "This user still manages another user. Please select another manager for that user first.",
            "This user still manages \(users) users. Please select another manager for them first.")
        let locations = try store.locations(query).total
        refuse(
            "managed_locations", locations,
            "This user still manages a location. Please select another manager first.",
            "This user still manages \(locations) locations. Please select another manager first.")
        guard problems.isEmpty else { throw RequestError.invalid(problems) }
        _ = try await call.change { try $0.deletePerson(person.id, version: call.expectedVersion) }
        return Envelope.success("User was successfully deleted.")
    }

    private static func restoreUser(_ call: Call) async throws -> Answer {
        let person = try person(call)
        do {
            _ = try await uniquely { try await call.change { try $0.restorePerson(person.id) } }
        } catch CommitFailure.refused(let refusal) where refusal.code == .notDeleted {
            throw RequestError.envelope("The User was not deleted and therefore cannot be restored")
        }
        return Envelope.success("User was successfully restored.")
    }

    private static func answer(_ sentence: String, _ person: Person, _ call: Call) throws -> Answer {
        let writer = UserWriter(try call.store)
        return try Envelope.success(sentence, version: person.version) { try writer.write(&$0, person) }
    }
}

extension PersonNames {
    /// Reads the first and the last name that a client wrote, unless the name has changed since.
    init(_ person: Person) {
        let first = person.attributes["first_name"]
        let last = person.attributes["last_name"]
        let isCurrent = [first, last].compactMap { $0 }.joined(separator: " ") == person.name
        self.init(person.name, first: isCurrent ? first : nil, last: isCurrent ? last : nil)
    }
}

extension SupportForm {
    /// Checks the password, which is required but not stored, since people do not sign in here.
    fileprivate mutating func password() {
        guard let password = sent.filled("password") else {
            _ = isMissing("password")
            return
        }
        if isNew || sent.has("password_confirmation"), sent.filled("password_confirmation") != password {
            refuse("password", "The password field confirmation does not match.")
        }
    }

    /// Reads a person that is not deleted, which is stored as an attribute.
    mutating func person(_ key: String, _ attributes: inout [String: String], _ store: TenantStore) throws {
        var id = attributes[key].flatMap { Int64($0) }.map { PersonID(rawValue: $0) }
        try row(key, &id) { try store.person($0).map { $0.deletedAt == nil } ?? false }
        attributes[key] = id?.description
    }

    /// Reads `company_id`, which is stored as an attribute.
    mutating func company(_ attributes: inout [String: String], _ store: TenantStore) throws {
        var id = attributes["company_id"].flatMap { Int64($0) }.map { CatalogueID(rawValue: $0) }
        try row("company_id", &id) { try store.entry(.company, $0) != nil }
        attributes["company_id"] = id?.description
    }
}
