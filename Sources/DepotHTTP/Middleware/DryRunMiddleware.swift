import DepotAPI
import DepotDialect
import HTTPTypes
import Hummingbird

/// Reads `Depot-Dry-Run`, and refuses it for requests that have no dry run.
struct DryRunMiddleware: RouterMiddleware {
    let errors: ErrorResponder

    func handle(
        _ request: Request, context: StationContext,
        next: (Request, StationContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        do throws(RequestError) {
            context.isDryRun = try isDryRun(request, context)
        } catch {
            return errors.response(to: error, request, context)
        }
        return try await next(request, context)
    }

    private func isDryRun(_ request: Request, _ context: StationContext) throws(RequestError) -> Bool {
        guard let wanted = request.headers[.dryRun]?.lowercased(), wanted != "false" else { return false }
        guard wanted == "true" else { throw .badRequest("Depot-Dry-Run must be true or false.") }
        guard request.method != .get, request.method != .head, context.dialect == nil else { return true }
        let tried = ["assets", "audits", "people", "locations", "transitions"].contains { part in
            request.uri.path.hasPrefix("\(StationAPI.prefix)/\(part)")
        }
        guard tried else { throw .badRequest("This request has no dry run; nothing was changed.") }
        return true
    }
}
