public import DepotModel

/// The reads of single rows, which are the same outside a transaction and in the state of an open one.
public protocol TenantReads {
    /// The tenant, in the state that is read.
    var tenantStore: TenantStore { get }
}

extension TenantStore: TenantReads {
    /// The tenant itself.
    public var tenantStore: TenantStore { self }
}

extension Inventory: TenantReads {}

extension TenantReads {
    // MARK: Assets

    /// Returns the asset with this id, deleted or not, or nil if the tenant has none.
    public func asset(_ id: AssetID) throws(DepotError) -> AssetDetails? {
        try first(AssetRows.byID, .row(id), AssetRows.details)
    }

    /// Returns the asset with this tag, compared without case, or nil. Deleted assets are excluded.
    public func asset(tag: String) throws(DepotError) -> AssetDetails? {
        try first(AssetRows.byTag, .text(foldedKey(tag)), AssetRows.details)
    }

    /// Returns the asset with this identity, deleted or not, or nil.
    public func asset(uuid: UniqueID) throws(DepotError) -> AssetDetails? {
        try first(AssetRows.byUUID, .id(uuid), AssetRows.details)
    }

    // MARK: People

    /// Returns the person with this id, deleted or not, or nil.
    public func person(_ id: PersonID) throws(DepotError) -> Person? {
        try first(PersonRows.byID, .row(id), PersonRows.person)
    }

    /// Returns the person with this identity, deleted or not, or nil.
    public func person(uuid: UniqueID) throws(DepotError) -> Person? {
        try first(PersonRows.byUUID, .id(uuid), PersonRows.person)
    }

    /// Returns the oldest person with this e-mail address, compared without case, or nil. Deleted people are excluded.
    public func person(email: String) throws(DepotError) -> Person? {
        try first(PersonRows.byEmail, .text(foldedKey(email)), PersonRows.person)
    }

    /// Returns the person with this username, compared without case, or nil. Deleted people are excluded.
    public func person(username: String) throws(DepotError) -> Person? {
        try first(PersonRows.byUsername, .text(foldedKey(username)), PersonRows.person)
    }

    // MARK: Locations

    /// Returns the location with this id, deleted or not, or nil.
    public func location(_ id: LocationID) throws(DepotError) -> Location? {
        try first(LocationRows.byID, .row(id), LocationRows.location)
    }

    /// Returns the location with this identity, deleted or not, or nil.
    public func location(uuid: UniqueID) throws(DepotError) -> Location? {
        try first(LocationRows.byUUID, .id(uuid), LocationRows.location)
    }

    /// Returns the oldest location with this name, compared without case, or nil. Deleted locations are excluded.
    public func location(named name: String) throws(DepotError) -> Location? {
        try first(LocationRows.byName, .text(foldedKey(name)), LocationRows.location)
    }

    // MARK: Catalogue

    /// Returns the entry with this id, or nil.
    public func entry(_ table: Catalogue, _ id: CatalogueID) throws(DepotError) -> CatalogueEntry? {
        let store = tenantStore
        return try store.read { (connection) throws(SQLFailure) in try table.entry(id, store.id, connection) }
    }

    /// Returns the entry with this name, compared without case, or nil; of several models, the oldest.
    public func entry(_ table: Catalogue, named name: String) throws(DepotError) -> CatalogueEntry? {
        let store = tenantStore
        return try store.read { (connection) throws(SQLFailure) in
            guard let row = try table.find(name, store.id, connection) else { return nil }
            return try table.entry(row, store.id, connection)
        }
    }

    private func first<Value>(_ query: Query, _ value: SQLValue, _ row: (Row) -> Value) throws(DepotError) -> Value? {
        let store = tenantStore
        return try store.read { (connection) throws(SQLFailure) in
            try connection.first(query, [.row(store.id), value], row)
        }
    }
}
