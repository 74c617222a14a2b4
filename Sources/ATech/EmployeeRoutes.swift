import DepotDialect
import DepotModel
import DepotStore
import HTTPTypes
import TextFormats

/// The routes of employees, which are the people of the inventory.
enum EmployeeRoutes {
    static let all: [DialectRoute] = [
        DialectRoute(.get, "/api/employees", .viewer, handler: list),
        DialectRoute(.post, "/api/employees", .operator, handler: create),
        DialectRoute(.get, "/api/employees/:id", .viewer) { call in personAnswer(try located(call).person) },
        DialectRoute(.put, "/api/employees/:id", .operator, handler: update),
        DialectRoute(.delete, "/api/employees/:id", .operator, handler: delete),
    ]

    private static func located(_ call: Call) throws -> (store: TenantStore, person: Person) {
        let id: PersonID = try call.rowID("person")
        let found = try call.find("person") { store in
            try store.person(id).flatMap { $0.deletedAt == nil ? $0 : nil }
        }
        return (found.store, found.value)
    }

    private static func list(_ call: Call) async throws -> Answer {
        let search = call.head.query["q"]
        return .rows(try call.stores(), name: \.name, write: write) { store, offset in
            var query = RowQuery()
            query.search = search
            query.limit = 1000
            query.offset = offset
            return try store.people(query).rows
        }
    }

    private static func create(_ call: Call) async throws -> Answer {
        let store = try call.store
        let draft = try read(PersonDraft(name: ""), try await call.fields())
        let person = try await store.change(call.change) { try $0.createPerson(draft) }
        return personAnswer(person, .created)
    }

    /// Updates an employee. Absent members stay unchanged.
    private static func update(_ call: Call) async throws -> Answer {
        let (store, person) = try located(call)
        let fields = try await call.fields()
        _ = try read(PersonDraft(person), fields)
        let version = call.expectedVersion
        let after = try await store.change(call.change) { inventory in
            let draft = try read(PersonDraft(try inventory.person(person.id) ?? person), fields)
            return try inventory.updatePerson(person.id, draft, version: version)
        }
        return personAnswer(after)
    }

    private static func delete(_ call: Call) async throws -> Answer {
        let (store, person) = try located(call)
        let version = call.expectedVersion
        _ = try await store.change(call.change) { try $0.deletePerson(person.id, version: version) }
        return okAnswer()
    }

    private static func read(_ draft: PersonDraft, _ fields: FieldReader) throws -> PersonDraft {
        var (draft, fields) = (draft, fields)
        if draft.name.isEmpty { fields.require(["name"]) }
        if fields.object.has("name") { draft.name = fields.name("name") }
        if fields.object.has("email") { draft.email = fields.text("email") }
        if fields.object.has("employee_number") { draft.employeeNumber = fields.text("employee_number") }
        if fields.object.has("badge") { draft.badge = fields.text("badge") }
        try fields.finish()
        return draft
    }

    private static func personAnswer(_ person: Person, _ status: HTTPResponse.Status = .ok) -> Answer {
        .json(status, version: person.version) { write(person, &$0) }
    }

    @Sendable private static func write(_ person: Person, _ json: inout JSONWriter) {
        json.object { json in
            json.member("id", person.id)
            json.member("name", person.name)
            json.member("email", person.email)
            json.member("employee_number", person.employeeNumber)
            json.member("badge", person.badge)
        }
    }
}

extension Answer {
    /// Answers with an array of the tenants' rows in the order of names, which is written while they are read.
    static func rows<Row: Sendable>(
        _ stores: [TenantStore], name: @escaping @Sendable (Row) -> String,
        write: @escaping @Sendable (Row, inout JSONWriter) -> Void,
        read: @escaping @Sendable (TenantStore, Int) throws -> [Row]
    ) -> Answer {
        .streamedArray { part in
            let lists = stores.map { store in Pages { offset in try read(store, offset) } }
            func isBefore(_ left: Row, _ right: Row) -> Bool { name(left).lowercased() < name(right).lowercased() }
            try await merge(lists, size: 1000, before: isBefore) { rows in
                try await part { json in for row in rows { write(row, &json) } }
            }
        }
    }
}
