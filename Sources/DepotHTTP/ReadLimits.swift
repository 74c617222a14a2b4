import DepotAPI
import DepotDialect
import DepotModel
import DepotStore
import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore
import Synchronization

/// Keeps long reads from everybody else: what is not answered within milliseconds is answered again on the threads for
/// long reads, where each caller has one at a time, and is given up after seconds.
///
/// A request is the same asked twice: a change is recognised by its operation, and questions change nothing.
struct ReadLimits: RouterMiddleware {
    /// How long a question may wait for the threads.
    private static let longestWait = TimeAmount.seconds(10)

    let threads = ReadThreads()
    let costly = CostlyRoutes()

    func handle(
        _ request: Request, context: StationContext,
        next: (Request, StationContext) async throws -> Response
    ) async throws -> Response {
        let caller = Self.caller(context)
        var request = request
        // whoever stands at the station gets his answer whoever reads how much over the network
        let isLocal = context.face == .socket && context.endpointPath == "\(StationAPI.prefix)/status"
        guard try await canRepeat(&request, context), !isLocal else {
            return try await answer(.once()) { try await next(request, context) }
        }
        let route = "\(caller) \(request.method) \(context.endpointPath ?? "")"
        if !costly.contains(route, at: .now()) {
            let budget = ReadBudget.short()
            do {
                let response = try await answer(budget) { try await next(request, context) }
                if !budget.isExceeded { return paged(response, caller) }
            } catch {
                guard budget.isExceeded else { throw error }
            }
        }
        let asked = NIODeadline.now()
        return try await withTaskExecutorPreference(threads.executor(for: caller)) {
            guard NIODeadline.now() - asked < Self.longestWait else {
                throw DepotError(
                    .busy, "Too many large questions are asked at one time.",
                    hint: "ask one after the other, or narrow them")
            }
            let budget = ReadBudget.long()
            do {
                let response = try await answer(budget) { try await next(request, context) }
                if !budget.isExceeded {
                    costly.set(route, at: .now(), isCostly: budget.spent > .milliseconds(3))
                    return paged(response, caller)
                }
            } catch let error as DialectFace.Routed where budget.isExceeded {
                throw DialectFace.Routed(error: ReadBudget.error, dialect: error.dialect)
            } catch {
                guard budget.isExceeded else { throw error }
            }
            costly.set(route, at: .now(), isCostly: true)
            throw ReadBudget.error
        }
    }

    private func answer(_ budget: ReadBudget, _ body: () async throws -> Response) async throws -> Response {
        try await ReadBudget.$current.withValue(budget) { try await body() }
    }

    /// Whose turn it is taken for.
    private static func caller(_ context: StationContext) -> String {
        guard let caller = try? context.caller.get() else { return context.address ?? "-" }
        return "\(caller.actor.kind.rawValue) \(caller.actor.name) \(caller.since.milliseconds)"
    }

    /// Whether the request can be answered a second time; its body is read for that. A form is read as it comes.
    private func canRepeat(_ request: inout Request, _ context: StationContext) async throws -> Bool {
        if request.method == .get || request.method == .head { return true }
        guard request.headers[.contentType]?.lowercased().hasPrefix("multipart/") != true,
            (try? context.caller.get()) != nil
        else { return false }
        request.body = RequestBody(buffer: ByteBuffer(bytes: try await context.bytes(of: request)))
        return true
    }

    /// An answer that is read page by page reads on the threads for long reads. Event streams read a few rows by key.
    private func paged(_ response: Response, _ caller: String) -> Response {
        guard response.body.contentLength == nil, response.headers[.contentType] != StationAPI.eventStream else {
            return response
        }
        var response = response
        let (body, executor) = (response.body, threads.executor(for: caller))
        response.body = ResponseBody { writer in
            try await withTaskExecutorPreference(executor) {
                try await ReadBudget.$current.withValue(.pages()) { try await body.write(writer) }
            }
        }
        return response
    }
}

/// The routes by which callers lately asked what takes long, so that it is not tried in vain each time.
final class CostlyRoutes: Sendable {
    /// How long that is remembered.
    private static let memory = TimeAmount.seconds(10)
    /// How many are remembered.
    private static let places = 1000

    private let known = Mutex<[String: NIODeadline]>([:])

    func contains(_ route: String, at now: NIODeadline) -> Bool {
        known.withLock { known in known[route].map { now < $0 } ?? false }
    }

    func set(_ route: String, at now: NIODeadline, isCostly: Bool) {
        known.withLock { known in
            if known.count >= Self.places { known.removeAll() }
            known[route] = isCostly ? now + Self.memory : nil
        }
    }
}
