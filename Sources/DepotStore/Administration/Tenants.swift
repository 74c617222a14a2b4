public import DepotModel

/// A stored tenant.
public struct TenantRow: Hashable, Sendable {
    /// The row id.
    public var id: TenantID
    /// The identity across stations, and Incident IQ's `SiteId`.
    public var uuid: UniqueID
    /// The unique lowercase identifier, which is part of host names.
    public var slug: String
    /// The name that people read.
    public var name: String
    /// The tenant's host names in lowercase, without ports.
    public var hosts: [String]
    /// The maximum number of assets, or nil if there is none.
    public var assetLimit: Int?

    /// Creates a row.
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
}

extension DepotStore {
    /// Returns every tenant, oldest first; `TenantID.standard` always exists.
    public func tenants() throws(DepotError) -> [TenantRow] {
        try readers.read { (connection) throws(SQLFailure) in
            try connection.snapshot { () throws(SQLFailure) in
                let hosts = try connection.rows(Tenants.hosts) { (tenant: $0.int(0), host: $0.text(1)) }
                return try connection.rows(Tenants.all) { row in
                    TenantRow(
                        id: TenantID(rawValue: row.int(0)), uuid: row.uniqueID(1), slug: row.text(2),
                        name: row.text(3), hosts: hosts.filter { $0.tenant == row.int(0) }.map(\.host),
                        assetLimit: row.optionalText(4).flatMap { Int($0) })
                }
            }
        }
    }

    /// Creates a tenant with the four usual status labels.
    ///
    /// - Throws: `DepotError.Code.conflict` if the slug or a host is taken.
    public func createTenant(
        slug: String, name: String, hosts: [String] = [], assetLimit: Int? = nil, actor: Actor, origin: Origin
    ) async throws(CommitFailure) -> TenantRow {
        let row: TenantRow = try await commits.submit { writer in
            let slug = foldedKey(slug)
            guard !slug.isEmpty, slug.utf8.allSatisfy({ isSlug($0) }), slug.utf8.count <= 63 else {
                throw DepotError(
                    .badRequest, "“\(slug)” is not a valid tenant name.",
                    hint: "Use a-z, 0-9 and -, at most 63 characters.")
            }
            try refuseUnstorable(name, field: "name", limit: TextLimit.line)
            if try writer.connection.first(Tenants.bySlug, [.text(slug)], { _ in true }) == true {
                throw DepotError(.conflict, "There is already a tenant “\(slug)”.")
            }
            let at = writer.now()
            let uuid = UniqueID.random()
            let id = try Tenants.insert(slug: slug, name: name, uuid: uuid, at: at, writer.connection)
            let hosts = try Tenants.add(hosts, to: id, writer.connection)
            if let assetLimit {
                let value = String(assetLimit)
                try TenantSettings.refuseUnfit(.assetLimit, value)
                try TenantSettings.set(.assetLimit, value, id, writer.connection)
            }
            var facts = ["tenant": slug, "action": "created"]
            if !hosts.isEmpty { facts["hosts"] = hosts.joined(separator: " ") }
            facts["asset_limit"] = assetLimit.map { String($0) }
            _ = try TenantWriter(writer: writer, tenant: id).administration(
                "The tenant \(slug) was added.", facts: facts,
                ChangeRequest(
                    operation: writer.newOperation(), actor: actor,
                    origin: origin, at: at))
            return TenantRow(id: id, uuid: uuid, slug: slug, name: name, hosts: hosts, assetLimit: assetLimit)
        }
        forgetDirectory()
        return row
    }
}

private func isSlug(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        || byte == UInt8(ascii: "-")
}

