import DepotDialect
import HTTPTypes

/// `GET /openapi.yaml`: every route of every group.
extension StationFace {
    func documentRoutes() -> [RouteTable.Route] {
        [.init(method: .get, path: "/openapi.yaml", access: .anyone) { _, _ in EmbeddedFile.openAPI.reply }]
    }
}
