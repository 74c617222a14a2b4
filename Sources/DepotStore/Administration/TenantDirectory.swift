public import DepotModel
import Synchronization

/// A snapshot of every tenant, for looking up the tenant of a request.
public struct TenantDirectory: Sendable {
    /// The tenants, oldest first.
    public let tenants: [TenantRow]
    private let hosts: [String: Int]
    private let slugs: [String: Int]
    private let identities: [UniqueID: Int]
    private let ids: [TenantID: Int]

    /// Creates a directory of these tenants.
    public init(_ tenants: [TenantRow]) {
        self.tenants = tenants
        var hosts: [String: Int] = [:]
        var slugs: [String: Int] = [:]
        var identities: [UniqueID: Int] = [:]
        var ids: [TenantID: Int] = [:]
        for (index, tenant) in tenants.enumerated() {
            for host in tenant.hosts { hosts[host] = index }
            slugs[tenant.slug] = index
            identities[tenant.uuid] = index
            ids[tenant.id] = index
        }
        (self.hosts, self.slugs, self.identities, self.ids) = (hosts, slugs, identities, ids)
    }

    /// Returns the tenant of a request's host, with or without a port. The tenant's own hosts come first, then the slug
    /// that is the first of several labels. Nil means that the host names no tenant; the standard tenant is reached
    /// this way.
    public func byHost(_ host: String) -> TenantRow? {
        // Most stations have one tenant and no host names.
        guard tenants.count > 1 || !hosts.isEmpty else { return nil }
        let host = Self.normalized(host)
        if let index = hosts[host] { return tenants[index] }
        let labels = host.split(separator: ".", omittingEmptySubsequences: false)
        guard labels.count >= 2, let first = labels.first, let last = labels.last else { return nil }
        // An IPv4 address contains no name.
        guard !last.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else { return nil }
        guard let index = slugs[String(first)], tenants[index].id != .standard else { return nil }
        return tenants[index]
    }

    /// Returns the tenant with this slug, compared without case.
    public func bySlug(_ slug: String) -> TenantRow? { slugs[foldedKey(slug)].map { tenants[$0] } }

    /// Returns the tenant with this identity.
    public func byUUID(_ uuid: UniqueID) -> TenantRow? { identities[uuid].map { tenants[$0] } }

    /// Returns the tenant with this id.
    public func byID(_ id: TenantID) -> TenantRow? { ids[id].map { tenants[$0] } }

    /// Returns a host in lowercase without its port, an IPv6 address's brackets and a trailing dot.
    static func normalized(_ host: String) -> String {
        var host = foldedKey(host)[...]
        if host.first == "[" {
            host = host.dropFirst().prefix { $0 != "]" }
        } else if host.filter({ $0 == ":" }).count == 1 {
            host = host.prefix { $0 != ":" }
        }
        if host.last == "." { host = host.dropLast() }
        return String(host)
    }
}

extension DepotStore {
    /// Returns the directory of tenants, which stays in memory until one is created or changed.
    public func directory() throws(DepotError) -> TenantDirectory {
        try directoryMemo.withLock { (memo) throws(DepotError) in
            if let memo { return memo }
            let directory = TenantDirectory(try tenants())
            memo = directory
            return directory
        }
    }

    /// Discards the directory in memory. Called after a commit that changes a tenant.
    func forgetDirectory() { directoryMemo.withLock { $0 = nil } }
}
