public import DepotModel

/// The number of days between the audits of the assets of a category or at a location.
public struct AuditPolicy: Hashable, Sendable {
    /// The assets that a policy concerns.
    public enum Subject: Hashable, Sendable {
        case category(CatalogueID)
        /// The assets at the location or below it, as far as no nearer location has a policy.
        case location(LocationID)
    }

    /// The assets.
    public var subject: Subject
    /// The name of the category or location.
    public var name: String
    /// The number of days, 1 to 3650.
    public var days: Int

    /// Creates a policy.
    public init(subject: Subject, name: String, days: Int) {
        self.subject = subject
        self.name = name
        self.days = days
    }
}

extension AuditPolicy.Subject {
    var values: [SQLValue] {
        switch self {
        case .category(let id): [.text("category"), .row(id)]
        case .location(let id): [.text("location"), .row(id)]
        }
    }
}

extension TenantStore {
    /// Returns the policies, in the order of their names.
    public func auditPolicies() throws(DepotError) -> [AuditPolicy] {
        try read { (connection) throws(SQLFailure) in
            try connection.rows(AuditPolicies.all, [.row(id)]) { row in
                AuditPolicy(
                    subject: row.text(0) == "category"
                        ? .category(CatalogueID(rawValue: row.int(1))) : .location(LocationID(rawValue: row.int(1))),
                    name: row.text(2), days: Int(row.int(3)))
            }
        }
    }
}

extension Inventory {
    /// Sets the number of days between audits, or removes the policy if it is nil.
    ///
    /// - Throws: `Refusal.Code.invalidField` if it is not 1 to 3650; `DepotError.Code.notFound` if there is no such
    ///   category or location.
    public func setAuditPolicy(_ subject: AuditPolicy.Subject, days: Int?) throws {
        if try writer.earlierEvent(of: request.operation) != nil { return }
        if let days, !(1...3650).contains(days) {
            throw Refusal(.invalidField, "The days between audits are 1 to 3650.", facts: ["field": "days"])
        }
        let name: String
        var facts = ["action": "updated", "setting": "audit_policy"]
        switch subject {
        case .category(let id):
            guard let entry = try entry(.category, id) else {
                throw DepotError(.notFound, "There is no category \(id).")
            }
            name = entry.name
            facts["category_id"] = id.description
        case .location(let id):
            guard let location = try location(id), location.deletedAt == nil else {
                throw DepotError(.notFound, "There is no location \(id).")
            }
            name = location.name
            facts["location_id"] = id.description
        }
        let key = [SQLValue.row(writer.tenant)] + subject.values
        let before = try writer.connection.first(AuditPolicies.one, key) { $0.int(0) }
        if let days {
            try writer.connection.run(AuditPolicies.set, key + [.int(Int64(days))])
        } else {
            try writer.connection.run(AuditPolicies.remove, key)
        }
        _ = try writer.administration(
            days.map { "Audits of \(name) are due every \($0) days." }
                ?? "Audits of \(name) have no interval of their own.",
            facts: facts, changes: changes([("days", before.map(String.init), days.map(String.init))]), request)
    }
}

/// The statements on the table of policies.
enum AuditPolicies {
    static let one = Query("SELECT days FROM audit_policy WHERE tenant_id = ? AND kind = ? AND row_id = ?")
    static let set = Query(
        """
        INSERT INTO audit_policy (tenant_id, kind, row_id, days) VALUES (?, ?, ?, ?)
            ON CONFLICT (tenant_id, kind, row_id) DO UPDATE SET days = excluded.days
        """)
    static let remove = Query("DELETE FROM audit_policy WHERE tenant_id = ? AND kind = ? AND row_id = ?")
    static let all = Query(
        """
        SELECT p.kind, p.row_id, coalesce(c.name, l.name, ''), p.days FROM audit_policy p
            LEFT JOIN category c ON p.kind = 'category' AND c.id = p.row_id
            LEFT JOIN location l ON p.kind = 'location' AND l.id = p.row_id
        WHERE p.tenant_id = ? ORDER BY 3, 1, 2
        """)
    private static let exists = Query("SELECT EXISTS (SELECT 1 FROM audit_policy WHERE tenant_id = ?)")
    /// Takes the tenant and the location: the days of the nearest location above it with a policy.
    private static let ofLocation = Query(
        """
        WITH RECURSIVE chain(id, level) AS (
            VALUES (?2, 0) UNION
            SELECT l.parent_id, level + 1 FROM location l JOIN chain ON l.id = chain.id
                WHERE l.parent_id IS NOT NULL AND level < 100
        )
        SELECT days FROM chain JOIN audit_policy p ON p.tenant_id = ?1 AND p.kind = 'location' AND p.row_id = chain.id
        ORDER BY level LIMIT 1
        """)

    /// Returns the number of days between the audits of an asset: the shorter one of its category's policy and of that of
    /// the nearest location, or else the tenant's; nil without any.
    static func interval(
        _ details: AssetDetails, at location: LocationID?, _ tenant: TenantID, _ connection: SQLConnection
    ) throws(SQLFailure) -> Int? {
        let general = try TenantSettings.auditInterval(tenant, connection)
        guard try connection.first(exists, [.row(tenant)], { $0.int(0) != 0 }) == true else { return general }
        var found: [Int] = []
        if let category = details.model?.category {
            found += try connection.rows(one, [.row(tenant), .text("category"), .int(category.id)]) { Int($0.int(0)) }
        }
        if let place = location ?? details.asset.location ?? details.asset.defaultLocation {
            found += try connection.rows(ofLocation, [.row(tenant), .row(place)]) { Int($0.int(0)) }
        }
        return found.min() ?? general
    }
}
