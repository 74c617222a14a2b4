public import DepotModel

extension DepotStore {
    /// Replaces a tenant's name, hosts and limit.
    ///
    /// - Throws: `DepotError.Code.notFound` if there is no such tenant, or `DepotError.Code.conflict` if a host belongs
    ///   to another tenant.
    public func updateTenant(
        _ id: TenantID, name: String, hosts: [String], assetLimit: Int?, actor: Actor, origin: Origin
    ) async throws(CommitFailure) -> TenantRow {
        guard let before = try Self.tenant(id, self) else {
            throw .failed(DepotError(.notFound, "There is no tenant \(id)."))
        }
        let row: TenantRow = try await commits.submit { writer in
            let writer = TenantWriter(writer: writer, tenant: id)
            try refuseUnstorable(name, field: "name", limit: TextLimit.line)
            try writer.connection.run(Self.renameTenant, [.text(name), .row(id)])
            try writer.connection.run(Self.deleteHosts, [.row(id)])
            var after = before
            after.name = name
            after.hosts = try Tenants.add(hosts, to: id, writer.connection)
            after.assetLimit = assetLimit
            let limit = assetLimit.map { String($0) }
            try TenantSettings.refuseUnfit(.assetLimit, limit)
            try TenantSettings.set(.assetLimit, limit, id, writer.connection)
            _ = try writer.administration(
                "The tenant \(before.slug) was changed.", facts: ["tenant": before.slug, "action": "updated"],
                changes: changes([
                    ("name", before.name, name),
                    ("hosts", before.hosts.joined(separator: " "), after.hosts.joined(separator: " ")),
                    ("asset_limit", before.assetLimit.map { String($0) }, limit),
                ]),
                ChangeRequest(
                    operation: writer.writer.newOperation(), actor: actor, origin: origin, at: writer.writer.now()))
            return after
        }
        forgetDirectory()
        return row
    }

    private static func tenant(_ id: TenantID, _ store: DepotStore) throws(CommitFailure) -> TenantRow? {
        do { return try store.directory().byID(id) } catch { throw .failed(error) }
    }

    private static let renameTenant = Query("UPDATE tenant SET name = ? WHERE id = ?")
    private static let deleteHosts = Query("DELETE FROM tenant_host WHERE tenant_id = ?")
}
