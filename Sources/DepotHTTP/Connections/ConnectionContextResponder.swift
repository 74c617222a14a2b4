import DepotStore
import Hummingbird
import HummingbirdCore

/// Adds the transport and the connection to the context of a request.
struct ConnectionContextResponder: HTTPResponder {
    let base: any HTTPResponder<StationContext>
    let transport: Transport
    let connections: Connections
    let maximumBody: Int

    func respond(to request: Request, context: StationContext) async throws -> Response {
        var context = context
        context.transport = transport
        context.connection = connections.connection(context.channel)
        context.maximumBody = maximumBody
        // what is read for a request is not read over the lanes' connections
        return try await ReadBudget.$current.withValue(.once()) { [context] in
            try await base.respond(to: request, context: context)
        }
    }
}
