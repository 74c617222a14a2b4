import DepotDialect
import DepotModel

/// Turns a request away where many connections of its token have requests in progress already.
struct WorkLimit: Sendable {
    let connections: Connections

    /// Counts the request, before anything of its body is read.
    func take(_ context: StationContext) throws(RequestError) {
        guard let token = (try? context.caller.get())?.token, let connection = context.connection,
            !connections.work(on: connection, for: token)
        else { return }
        throw RequestError(
            .busy, "This token already has \(connections.limits.perToken) requests in progress.",
            hint: "wait for their responses")
    }
}
