import DepotDialect
import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore

/// Answers a change as the first time, where it comes again under the same `Idempotency-Key`.
struct IdempotencyMiddleware: RouterMiddleware {
    let retries: Retries
    let errors: ErrorResponder

    func handle(
        _ request: Request, context: StationContext,
        next: (Request, StationContext) async throws -> Response
    ) async throws -> Response {
        // a question changes nothing, whoever asks it, and neither does who may only read: there is nothing to keep
        // a dry run changes nothing either, and the key is the real one's
        guard let key = try Retries.key(of: request), !context.isDryRun, (try? context.scope.get()) != nil,
            let route = context.route, route.access >= .operator,
            let access = try? context.caller.get().access,
            access >= .operator || (route.isForTouch && access == .screen)
        else { return try await next(request, context) }
        var (request, context) = (request, context)
        var body: [UInt8] = []
        // an import may be larger than memory; its key goes by the request's head
        let isForm = request.headers[.contentType]?.lowercased().hasPrefix("multipart/") == true
        if !isForm {
            body = try await context.bytes(of: request)
            request.body = RequestBody(buffer: ByteBuffer(bytes: body))
        }
        let attempt = try retries.attempt(key, request, context, body: body)
        if isForm {
            // its file and its `dry_run` are not in the fingerprint, so its answer is none for another form: the
            // import itself changes nothing twice under one operation
            context.operation = attempt.operation
            return try await next(request, context)
        }
        if let earlier = try retries.earlier(attempt) { return earlier }
        context.operation = attempt.operation
        let response: Response
        do { response = try await next(request, context) } catch {
            response = errors.response(to: error, request, context)
        }
        return try await retries.keep(response, attempt)
    }
}
