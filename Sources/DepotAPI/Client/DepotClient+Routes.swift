public import DepotModel
import NIOCore
import NIOHTTP1

/// One method for each route; the wire types describe requests and replies.
extension DepotClient {
    /// Returns the state of the station (`GET status`).
    public func status() async throws(ErrorReply) -> StatusReply { try await send(.GET, ["status"]) }

    /// Returns every scanner seen since the daemon started (`GET scanners`).
    public func scanners() async throws(ErrorReply) -> ScannersReply { try await send(.GET, ["scanners"]) }

    /// Changes whether a scanner is identified by its serial number or by its port (`POST scanners/identify`).
    public func identify(_ request: IdentifyScannerRequest) async throws(ErrorReply) -> IdentifyScannerReply {
        try await send(.POST, ["scanners", "identify"], body: request)
    }

    /// Returns every lane (`GET lanes`).
    public func lanes() async throws(ErrorReply) -> LanesReply { try await send(.GET, ["lanes"]) }

    /// Sets the mode of a lane and returns the lane's status (`POST lanes/{id}/mode`).
    public func setMode(_ mode: LaneMode, lane: LaneID) async throws(ErrorReply) -> LaneStatus {
        try await send(.POST, ["lanes", lane.description, "mode"], body: LaneModeRequest(mode: mode))
    }

    /// Renames a lane.
    public func rename(lane: LaneID, to name: String) async throws(ErrorReply) -> LaneStatus {
        try await send(.PATCH, ["lanes", lane.description], body: RenameLaneRequest(name: name))
    }

    /// Processes a typed or replayed scan (`POST scans`).
    public func scan(_ request: ScanRequest) async throws(ErrorReply) -> ScanResult {
        try await send(.POST, ["scans"], body: request)
    }

    /// Returns the scans after a number in ascending order, at most `limit`; nil is ``StationAPI/defaultLimit``
    /// (`GET scans`).
    public func scans(since: ScanNumber, limit: Int? = nil) async throws(ErrorReply) -> ScansReply {
        try await send(.GET, ["scans"], query: since.query(limit))
    }

    /// Returns the matches of a code without recording a scan (`GET resolve`).
    public func resolve(_ code: String) async throws(ErrorReply) -> ResolutionReport {
        try await send(.GET, ["resolve"], query: [("code", code)])
    }

    /// Returns the events after a number in ascending order, at most `limit`; nil is ``StationAPI/defaultLimit``
    /// (`GET events`).
    public func events(since: EventNumber, limit: Int? = nil) async throws(ErrorReply) -> EventsReply {
        try await send(.GET, ["events"], query: since.query(limit))
    }

    /// Applies a transition (`POST transitions`).
    public func apply(_ request: TransitionRequest) async throws(ErrorReply) -> TransitionReply {
        try await send(.POST, ["transitions"], body: request)
    }

    /// Undoes an event (`POST transitions/{event}/undo`).
    ///
    /// - Parameter event: The event, or nil for the caller's newest.
    public func undo(
        _ event: EventNumber?, _ request: UndoRequest = UndoRequest()
    ) async throws(ErrorReply) -> TransitionReply {
        try await send(.POST, ["transitions", event?.description ?? "last", "undo"], body: request)
    }

    /// Returns the assets that match a query (`GET assets`).
    public func assets(_ query: AssetListQuery = AssetListQuery()) async throws(ErrorReply) -> AssetsReply {
        try await send(.GET, ["assets"], query: query.items)
    }

    /// Creates an asset (`POST assets`).
    public func createAsset(_ request: CreateAssetRequest) async throws(ErrorReply) -> TransitionReply {
        try await send(.POST, ["assets"], body: request)
    }

    /// Returns the asset with the id (`GET assets/{id}`).
    public func asset(_ id: AssetID) async throws(ErrorReply) -> AssetDetails {
        try await send(.GET, ["assets", id.description])
    }

    /// Returns the asset with the tag, compared without case (`GET assets/bytag/{tag}`).
    public func asset(tag: String) async throws(ErrorReply) -> AssetDetails {
        try await send(.GET, ["assets", "bytag", tag])
    }

    /// Returns the assets with the serial number, compared without case (`GET assets/byserial/{serial}`).
    public func assets(serial: String) async throws(ErrorReply) -> AssetsReply {
        try await send(.GET, ["assets", "byserial", serial])
    }

    /// Deletes an asset (`DELETE assets/{id}`).
    public func deleteAsset(_ id: AssetID) async throws(ErrorReply) -> TransitionReply {
        try await send(.DELETE, ["assets", id.description])
    }

