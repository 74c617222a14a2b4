public import DepotModel
import NIOCore
import NIOHTTP1

/// One method for each route; the wire types say what goes in and out.
extension DepotClient {
    public func status() async throws(ErrorReply) -> StatusReply { try await send(.GET, ["status"]) }

    public func scanners() async throws(ErrorReply) -> ScannersReply { try await send(.GET, ["scanners"]) }

    public func identify(_ request: IdentifyScannerRequest) async throws(ErrorReply) -> IdentifyScannerReply {
        try await send(.POST, ["scanners", "identify"], body: request)
    }

    public func lanes() async throws(ErrorReply) -> LanesReply { try await send(.GET, ["lanes"]) }

    public func setMode(_ mode: LaneMode, lane: LaneID) async throws(ErrorReply) -> LaneStatus {
        try await send(.POST, ["lanes", lane.description, "mode"], body: LaneModeRequest(mode: mode))
    }

    public func scan(_ request: ScanRequest) async throws(ErrorReply) -> ScanResult {
        try await send(.POST, ["scans"], body: request)
    }

    public func scans(since: ScanNumber, limit: Int? = nil) async throws(ErrorReply) -> ScansReply {
        try await send(.GET, ["scans"], query: since.query(limit))
    }

    public func resolve(_ code: String) async throws(ErrorReply) -> ResolutionReport {
        try await send(.GET, ["resolve"], query: [("code", code)])
    }

    public func events(since: EventNumber, limit: Int? = nil) async throws(ErrorReply) -> EventsReply {
        try await send(.GET, ["events"], query: since.query(limit))
    }

    public func apply(_ request: TransitionRequest) async throws(ErrorReply) -> TransitionReply {
        try await send(.POST, ["transitions"], body: request)
    }

    /// - Parameter event: nil: this caller's newest.
    public func undo(
        _ event: EventNumber?, _ request: UndoRequest = UndoRequest()
    ) async throws(ErrorReply) -> TransitionReply {
        try await send(.POST, ["transitions", event?.description ?? "last", "undo"], body: request)
    }

    public func assets(_ query: AssetListQuery = AssetListQuery()) async throws(ErrorReply) -> AssetsReply {
        try await send(.GET, ["assets"], query: query.items)
    }

    public func createAsset(_ request: CreateAssetRequest) async throws(ErrorReply) -> TransitionReply {
        try await send(.POST, ["assets"], body: request)
    }

    public func asset(_ id: AssetID) async throws(ErrorReply) -> AssetDetails {
        try await send(.GET, ["assets", id.description])
    }

    public func asset(tag: String) async throws(ErrorReply) -> AssetDetails {
        try await send(.GET, ["assets", "bytag", tag])
    }

    public func assets(serial: String) async throws(ErrorReply) -> AssetsReply {
        try await send(.GET, ["assets", "byserial", serial])
    }

    public func editAsset(_ id: AssetID, _ request: EditAssetRequest) async throws(ErrorReply) -> TransitionReply {
        try await send(.PATCH, ["assets", id.description], body: request)
    }

    public func deleteAsset(_ id: AssetID) async throws(ErrorReply) -> TransitionReply {
        try await send(.DELETE, ["assets", id.description])
    }

    /// - Parameter before: only events with smaller numbers.
    public func history(
        _ id: AssetID, limit: Int? = nil, before: EventNumber? = nil
    ) async throws(ErrorReply) -> HistoryReply {
        var query: [(String, String)] = []
        if let limit { query.append(("limit", String(limit))) }
        if let before { query.append(("before", before.description)) }
        return try await send(.GET, ["assets", id.description, "history"], query: query)
    }

    public func people(_ query: ListQuery = ListQuery()) async throws(ErrorReply) -> PeopleReply {
        try await send(.GET, ["people"], query: query.items)
    }

    public func createPerson(_ request: CreatePersonRequest) async throws(ErrorReply) -> Person {
        try await send(.POST, ["people"], body: request)
    }

    public func person(_ id: PersonID) async throws(ErrorReply) -> Person {
        try await send(.GET, ["people", id.description])
    }

    public func editPerson(_ id: PersonID, _ request: EditPersonRequest) async throws(ErrorReply) -> Person {
        try await send(.PATCH, ["people", id.description], body: request)
    }

    public func deletePerson(_ id: PersonID) async throws(ErrorReply) -> Person {
        try await send(.DELETE, ["people", id.description])
    }

    public func locations(_ query: ListQuery = ListQuery()) async throws(ErrorReply) -> LocationsReply {
        try await send(.GET, ["locations"], query: query.items)
    }

    public func createLocation(_ request: CreateLocationRequest) async throws(ErrorReply) -> Location {
        try await send(.POST, ["locations"], body: request)
    }

    public func location(_ id: LocationID) async throws(ErrorReply) -> Location {
        try await send(.GET, ["locations", id.description])
    }

    public func editLocation(_ id: LocationID, _ request: EditLocationRequest) async throws(ErrorReply) -> Location {
        try await send(.PATCH, ["locations", id.description], body: request)
    }

    public func deleteLocation(_ id: LocationID) async throws(ErrorReply) -> Location {
        try await send(.DELETE, ["locations", id.description])
    }

    public func tokens() async throws(ErrorReply) -> TokensReply { try await send(.GET, ["tokens"]) }

    public func createToken(_ request: CreateTokenRequest) async throws(ErrorReply) -> CreateTokenReply {
        try await send(.POST, ["tokens"], body: request)
    }

    public func revokeToken(_ name: String) async throws(ErrorReply) -> TokenInfo {
        try await send(.DELETE, ["tokens", name])
    }

    public func tenants() async throws(ErrorReply) -> TenantsReply { try await send(.GET, ["tenants"]) }

    public func createTenant(_ request: CreateTenantRequest) async throws(ErrorReply) -> TenantInfo {
        try await send(.POST, ["tenants"], body: request)
    }

    public func editTenant(_ slug: String, _ request: EditTenantRequest) async throws(ErrorReply) -> TenantInfo {
        try await send(.PATCH, ["tenants", slug], body: request)
    }

    public func pairScreen(_ request: PairScreenRequest = PairScreenRequest()) async throws(ErrorReply)
        -> PairScreenReply
    {
        try await send(.POST, ["screens", "pair"], body: request)
    }

    /// Takes as long as it takes, up to an hour.
    public func backup(_ request: BackupRequest) async throws(ErrorReply) -> BackupReply {
        try await send(.POST, ["backup"], body: request, timeout: .hours(1))
    }

    /// Takes as long as it takes, up to an hour.
    public func verify() async throws(ErrorReply) -> VerifyReply {
        try await send(.POST, ["verify"], timeout: .hours(1))
    }
}

extension RowID {
    fileprivate func query(_ limit: Int?) -> [(String, String)] {
        [("since", description)] + (limit.map { [("limit", String($0))] } ?? [])
    }
}
