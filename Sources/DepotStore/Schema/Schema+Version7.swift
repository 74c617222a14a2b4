extension Schema {
    /// The additions of version 7: the state of the conversation at each lane, which survives a restart, and the reasons
    /// for which people and assets are blocked.
    ///
    /// The text of a state is the lane's own. It is in a table of its own, so that a scan writes one small row.
    static let version7 = """
        CREATE TABLE lane_state (
            lane_id INTEGER PRIMARY KEY REFERENCES lane(id),
            state TEXT NOT NULL
        ) STRICT;

        ALTER TABLE person ADD COLUMN blocked TEXT;
        ALTER TABLE asset ADD COLUMN blocked TEXT;

        PRAGMA user_version = 7;
        """
}
