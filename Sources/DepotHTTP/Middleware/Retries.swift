import Crypto
import DepotDialect
import DepotEngine
import DepotModel
import DepotStore
import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore

/// The handling of `Idempotency-Key`: a repeated request receives the first answer, even after a restart.
///
/// The identity of the change is derived from the key, so that a committed change is never applied twice, even if the
/// station stopped before it could store the answer. Answers are kept for a week. Not kept are the answers to reads
/// (requests that need no operator), streams, and rejections before the route (authentication, authorization and rate
/// limit).
struct Retries: Sendable {
    let station: Station

    /// A request with a key.
    struct Attempt: Sendable {
        fileprivate var key: RequestKey
        fileprivate var fingerprint: [UInt8]
        /// The identity of the change.
        var operation: UniqueID
        /// A Boolean value that is true if the answer contains a secret that is stored nowhere: a token or a pairing
        /// link.
        fileprivate var isSecret: Bool
    }

    /// Returns the key of a request, or nil if it has none or its method needs none.
    static func key(of request: Request) throws(RequestError) -> String? {
        guard request.method != .get, request.method != .head, let key = request.headers[.idempotencyKey] else {
            return nil
        }
        guard (1...255).contains(key.utf8.count) else {
            throw .invalid("Idempotency-Key", "An Idempotency-Key must have 1 to 255 characters.")
        }
        return key
    }

    /// Returns the attempt for a request; `body` is the part of its body that was read.
    func attempt(_ key: String, _ request: Request, _ context: StationContext, body: [UInt8]) throws -> Attempt {
        let caller = try? context.caller.get()
        let actor = caller.map { "\($0.actor.kind.rawValue):\($0.actor.name):\($0.since)" } ?? "anyone"
        var hash = SHA256()
        func add(_ text: String) {
            hash.update(data: Array(text.utf8))
            hash.update(data: [0])
        }
        add(request.method.rawValue)
        add(request.uri.string)
        add(try context.tenant().description)
        add(request.headers[.contentLength] ?? "")
        hash.update(data: body)
        let fingerprint = Array(hash.finalize())
        // The digest includes the request: if no answer was kept, another request with the same key is another change.
        let digest = Array(SHA256.hash(data: Array("\(actor)\u{0}\(key)\u{0}".utf8) + fingerprint))
        func word(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }
        // A version 8 UUID (RFC 9562 §5.8).
        let operation = UniqueID(
            high: word(digest[0..<8]) & 0xFFFF_FFFF_FFFF_0FFF | 0x8000,
            low: word(digest[8..<16]) & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000)
        let isSecret = ["tokens", "screens"].contains { part in
            request.uri.path.split(separator: "/").starts(with: ["station", "v1", part[...]])
        }
        return Attempt(
            key: RequestKey(actor: actor, key: key), fingerprint: fingerprint, operation: operation, isSecret: isSecret)
    }

    /// Returns the first answer, or nil for a first attempt.
    ///
    /// - Throws: A conflict if the key was used for another request.
    func earlier(_ attempt: Attempt) throws -> Response? {
        guard let kept = try station.store.keptAnswer(attempt.key) else { return nil }
        guard kept.fingerprint == attempt.fingerprint else {
            throw DepotError(
                .conflict, "This Idempotency-Key was already used for a different request.",
                hint: "use a new key for each request")
        }
        var headers = HTTPFields()
        for (name, value) in kept.headers { headers[HTTPField.Name.fieldName(name)] = value }
        headers[.fieldName("Idempotency-Replayed")] = "true"
        return Response(
            status: HTTPResponse.Status(code: kept.status), headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: kept.body)))
    }

    /// Stores the answer durably before it is sent, if it is one to keep, and returns the response.
    func keep(_ response: Response, _ attempt: Attempt) async throws -> Response {
        let code = response.status.code
        guard code < 500, ![401, 403, 413, 429].contains(code), !attempt.isSecret,
            let length = response.body.contentLength, length <= 1 << 18
        else { return response }
        var response = response
        let bytes = try await Collected.bytes(of: response.body)
        response.body = ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
        var headers: [String: String] = [:]
        for name in [HTTPField.Name.contentType, .eTag, .location, .dryRun] {
            if let value = response.headers[name] { headers[name.rawName] = value }
        }
        try await station.store.keep(
            KeptAnswer(
                fingerprint: attempt.fingerprint, status: code, headers: headers, body: bytes, at: station.now()),
            for: attempt.key)
        return response
    }
}

/// A writer that collects a response body.
private struct Collected: ResponseBodyWriter {
    private final class Store {
        var bytes: [UInt8] = []
    }

    private let store = Store()

    static func bytes(of body: ResponseBody) async throws -> [UInt8] {
        let collected = Collected()
        let store = collected.store
        try await body.write(collected)
        return store.bytes
    }

    mutating func write(_ buffer: ByteBuffer) async throws { store.bytes.append(contentsOf: buffer.readableBytesView) }

    consuming func finish(_ trailingHeaders: HTTPFields?) async throws {}
}
