import DepotDialect
import DepotModel
import HTTPTypes
import Hummingbird
import Logging
import NIOCore

/// Counts and logs every response.
struct AccessLogMiddleware: RouterMiddleware {
    let metrics: RequestMetrics
    let logger: Logger

    func handle(
        _ request: Request, context: StationContext,
        next: (Request, StationContext) async throws -> Response
    ) async throws -> Response {
        let response = try await next(request, context)
        metrics.count(response.status.code)
        log(request, context, response, NIODeadline.now() - context.receivedAt)
        return response
    }

    private func log(_ request: Request, _ context: StationContext, _ response: Response, _ time: TimeAmount) {
        let isQuiet = (request.method == .get || request.method == .head) && response.status.code < 500
        // 503 is what callers may bring about; that nothing can be written is logged where it begins
        let isFault = response.status.code >= 500 && response.status != .serviceUnavailable
        let level: Logger.Level = isFault ? .error : isQuiet ? .debug : .info
        guard level >= logger.logLevel else { return }
        logger.log(
            level: level, "request",
            metadata: [
                "request": "\(context.requestID)", "method": "\(request.method.rawValue)",
                "path": "\(loggedPath(request.uri.path))",
                "status": "\(response.status.code)", "ms": "\(time.nanoseconds / 1_000_000)",
                "actor": "\((try? context.caller.get().actor.name) ?? "-")",
                "face": "\(context.transport == .unixSocket ? "socket" : context.dialect?.face.rawValue ?? "tcp")",
            ])
    }
}
