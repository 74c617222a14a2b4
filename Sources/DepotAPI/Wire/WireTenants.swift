public import DepotModel

/// A tenant: one of the station's inventories, with its ledger.
public struct TenantInfo: Hashable, Sendable, Codable {
    /// The row id.
    public var id: TenantID
    /// The identity across stations, and Incident IQ's `SiteId`.
    public var uuid: UniqueID
    /// The unique lowercase identifier, which is the first label of the tenant's host names.
    public var slug: String
    /// The name that people read.
    public var name: String
    /// Further host names of the tenant.
    public var hosts: [String]
    /// The maximum number of assets, or nil if there is none.
    public var assetLimit: Int?

    /// Creates a tenant.
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

/// The reply of `GET tenants`.
public struct TenantsReply: Hashable, Sendable, Codable {
    /// The tenants, oldest first.
    public var tenants: [TenantInfo]

    /// Creates a reply.
    public init(tenants: [TenantInfo]) { self.tenants = tenants }
}

/// The body of `POST tenants`, answered 201 with the ``TenantInfo``.
public struct CreateTenantRequest: Hashable, Sendable, Codable, StrictRequest {
    /// The slug: 1 to 63 of the characters `a`–`z`, `0`–`9` and `-`.
    public var slug: String
    /// The name, or nil to use the slug.
    public var name: String?
    /// Further host names, or nil for none.
    public var hosts: [String]?
    /// The maximum number of assets, or nil for no limit.
    public var assetLimit: Int?

    /// Creates a request.
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
    /// The JSON names of the fields.
    public static var fieldNames: Set<String> { names(of: CodingKeys.self) }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        slug = try container.decode(String.self, forKey: .slug)
        name = try container.decodeIfPresent(String.self, forKey: .name)
        hosts = try container.decodeIfPresent([String].self, forKey: .hosts)
        assetLimit = try container.whole(forKey: .assetLimit)
    }
}

/// The body of `PATCH tenants/{slug}`, answered with the ``TenantInfo``.
public struct EditTenantRequest: Hashable, Sendable, Codable, StrictRequest {
    /// The new name, or nil to keep the current one.
    public var name: String?
    /// The complete list of new host names, or nil to keep the current ones.
    public var hosts: [String]?
    /// The change of the maximum number of assets; null removes the limit.
    public var assetLimit: FieldPatch<Int>

    /// Creates a request.
    public init(name: String? = nil, hosts: [String]? = nil, assetLimit: FieldPatch<Int> = .keep) {
        self.name = name
        self.hosts = hosts
        self.assetLimit = assetLimit
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
        case name, hosts
        case assetLimit = "asset_limit"
    }
    /// The JSON names of the fields.
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
