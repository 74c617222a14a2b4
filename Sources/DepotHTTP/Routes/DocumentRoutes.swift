import DepotDialect
import HTTPTypes

/// The route `GET /openapi.yaml`, which describes all others.
struct DocumentRoutes: RouteGroup {
    var routes: [RouteTable.Route] {
        [.init(method: .get, path: "/openapi.yaml", access: .anyone) { _, _ in EmbeddedFile.openAPI.reply }]
    }
}
