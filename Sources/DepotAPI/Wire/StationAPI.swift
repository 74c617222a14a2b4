/// What both ends of the station API agree on, on the Unix socket and on TCP.
public enum StationAPI {
    /// The version of the routes and of their JSON.
    public static let version = "1"
    /// What every route begins with.
    public static let prefix = "/station/v1"
    /// Both ends send ``version`` in this header; a peer of another version is talked to, with a warning.
    public static let versionHeader = "Depot-API-Version"
    /// The slug of the tenant that a request is for; only callers who have every tenant may send it.
    public static let tenantHeader = "Depot-Tenant"
    /// Rows of a list where the request does not say how many.
    public static let defaultLimit = 100
    /// The most rows of one answer.
    public static let maximumLimit = 1000
    /// The largest request body, in bytes.
    public static let maximumBody = 1 << 20
    /// The media type of the event stream (WHATWG HTML §9.2).
    public static let eventStream = "text/event-stream"
    /// Where the daemon listens when nobody says otherwise.
    public static let standardSocket = "/run/depotd/depotd.sock"

    /// The `event:` names of the stream.
    public enum StreamName {
        /// A `LedgerEvent`; the only one with an `id:`, its number.
        public static let event = "event"
        /// A `LaneStatus` that changed.
        public static let lane = "lane"
        /// A `ScannerStatus` that changed.
        public static let scanner = "scanner"
        /// A `StationHealth` that changed.
        public static let health = "health"
    }
}
