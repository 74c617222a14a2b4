import DepotAPI
import DepotModel
import HTTPTypes
import Hummingbird
import NIOCore

/// Returns a response with a JSON body.
func reply(_ value: some Encodable, _ status: HTTPResponse.Status = .ok) throws -> Response {
    let data = try WireJSON.encode(value)
    return Response(
        status: status, headers: [.contentType: "application/json"],
        body: ResponseBody(byteBuffer: ByteBuffer(bytes: data)))
}

/// Returns a response with the JSON of an entity, whose version is the entity tag.
func reply(_ value: some Encodable, version: Int64?, _ status: HTTPResponse.Status = .ok) throws -> Response {
    var response = try reply(value, status)
    if let version { response.headers[.eTag] = "\"\(version)\"" }
    return response
}

/// Returns a response with a text body.
func textReply(_ text: String, type: String, _ status: HTTPResponse.Status = .ok) -> Response {
    Response(
        status: status, headers: [.contentType: type], body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
}