/// The statements on the tables of tenants and their hosts.
enum Tenants {
    static let all = Query(
        """
        SELECT t.id, t.uuid, t.slug, t.name, s.value FROM tenant t
        LEFT JOIN setting s ON s.tenant_id = t.id AND s.key = 'asset_limit' ORDER BY t.id
        """)
    static let hosts = Query("SELECT tenant_id, host FROM tenant_host ORDER BY host")
    static let bySlug = Query("SELECT 1 FROM tenant WHERE slug = ?")
    private static let byHost = Query("SELECT 1 FROM tenant_host WHERE host = ?")
    private static let insertHost = Query("INSERT INTO tenant_host (host, tenant_id) VALUES (?, ?)")
    private static let insert = Query("INSERT INTO tenant (slug, name, uuid, created_at) VALUES (?, ?, ?, ?)")
    private static let insertLabel = Query(
        """
        INSERT INTO status_label (tenant_id, name, name_key, type, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?)
        """)

    /// Inserts a tenant with its status labels.
    static func insert(
        slug: String, name: String, uuid: UniqueID, at: Timestamp, _ connection: SQLConnection
    ) throws(SQLFailure) -> TenantID {
        try connection.run(insert, [.text(slug), .text(name), .id(uuid), .time(at)])
        let id = TenantID(rawValue: connection.lastInsertedRow)
        for (name, type) in [
            // A new Snipe-IT numbers its labels like this: clients have 2, “ready to deploy”, in their settings.
            ("Pending", StatusType.pending), ("Ready to Deploy", .deployable), ("Archived", .archived),
            ("Out for Repair", .undeployable),
        ] {
            try connection.run(
                insertLabel,
                [.row(id), .text(name), .text(foldedKey(name)), .text(type.rawValue), .time(at), .time(at)])
        }
        return id
    }

    /// Adds hosts to a tenant, without duplicates, and returns them in their normalized form.
    static func add(_ hosts: [String], to tenant: TenantID, _ connection: SQLConnection) throws -> [String] {
        let hosts = Set(hosts.map { TenantDirectory.normalized($0) }).sorted()
        for host in hosts {
            guard !host.isEmpty, host.utf8.count <= 253, host.utf8.allSatisfy({ isHost($0) }) else {
                throw DepotError(
                    .badRequest, "“\(host)” is not a host name.",
                    hint: "Use a-z, 0-9, - and ., such as depot.example.org."
                )
            }
            if try connection.first(byHost, [.text(host)], { _ in true }) == true {
                throw DepotError(.conflict, "The host \(host) already belongs to another tenant.")
            }
            try connection.run(insertHost, [.text(host), .row(tenant)])
        }
        return hosts
    }
}

private func isHost(_ byte: UInt8) -> Bool { isSlug(byte) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: ":") }

extension TenantStore {
    /// A setting of a tenant in the database.
    public enum Setting: String, Sendable, CaseIterable {
        /// The number of days between two audits of an asset, 1 to 3650.
        case auditInterval = "audit_interval"
        /// The prefix of generated asset tags.
        case tagPrefix = "tag_prefix"
        /// The number of the next generated asset tag.
        case nextTag = "next_tag"
        /// The maximum number of assets.
        case assetLimit = "asset_limit"
    }

    /// Returns the value of a setting, or nil if it is not set.
    public func setting(_ setting: Setting) throws(DepotError) -> String? {
        try read { (connection) throws(SQLFailure) in try TenantSettings.value(setting, id, connection) }
    }

    /// Sets a setting, or removes it if the value is nil, and leaves an administration event.
    public func set(
        _ setting: Setting, to value: String?, actor: Actor, origin: Origin
    ) async throws(CommitFailure) {
        try await write { writer in
            try TenantSettings.refuseUnfit(setting, value)
            let before = try TenantSettings.value(setting, id, writer.connection)
            try TenantSettings.set(setting, value, id, writer.connection)
            _ = try writer.administration(
                "The setting \(setting.rawValue) was changed.", facts: ["setting": setting.rawValue],
                changes: changes([(setting.rawValue, before, value)]),
                ChangeRequest(
                    operation: writer.writer.newOperation(),
                    actor: actor, origin: origin, at: writer.writer.now()))
        }
        store.forgetDirectory()
    }
}

/// The statements on the table of settings.
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
        guard fits else {
            throw DepotError(.badRequest, "“\(value)” is not a valid value of the setting \(setting.rawValue).")
        }
    }
}
