import DepotDialect
import HTTPTypes

/// `GET /openapi.yaml`: every route of every group.
struct DocumentRoutes: RouteGroup {
    var routes: [RouteTable.Route] {
        [.init(method: .get, path: "/openapi.yaml", access: .anyone) { _, _ in EmbeddedFile.openAPI.reply }]
    }
}
