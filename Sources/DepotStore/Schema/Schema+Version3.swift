extension Schema {
    /// The changes of version 3.
    ///
    /// Most assets are at their default location, and the index of the current location finds these. The default
    /// location is therefore indexed for the others only, which saves every new asset an index entry.
    static let version3 = """
        DROP INDEX asset_default_location;
        CREATE INDEX asset_default_location ON asset(tenant_id, default_location_id) WHERE \(isAway);

        PRAGMA user_version = 3;
        """

    /// The SQL condition for assets that are not at their default location, in the words of the index
    /// `asset_default_location`.
    static let isAway = "default_location_id IS NOT location_id"
}