    /// Returns events of an asset, oldest first (`GET assets/{id}/history`).
    ///
    /// - Parameters:
    ///   - limit: The maximum number of events, or nil for ``StationAPI/defaultLimit``.
    ///   - before: The number below which events are returned, or nil for the newest events.
    public func history(
        _ id: AssetID, limit: Int? = nil, before: EventNumber? = nil
    ) async throws(ErrorReply) -> HistoryReply {
        var query: [(String, String)] = []
        if let limit { query.append(("limit", String(limit))) }
        if let before { query.append(("before", before.description)) }
        return try await send(.GET, ["assets", id.description, "history"], query: query)
    }

    /// Returns the people that match a query (`GET people`).
    public func people(_ query: ListQuery = ListQuery()) async throws(ErrorReply) -> PeopleReply {
        try await send(.GET, ["people"], query: query.items)
    }

    /// Creates a person (`POST people`).
    public func createPerson(_ request: CreatePersonRequest) async throws(ErrorReply) -> Person {
        try await send(.POST, ["people"], body: request)
    }

    /// Returns the person with the id (`GET people/{id}`).
    public func person(_ id: PersonID) async throws(ErrorReply) -> Person {
        try await send(.GET, ["people", id.description])
    }

    /// Deletes a person (`DELETE people/{id}`).
    public func deletePerson(_ id: PersonID) async throws(ErrorReply) -> Person {
        try await send(.DELETE, ["people", id.description])
    }

    /// Returns the locations that match a query (`GET locations`).
    public func locations(_ query: ListQuery = ListQuery()) async throws(ErrorReply) -> LocationsReply {
        try await send(.GET, ["locations"], query: query.items)
    }

    /// Creates a location (`POST locations`).
    public func createLocation(_ request: CreateLocationRequest) async throws(ErrorReply) -> Location {
        try await send(.POST, ["locations"], body: request)
    }

    /// Returns the location with the id (`GET locations/{id}`).
    public func location(_ id: LocationID) async throws(ErrorReply) -> Location {
        try await send(.GET, ["locations", id.description])
    }

    /// Deletes a location (`DELETE locations/{id}`).
    public func deleteLocation(_ id: LocationID) async throws(ErrorReply) -> Location {
        try await send(.DELETE, ["locations", id.description])
    }

    /// Returns the tokens that are not revoked, without their secrets (`GET tokens`).
    public func tokens() async throws(ErrorReply) -> TokensReply { try await send(.GET, ["tokens"]) }

    /// Creates a token and returns it with its secret (`POST tokens`).
    public func createToken(_ request: CreateTokenRequest) async throws(ErrorReply) -> CreateTokenReply {
        try await send(.POST, ["tokens"], body: request)
    }

    /// Revokes the token with the name (`DELETE tokens/{name}`).
    public func revokeToken(_ name: String) async throws(ErrorReply) -> TokenInfo {
        try await send(.DELETE, ["tokens", name])
    }

    /// Returns every tenant (`GET tenants`).
    public func tenants() async throws(ErrorReply) -> TenantsReply { try await send(.GET, ["tenants"]) }

    /// Creates a tenant (`POST tenants`).
    public func createTenant(_ request: CreateTenantRequest) async throws(ErrorReply) -> TenantInfo {
        try await send(.POST, ["tenants"], body: request)
    }

    /// Changes fields of an asset (`PATCH assets/{id}`).
    public func editAsset(_ id: AssetID, _ request: EditAssetRequest) async throws(ErrorReply) -> TransitionReply {
        try await send(.PATCH, ["assets", id.description], body: request)
    }

    /// Changes fields of a person (`PATCH people/{id}`).
    public func editPerson(_ id: PersonID, _ request: EditPersonRequest) async throws(ErrorReply) -> Person {
        try await send(.PATCH, ["people", id.description], body: request)
    }

    /// Changes the tenant with the slug (`PATCH tenants/{slug}`).
    public func editTenant(_ slug: String, _ request: EditTenantRequest) async throws(ErrorReply) -> TenantInfo {
        try await send(.PATCH, ["tenants", slug], body: request)
    }

    /// Returns a link that pairs one browser as a counter screen (`POST screens/pair`).
    public func pairScreen(_ request: PairScreenRequest = PairScreenRequest()) async throws(ErrorReply)
        -> PairScreenReply
    {
        try await send(.POST, ["screens", "pair"], body: request)
    }

    /// Writes a backup (`POST backup`), for which the call waits up to an hour.
    public func backup(_ request: BackupRequest) async throws(ErrorReply) -> BackupReply {
        try await send(.POST, ["backup"], body: request, timeout: .hours(1))
    }

    /// Checks the ledger and the database (`POST verify`), for which the call waits up to an hour.
    public func verify() async throws(ErrorReply) -> VerifyReply {
        try await send(.POST, ["verify"], timeout: .hours(1))
    }
}

extension RowID {
    fileprivate func query(_ limit: Int?) -> [(String, String)] {
        [("since", description)] + (limit.map { [("limit", String($0))] } ?? [])
    }
}
