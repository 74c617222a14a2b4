public import DepotModel

/// A tenant: one inventory and ledger among those of the station.
public struct TenantInfo: Hashable, Sendable, Codable {
    public var id: TenantID
    /// The identity across stations, and Incident IQ's `SiteId`.
    public var uuid: UniqueID
    /// Unique, lower case; the first label of its host names.
    public var slug: String
    public var name: String
    /// Further host names that are this tenant's.
    public var hosts: [String]
    /// The most assets it may have; nil: any number.
    public var assetLimit: Int?

    /// The tenant.
    public init(
        id: TenantID, uuid: UniqueID, slug: String, name: String, hosts: [String] = [], assetLimit: Int? = nil
    ) {
        self.id = id
        self.uuid = uuid
        self.slug = slug
        self.name = name
        self.hosts = hosts
        self.assetLimit = assetLimit
    }

    enum CodingKeys: String, CodingKey {
        case id, uuid, slug, name, hosts
        case assetLimit = "asset_limit"
    }
}

/// `GET tenants`.
public struct TenantsReply: Hashable, Sendable, Codable {
    /// Oldest first.
    public var tenants: [TenantInfo]

    /// The reply.
    public init(tenants: [TenantInfo]) { self.tenants = tenants }
}

/// `POST tenants`, answered 201 with the ``TenantInfo``.
public struct CreateTenantRequest: Hashable, Sendable, Codable, StrictRequest {
    /// `a`–`z`, `0`–`9` and `-`, at most 63 of them.
    public var slug: String
    /// Nil: the slug.
    public var name: String?
    /// Nil: none.
    public var hosts: [String]?
    /// Nil: any number.
    public var assetLimit: Int?

    /// The request.
    public init(slug: String, name: String? = nil, hosts: [String]? = nil, assetLimit: Int? = nil) {
        self.slug = slug
        self.name = name
        self.hosts = hosts
        self.assetLimit = assetLimit
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
        case slug, name, hosts
        case assetLimit = "asset_limit"
    }
    public static var fieldNames: Set<String> { names(of: CodingKeys.self) }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        slug = try container.decode(String.self, forKey: .slug)
        name = try container.decodeIfPresent(String.self, forKey: .name)
        hosts = try container.decodeIfPresent([String].self, forKey: .hosts)
        assetLimit = try container.whole(forKey: .assetLimit)
    }
}

/// `PATCH tenants/{slug}`, answered with the ``TenantInfo``.
public struct EditTenantRequest: Hashable, Sendable, Codable, StrictRequest {
    /// Nil: stays.
    public var name: String?
    /// All of them; nil: they stay.
    public var hosts: [String]?
    /// Null: any number from now on.
    public var assetLimit: FieldPatch<Int>

    /// The request.
    public init(name: String? = nil, hosts: [String]? = nil, assetLimit: FieldPatch<Int> = .keep) {
        self.name = name
        self.hosts = hosts
        self.assetLimit = assetLimit
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
        case name, hosts
        case assetLimit = "asset_limit"
    }
    public static var fieldNames: Set<String> { names(of: CodingKeys.self) }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        name = container.contains(.name) ? try container.decode(String.self, forKey: .name) : nil
        hosts = container.contains(.hosts) ? try container.decode([String].self, forKey: .hosts) : nil
        guard container.contains(.assetLimit) else {
            assetLimit = .keep
            return
        }
        assetLimit = try container.whole(Int.self, forKey: .assetLimit).map(FieldPatch.set) ?? .clear
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encodeIfPresent(name, forKey: .name)
        try container.encodeIfPresent(hosts, forKey: .hosts)
        switch assetLimit {
        case .keep: break
        case .clear: try container.encodeNil(forKey: .assetLimit)
        case .set(let limit): try container.encode(limit, forKey: .assetLimit)
        }
    }
}
