import DepotDialect
import DepotEngine
import DepotModel
import DepotStore
import HTTPTypes
import Hummingbird
import TextFormats

/// Finds a request's tenant: the one that Host or a dialect's header names, otherwise the default tenant.
///
/// Callers with access to every tenant (the socket, MSP tokens) may name one with `Depot-Tenant`, or with `tenant` in a
/// dialect's query. If they name none, a dialect that spans tenants gets all of them, and everything else the default tenant. A
/// token of one tenant covers that tenant only.
struct TenantMiddleware: RouterMiddleware {
    let station: Station
    /// The suffix of the tenants' host names; empty accepts any.
    let domain: String

    func handle(
        _ request: Request, context: StationContext,
        next: (Request, StationContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        do throws(RequestError) {
            context.scope = .success(try scope(of: request, context))
        } catch {
            // some routes need no tenant
            context.scope = .failure(error)
        }
        return try await next(request, context)
    }

    private func scope(of request: Request, _ context: StationContext) throws(RequestError) -> Call.Scope {
        let directory: TenantDirectory
        do throws(DepotError) { directory = try station.store.directory() } catch { throw .failed(error) }
        var named = context.transport == .unixSocket ? nil : tenant(byHost: request, directory)
        func narrow(to tenant: TenantRow) throws(RequestError) {
            guard named == nil || named?.id == tenant.id else { throw .otherTenant }
            named = tenant
        }
        if let name = context.dialect?.tenantHeader, let site = request.headers[name], !site.isEmpty {
            guard let tenant = UniqueID(site).flatMap({ directory.byUUID($0) }) ?? directory.bySlug(site) else {
                throw .forbidden("There is no site \(site.prefix(40)) for this token.")
            }
            try narrow(to: tenant)
        }
        let caller = try? context.caller.get()
        if let caller, let slug = slug(of: request, context) {
            guard let tenant = directory.bySlug(slug), caller.tenant == nil || caller.tenant == tenant.id else {
                throw caller.tenant == nil ? .notFound("tenant", slug) : .otherTenant
            }
            try narrow(to: tenant)
        }
        if let named {
            guard let caller, let own = caller.tenant, own != named.id else { return .tenant(named.id) }
            throw .otherTenant
        }
        guard let caller else { return .tenant(.standard) }
        guard let own = caller.tenant else {
            return context.dialect?.spansTenants == true ? .everything : .tenant(.standard)
        }
        // The token alone decides in the station's own API; the dialects' root domain belongs to the default tenant.
        if own == .standard || context.dialect == nil { return .tenant(own) }
        throw .scopeMissing
    }

    /// Returns the tenant that the Host header names. If a domain is configured, the tenant is the only label before
    /// it.
    private func tenant(byHost request: Request, _ directory: TenantDirectory) -> TenantRow? {
        guard let host = request.head.authority else { return nil }
        guard !domain.isEmpty, let found = directory.byHost(host) else { return directory.byHost(host) }
        let name = host.lowercased().prefix { $0 != ":" }
        return found.hosts.contains(String(name)) || name == "\(found.slug).\(domain)" ? found : nil
    }

    private func slug(of request: Request, _ context: StationContext) -> String? {
        if let slug = request.headers[.tenant], !slug.isEmpty { return slug.lowercased() }
        guard context.dialect != nil, let items = try? QueryItems(parsing: request.uri.query ?? "") else {
            return nil
        }
        return items["tenant"]?.lowercased()
    }
}
