/// The constants on which both ends of the station API agree, on the Unix socket and over TCP.
public enum StationAPI {
    /// The version of the routes and of their JSON.
    public static let version = "1"
    /// The prefix of every route.
    public static let prefix = "/station/v1"
    /// The header field in which both ends send ``version``. A peer with another version causes a warning only.
    public static let versionHeader = "Depot-API-Version"
    /// The header field with the slug of the request's tenant. Only callers with access to every tenant may send it.
    public static let tenantHeader = "Depot-Tenant"
    /// The number of rows in a list if the request does not name one.
    public static let defaultLimit = 100
    /// The maximum number of rows in one answer.
    public static let maximumLimit = 1000
    /// The maximum size of a request body in bytes.
    public static let maximumBody = 1 << 20
    /// The media type of the event stream (WHATWG HTML §9.2).
    public static let eventStream = "text/event-stream"
    /// The path of the daemon's socket unless it is configured.
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
