import COpenAPI
import DepotDialect
import HTTPTypes
import Hummingbird
import NIOCore

/// `GET /openapi.yaml`: every route of every group.
extension StationFace {
    func documentRoutes() -> [RouteTable.Route] {
        let document = ByteBuffer(
            bytes: UnsafeRawBufferPointer(start: openapi_document(), count: openapi_document_size()))
        return [
            .init(method: .get, path: "/openapi.yaml", access: .anyone) { _, _ in
                Response(
                    status: .ok, headers: [.contentType: "application/yaml"], body: ResponseBody(byteBuffer: document))
            }
        ]
    }
}
