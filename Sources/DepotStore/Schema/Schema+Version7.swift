extension Schema {
    /// The additions of version 7: the state of the conversation at each lane, which survives a restart.
    ///
    /// The text is the lane's own. It is a table of its own, so that a scan writes one small row.
    static let version7 = """
        CREATE TABLE lane_state (
            lane_id INTEGER PRIMARY KEY REFERENCES lane(id),
            state TEXT NOT NULL
        ) STRICT;

        PRAGMA user_version = 7;
        """
}
