public import DepotModel
import Synchronization

/// Every tenant as they were at one moment, found by what a request says of itself.
public struct TenantDirectory: Sendable {
    /// Oldest first.
    public let tenants: [TenantRow]
    private let hosts: [String: Int]
    private let slugs: [String: Int]
    private let identities: [UniqueID: Int]
    private let ids: [TenantID: Int]

    /// The directory of these tenants.
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

    /// The tenant of a request's host, with or without port: whose host it is; else whose slug the first label of a host
    /// name of several labels is. Nil: nobody's, which is how the standard tenant is reached.
    public func byHost(_ host: String) -> TenantRow? {
        // most stations have one tenant, whom no host names
        guard tenants.count > 1 || !hosts.isEmpty else { return nil }
        let host = Self.normalized(host)
        if let index = hosts[host] { return tenants[index] }
        let labels = host.split(separator: ".", omittingEmptySubsequences: false)
        guard labels.count >= 2, let first = labels.first, let last = labels.last else { return nil }
        // an IPv4 address has no name in it
        guard !last.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else { return nil }
        guard let index = slugs[String(first)], tenants[index].id != .standard else { return nil }
        return tenants[index]
    }

    /// The tenant with this slug, compared without case.
    public func bySlug(_ slug: String) -> TenantRow? { slugs[foldedKey(slug)].map { tenants[$0] } }

    /// The tenant with this identity.
    public func byUUID(_ uuid: UniqueID) -> TenantRow? { identities[uuid].map { tenants[$0] } }

    /// The tenant with this id.
    public func byID(_ id: TenantID) -> TenantRow? { ids[id].map { tenants[$0] } }

    /// A host in lower case, without port, brackets of an IPv6 address and the dot at its end.
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
    /// Every tenant, kept in memory until one is made or changed.
    public func directory() throws(DepotError) -> TenantDirectory {
        try directoryMemo.withLock { (memo) throws(DepotError) in
            if let memo { return memo }
            let directory = TenantDirectory(try tenants())
            memo = directory
            return directory
        }
    }

    /// Has the directory read again when it is next asked for. After the commit that changes a tenant.
    func forgetDirectory() { directoryMemo.withLock { $0 = nil } }
}
