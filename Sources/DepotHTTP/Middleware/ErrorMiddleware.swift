import Hummingbird

/// Turns a thrown error into the response.
struct ErrorMiddleware: RouterMiddleware {
    let errors: ErrorResponder

    func handle(
        _ request: Request, context: StationContext,
        next: (Request, StationContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch {
            return errors.response(to: error, request, context)
        }
    }
}
