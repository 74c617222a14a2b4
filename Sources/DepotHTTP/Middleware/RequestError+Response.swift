import DepotAPI
import DepotDialect
import DepotModel
import HTTPTypes
import Hummingbird
import NIOCore

extension RequestError {
    /// The error in the form of the station API.
    func reply(request: String) -> ErrorReply {
        var candidates: [Match]?
        if case .ambiguous(_, let matches) = reason { candidates = matches }
        return ErrorReply(
            DepotError(code, message, hint: hint), refusal: refusal, candidates: candidates,
            request: request.isEmpty ? nil : request)
    }

    /// The JSON of the station API's error reply.
    func body(request: String) -> ByteBuffer {
        guard let data = try? WireJSON.encode(reply(request: request)) else { return ByteBuffer() }
        return ByteBuffer(bytes: data)
    }

    /// The station API's error reply.
    func response(request: String) -> Response {
        let status = HTTPResponse.Status(code: reply(request: request).status)
        var headers = headers
        headers[.contentType] = "application/json"
        if status == .unauthorized { headers[.wwwAuthenticate] = "Bearer realm=\"depot\"" }
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: body(request: request)))
    }
}
