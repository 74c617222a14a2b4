import DepotAPI
import DepotDialect
import DepotEngine
import DepotModel
import DepotStore
import HTTPTypes
import Hummingbird
import TextFormats

/// Commits the changes of assets that routes ask for.
struct AssetChanges: Sendable {
    let station: Station

    /// Commits one transition of one asset and answers with it.
    func apply(
        _ kind: Transition.Kind, to asset: AssetID, operation: UniqueID?, note: String?, version: Int64?,
        _ request: Request, _ context: StationContext
    ) async throws -> Response {
        try await apply(
            operation: operation, note: note, version: version, isSearch: false, request, context
        ) { _ in (kind, asset) }
    }

    /// Commits one transition of one asset, which `find` finds, and answers with it.
    ///
    /// - Parameter isSearch: A Boolean value that is true if the search takes more than indexes, so that no writer waits
    ///   for it. Otherwise the asset is found inside the transaction, whose pages are in memory.
    func apply(
        operation: UniqueID?, note: String?, version: Int64?, isSearch: Bool, _ request: Request,
        _ context: StationContext, _ find: @escaping @Sendable (TenantStore) throws -> (Transition.Kind, AssetID)
    ) async throws -> Response {
        let store = try context.store(station)
        let version = try version ?? request.expectedVersion()
        let found = isSearch ? try find(store) : nil
        let change = try context.change(station, operation: operation)
        let outcome: Result<Applied, RequestError> = try await store.change(change) { inventory in
            do {
                let (kind, asset) = try found ?? find(inventory.tenantStore)
                return .success(try inventory.apply(kind, to: asset, note: note, version: version))
            } catch let error as RequestError {
                // nothing was written yet
                return .failure(error)
            }
        }
        return reply(try outcome.get())
    }

    /// The reply to a committed change.
    func reply(_ applied: Applied, _ status: HTTPResponse.Status = .ok) -> Response {
        DepotHTTP.reply(version: applied.asset?.asset.version, status) { json in
            json.object { json in
                json.key("event")
                json.value(applied.event)
                if let asset = applied.asset {
                    json.key("asset")
                    json.value(asset)
                }
                json.member("repeated", applied.wasRepeat)
            }
        }
    }
}
