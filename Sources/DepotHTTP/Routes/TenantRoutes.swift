import DepotAPI
import DepotDialect
import DepotEngine
import DepotModel
import DepotStore
import HTTPTypes
import Hummingbird

/// The routes `GET|POST tenants` and `PATCH tenants/{slug}`. Only callers with access to every tenant may create and
/// change tenants.
struct TenantRoutes: RouteGroup {
    let station: Station

    var routes: [RouteTable.Route] {
        [
            .station(.get, "tenants", .administrator) { request, context in
                _ = try Query(request)
                let own = try context.visibleTenant(request)
                let tenants = try station.store.directory().tenants.filter { own == nil || $0.id == own }
                return try reply(TenantsReply(tenants: tenants.map(info)))
            },
            .station(.post, "tenants", .administrator) { request, context in
                try demandEveryTenant(context)
                let wanted = try await context.body(CreateTenantRequest.self, of: request)
                let made = try await station.store.createTenant(
                    slug: wanted.slug, name: wanted.name ?? wanted.slug, hosts: wanted.hosts ?? [],
                    assetLimit: wanted.assetLimit, actor: try context.actor(), origin: context.origin)
                try await station.tenantsChanged()
                var response = try reply(info(made), .created)
                response.headers[.location] = "\(StationAPI.prefix)/tenants/\(made.slug)"
                return response
            },
            .station(.patch, "tenants/:slug", .administrator) { request, context in
                try demandEveryTenant(context)
                let slug = try context.text("slug")
                let wanted = try await context.body(EditTenantRequest.self, of: request)
                guard let tenant = try station.store.directory().bySlug(slug) else {
                    throw RequestError.notFound("tenant", slug.prefix(63))
                }
                let changed = try await station.store.updateTenant(
                    tenant.id, name: wanted.name ?? tenant.name, hosts: wanted.hosts ?? tenant.hosts,
                    assetLimit: wanted.assetLimit.applied(to: tenant.assetLimit), actor: try context.actor(),
                    origin: context.origin)
                return try reply(info(changed))
            },
        ]
    }

    private func demandEveryTenant(_ context: StationContext) throws {
        guard try context.caller.get().tenant == nil else {
            throw RequestError(
                .forbidden, "Only callers with access to every tenant may create or change tenants.",
                hint: "use the control socket, or a token with the role msp")
        }
    }

    private func info(_ tenant: TenantRow) -> TenantInfo {
        TenantInfo(
            id: tenant.id, uuid: tenant.uuid, slug: tenant.slug, name: tenant.name, hosts: tenant.hosts,
            assetLimit: tenant.assetLimit)
    }
}
