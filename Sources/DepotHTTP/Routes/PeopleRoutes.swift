import DepotAPI
import DepotDialect
import DepotEngine
import DepotModel
import DepotStore
import HTTPTypes
import Hummingbird

/// The routes `GET|POST people` and `GET|PATCH|DELETE people/{id}`.
struct PeopleRoutes: RouteGroup {
    let station: Station

    var routes: [RouteTable.Route] {
        [
            .station(.get, "people", .viewer) { request, context in
                let query = try Query(request, "search", "limit", "offset")
                let found = try context.store(station).people(
                    search: query.text("search"), limit: try query.limit(), offset: try query.offset())
                return try reply(
                    PeopleReply(
                        people: found.rows, total: found.total, truncated: found.isTruncated ? true : nil))
            },
            .station(.post, "people", .operator) { request, context in
                let wanted = try await context.body(CreatePersonRequest.self, of: request)
                let draft = PersonDraft(
                    name: wanted.name, email: wanted.email, employeeNumber: wanted.employeeNumber, badge: wanted.badge)
                let person = try await context.store(station).createPerson(
                    draft, try context.change(station))
                var response = try reply(person, version: person.version, .created)
                response.headers[.location] = "\(StationAPI.prefix)/people/\(person.id)"
                return response
            },
            .station(.get, "people/:id", .viewer) { request, context in
                _ = try Query(request)
                let person = try person(context)
                return try reply(person, version: person.version)
            },
            .station(.patch, "people/:id", .operator) { request, context in
                let wanted = try await context.body(EditPersonRequest.self, of: request)
                let current = try person(context)
                var draft = PersonDraft(current)
                draft.name = wanted.name ?? current.name
                draft.email = wanted.email.applied(to: current.email)
                draft.employeeNumber = wanted.employeeNumber.applied(to: current.employeeNumber)
                draft.badge = wanted.badge.applied(to: current.badge)
                draft.blocked = wanted.blocked.applied(to: current.blocked)
                let person = try await context.store(station).updatePerson(
                    current.id, draft, version: wanted.version ?? current.version, try context.change(station))
                return try reply(person, version: person.version)
            },
            .station(.delete, "people/:id", .operator) { request, context in
                let person = try await context.store(station).deletePerson(
                    try person(context).id, try context.change(station))
                return try reply(person, version: person.version)
            },
        ]
    }

    private func person(_ context: StationContext) throws -> Person {
        let id: PersonID = try context.id("id", of: "person")
        guard let person = try context.store(station).person(id) else {
            throw RequestError.notFound("person", id)
        }
        return person
    }
}
