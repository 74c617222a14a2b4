import DepotDialect
import DepotModel
import DepotStore
import HTTPTypes
import TextFormats

/// The routes of the caller and of the tenants.
enum AccountRoutes {
    static let all: [DialectRoute] = [
        DialectRoute(.get, "/api/auth/me", .viewer, handler: me),
        DialectRoute(.post, "/api/auth/login", .anyone) { _ in
            throw DepotError(
                .notFound, "There is no sign-in with a password: make a token with depotctl token create.")
        },
        DialectRoute(.get, "/api/tenants", .administrator, handler: tenants),
        DialectRoute(.get, "/api/users/roles/all", .viewer) { _ in
            .json { json in
                json.array(of: roles.enumerated()) { json, role in
                    json.object { json in
                        json.member("id", role.offset + 1)
                        json.member("name", role.element)
                    }
                }
            }
        },
    ]

    private static let roles = ["msp_admin", "msp_technician", "client_admin", "client_manager", "client_viewer"]

    /// Answers with the token as a user: its name, and its person if there is one.
    private static func me(_ call: Call) async throws -> Answer {
        let tenant = try call.caller?.tenant.flatMap { id in try call.depot.tenants().first { $0.id == id } }
        return .json { json in
            json.object { json in
                json.member("id", call.caller?.actor.person)
                json.member("name", call.actor.name)
                json.null("email")
                json.member("role", role(call.caller))
                json.member("tenant", tenant?.slug)
            }
        }
    }

    private static func role(_ caller: Caller?) -> String {
        switch caller?.access {
        case .administrator: caller?.tenant == nil ? "msp_admin" : "client_admin"
        case .operator: "client_manager"
        default: "client_viewer"
        }
    }

    /// Answers with all tenants for an MSP token, or else with the caller's own.
    private static func tenants(_ call: Call) async throws -> Answer {
        let own = call.caller?.tenant
        let rows = try call.depot.tenants().filter { own == nil || $0.id == own }
        return .json { json in
            json.array(of: rows) { json, row in
                json.object { json in
                    json.member("id", row.id)
                    json.member("slug", row.slug)
                    json.member("name", row.name)
                }
            }
        }
    }
}
