public import DepotModel

extension TenantStore {
    /// Returns the matches of each key in the keys' order, all from one snapshot. Deleted entities are excluded.
    public func find(_ keys: [LookupKey]) throws(DepotError) -> [(key: LookupKey, entities: [Entity])] {
        try read { (connection) throws(SQLFailure) in
            try connection.snapshot { () throws(SQLFailure) in
                var found: [(key: LookupKey, entities: [Entity])] = []
                for key in keys { found.append((key, try entities(key, connection))) }
                return found
            }
        }
    }

    private func entities(_ key: LookupKey, _ connection: SQLConnection) throws(SQLFailure) -> [Entity] {
        let folded: [SQLValue] = [.row(id), .text(foldedKey(key.value))]
        switch key.kind {
        case .tag: return try assets(AssetRows.byTag, folded, connection)
        case .serial: return try assets(AssetRows.bySerial, folded, connection)
        case .assetID:
            guard let number = Int64(key.value) else { return [] }
            return try assets(AssetRows.byID, [.row(id), .int(number)], connection)
        case .uuid:
            guard let uuid = UniqueID(key.value) else { return [] }
            let values: [SQLValue] = [.row(id), .id(uuid)]
            return try assets(AssetRows.byUUID, values, connection)
                + people(PersonRows.byUUID, values, connection) + locations(LocationRows.byUUID, values, connection)
        case .badge: return try people(PersonRows.byBadge, folded, connection)
        case .employeeNumber: return try people(PersonRows.byEmployeeNumber, folded, connection)
        case .locationCode: return try locations(LocationRows.byCode, folded, connection)
        case .locationID:
            guard let number = Int64(key.value) else { return [] }
            return try locations(LocationRows.byID, [.row(id), .int(number)], connection)
        }
    }

    private func assets(
        _ query: Query, _ values: [SQLValue], _ connection: SQLConnection
    ) throws(SQLFailure) -> [Entity] {
        try connection.rows(query, values, AssetRows.details).filter { $0.asset.deletedAt == nil }.map { .asset($0) }
    }

    private func people(
        _ query: Query, _ values: [SQLValue], _ connection: SQLConnection
    ) throws(SQLFailure) -> [Entity] {
        try connection.rows(query, values, PersonRows.person).filter { $0.deletedAt == nil }.map { .person($0) }
    }

    private func locations(
        _ query: Query, _ values: [SQLValue], _ connection: SQLConnection
    ) throws(SQLFailure) -> [Entity] {
        try connection.rows(query, values, LocationRows.location).filter { $0.deletedAt == nil }.map { .location($0) }
    }
}
