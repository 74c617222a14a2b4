import DepotDialect
import HTTPTypes

/// The route `GET /openapi.yaml`, which describes all others.
extension StationFace {
    func documentRoutes() -> [RouteTable.Route] {
        [.init(method: .get, path: "/openapi.yaml", access: .anyone) { _, _ in EmbeddedFile.openAPI.reply }]
    }
}
