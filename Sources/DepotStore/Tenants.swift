public import DepotModel

/// A tenant.
public struct TenantRow: Hashable, Sendable {
    public var id: TenantID
    /// Unique, lower case; stands in host names.
    public var slug: String
    public var name: String

    /// The row.
    public init(id: TenantID, slug: String, name: String) {
        self.id = id
        self.slug = slug
        self.name = name
    }
}

extension DepotStore {
    /// Every tenant, oldest first; ``TenantID/standard`` is always there.
    public func tenants() throws(DepotError) -> [TenantRow] {
        try readers.read { (connection) throws(SQLFailure) in
            try connection.rows(Tenants.all) {
                TenantRow(id: TenantID(rawValue: $0.int(0)), slug: $0.text(1), name: $0.text(2))
            }
        }
    }

    /// Makes a tenant with the four usual status labels. Fails with ``DepotError/Code/conflict`` where the slug is taken.
    public func createTenant(
        slug: String, name: String, actor: Actor, origin: Origin
    ) async throws(CommitFailure) -> TenantRow {
        try await commits.submit { writer in
            let slug = foldedKey(slug)
            guard !slug.isEmpty, slug.utf8.allSatisfy({ isSlug($0) }), slug.utf8.count <= 63 else {
                throw DepotError(
                    .badRequest, "“\(slug)” is no tenant's name.", hint: "Use a-z, 0-9 and -, at most 63 characters.")
            }
            try refuseUnstorable(name, field: "name", limit: TextLimit.line)
            if try writer.connection.first(Tenants.bySlug, [.text(slug)], { _ in true }) == true {
                throw DepotError(.conflict, "There is a tenant “\(slug)” already.")
            }
            let at = writer.now()
            let id = try Tenants.insert(slug: slug, name: name, at: at, writer.connection)
            _ = try TenantWriter(writer: writer, tenant: id).administration(
                "The tenant \(slug) is added.", facts: ["tenant": slug, "action": "created"],
                operation: writer.newOperation(), actor: actor, origin: origin, at: at)
            return TenantRow(id: id, slug: slug, name: name)
        }
    }
}

private func isSlug(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        || byte == UInt8(ascii: "-")
}

/// The tenant table.
enum Tenants {
    static let all = Query("SELECT id, slug, name FROM tenant ORDER BY id")
    static let bySlug = Query("SELECT 1 FROM tenant WHERE slug = ?")
    private static let insert = Query("INSERT INTO tenant (slug, name, created_at) VALUES (?, ?, ?)")
    private static let insertLabel = Query(
        "INSERT INTO status_label (tenant_id, name, name_key, type) VALUES (?, ?, ?, ?)")

    /// Inserts a tenant with its status labels.
    @discardableResult
    static func insert(
        slug: String, name: String, at: Timestamp, _ connection: SQLConnection
    ) throws(SQLFailure) -> TenantID {
        try connection.run(insert, [.text(slug), .text(name), .time(at)])
        let id = TenantID(rawValue: connection.lastInsertedRow)
        for (name, type) in [
            ("Ready to Deploy", StatusType.deployable), ("Pending", .pending), ("Out for Repair", .undeployable),
            ("Archived", .archived),
        ] {
            try connection.run(
                insertLabel, [.row(id), .text(name), .text(foldedKey(name)), .text(type.rawValue)])
        }
        return id
    }
}

extension TenantStore {
    /// The settings that a tenant has in the database.
    public enum Setting: String, Sendable, CaseIterable {
        /// Days between two audits of an asset, 1 to 3650.
        case auditInterval = "audit_interval"
        /// What generated asset tags start with.
        case tagPrefix = "tag_prefix"
        /// The number of the next generated tag.
        case nextTag = "next_tag"
        /// The most assets the tenant may have.
        case assetLimit = "asset_limit"
    }

    /// The setting's value; nil where it is not set.
    public func setting(_ setting: Setting) throws(DepotError) -> String? {
        try read { (connection) throws(SQLFailure) in try TenantSettings.value(setting, id, connection) }
    }

    /// Sets a setting, or takes it back with nil; leaves an administration event.
    public func set(
        _ setting: Setting, to value: String?, actor: Actor, origin: Origin
    ) async throws(CommitFailure) {
        try await write { writer in
            try TenantSettings.refuseUnfit(setting, value)
            let before = try TenantSettings.value(setting, id, writer.connection)
            try TenantSettings.set(setting, value, id, writer.connection)
            _ = try writer.administration(
                "The setting \(setting.rawValue) is changed.", facts: ["setting": setting.rawValue],
                changes: changes([(setting.rawValue, before, value)]), operation: writer.writer.newOperation(),
                actor: actor, origin: origin, at: writer.writer.now())
        }
    }
}

/// The setting table.
enum TenantSettings {
    static let tagPrefix = TenantStore.Setting.tagPrefix
    static let nextTag = TenantStore.Setting.nextTag
    static let assetLimit = TenantStore.Setting.assetLimit
    private static let select = Query("SELECT value FROM setting WHERE tenant_id = ? AND key = ?")
    private static let upsert = Query("INSERT OR REPLACE INTO setting (tenant_id, key, value) VALUES (?, ?, ?)")
    private static let delete = Query("DELETE FROM setting WHERE tenant_id = ? AND key = ?")

    static func value(
        _ setting: TenantStore.Setting, _ tenant: TenantID, _ connection: SQLConnection
    ) throws(SQLFailure) -> String? {
        try connection.first(select, [.row(tenant), .text(setting.rawValue)]) { $0.text(0) }
    }

    static func set(
        _ setting: TenantStore.Setting, _ value: String?, _ tenant: TenantID, _ connection: SQLConnection
    ) throws(SQLFailure) {
        let key: [SQLValue] = [.row(tenant), .text(setting.rawValue)]
        if let value { try connection.run(upsert, key + [.text(value)]) } else { try connection.run(delete, key) }
    }

    static func auditInterval(_ tenant: TenantID, _ connection: SQLConnection) throws(SQLFailure) -> Int? {
        try value(.auditInterval, tenant, connection).flatMap { Int($0) }
    }

    static func refuseUnfit(_ setting: TenantStore.Setting, _ value: String?) throws {
        guard let value else { return }
        let fits =
            switch setting {
            case .tagPrefix: value.utf8.count <= 32 && value.utf8.allSatisfy { (0x21...0x7E).contains($0) }
            case .auditInterval: Int(value).map { (1...3650).contains($0) } ?? false
            case .nextTag, .assetLimit: Int64(value).map { (0...1_000_000_000_000).contains($0) } ?? false
            }
        guard fits else { throw DepotError(.badRequest, "“\(value)” does not fit the setting \(setting.rawValue).") }
    }
}
