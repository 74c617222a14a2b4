import DepotAPI
import DepotDialect
import DepotEngine
import DepotModel
import DepotStore
import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore
import NIOPosix

/// Keeps long reads from delaying others. A read that is not answered within milliseconds is repeated on a thread for longer
/// ones, and then on one of two threads for long ones, where each caller has one at a time. After seconds it fails.
///
/// Only reads are repeated. A change is answered once; its reads are by key.
struct ReadLimitMiddleware: RouterMiddleware {
    /// The time for which a read may wait for a thread.
    private static let longestWait = TimeAmount.seconds(10)
    /// The maximum number of reads of one caller that wait for a thread.
    private static let mostWaiting = 12

    private let medium = ReadThreads(count: 1)
    /// One of two processors is left to everybody else.
    private let long = ReadThreads(count: System.coreCount > 2 ? 2 : 1)
    /// Exports and imports: each page takes little, so that they do not stand behind questions that take long.
    private let bulk = ReadThreads(count: 1)
    /// Those who stand at the station wait for nobody on the network.
    private let local = ReadThreads(count: 1)
    /// Event streams, which catch up with the whole ledger where they are asked to.
    private let streams = ReadThreads(count: 1, niceness: 0)
    private let exports = OpenExports()
    private let costly = CostlyRoutes()

    func handle(
        _ request: Request, context: StationContext,
        next: (Request, StationContext) async throws -> Response
    ) async throws -> Response {
        let caller = context.callerID
        var request = request
        switch try await kind(of: &request, context) {
        case .question: break
        case .change:
            let budget = context.transport == .unixSocket ? ReadBudget.own : .once()
            return try paged(try await answer(budget) { try await next(request, context) }, caller, context)
        case .bulk:
            return try await withTaskExecutorPreference(bulk.executor(for: caller)) {
                try await answer(.pages()) { try await next(request, context) }
            }
        }
        let route = "\(caller) \(request.method) \(context.endpointPath ?? "")"
        var level = costly.level(of: route, at: .now())
        while true {
            let budget = ReadBudget.request(level)
            let asked = NIODeadline.now()
            let threads = threads(of: context, at: level)
            guard threads.map({ $0.waiting(of: caller) < Self.mostWaiting }) ?? true else { throw Self.tooMany }
            let response: Response? = try await Self.run(on: threads?.executor(for: caller)) {
                guard level == .short || NIODeadline.now() - asked < Self.longestWait else { throw Self.tooMany }
                // whoever has given up is not answered
                guard level == .short || context.channel.isActive else { throw CancellationError() }
                do {
                    let response = try await answer(budget) { try await next(request, context) }
                    return budget.isExceeded ? nil : response
                } catch let error as RequestError where budget.isExceeded && level.next == nil {
                    var exceeded = RequestError(catching: ReadBudget.error)
                    exceeded.dialect = error.dialect
                    throw exceeded
                } catch {
                    guard budget.isExceeded else { throw error }
                    return nil
                }
            }
            if let response {
                costly.note(route, level, spent: budget.spent, at: .now())
                return try paged(response, caller, context)
            }
            guard let higher = level.next else { throw ReadBudget.error }
            level = higher
            costly.note(route, level, at: .now())
        }
    }

    private static let tooMany = DepotError(
        .busy, "Too many large queries at the same time.", hint: "send them one at a time, or narrow them")

    /// The threads on which a request is answered, or nil for those that serve everybody.
    private func threads(of context: StationContext, at level: ReadBudget.Level) -> ReadThreads? {
        switch level {
        case .short: nil
        case .medium: context.transport == .unixSocket ? local : medium
        case .long: context.transport == .unixSocket ? local : long
        }
    }

    /// Runs the answer on its threads; without any, on the executor of the task.
    private static func run<Value: Sendable>(
        on executor: (any TaskExecutor)?, _ body: () async throws -> Value
    ) async throws -> Value {
        guard let executor else { return try await body() }
        return try await withTaskExecutorPreference(executor, operation: body)
    }

    private func answer(_ budget: ReadBudget, _ body: () async throws -> Response) async throws -> Response {
        try await ReadBudget.$current.withValue(budget) { try await body() }
    }

    /// The treatment of a request whose reads take longer than they should.
    private enum Kind {
        /// It is answered again: it asks something.
        case question
        /// It changes something, or its body is read as it comes: it is answered once.
        case change
        /// The same, on the thread of exports and imports: there is much to do.
        case bulk
    }

    /// Returns the treatment, which depends on the route and on no header. The body of a read is collected, so that it can
    /// be read again.
    private func kind(of request: inout Request, _ context: StationContext) async throws -> Kind {
        guard let route = context.route else { return .change }
        // whoever stands at the station gets his answer whoever reads how much over the network, and a link is spent
        if context.transport == .unixSocket && route.path == "\(StationAPI.prefix)/status" { return .change }
        if route.path == ScreenRoutes.pairingPath { return .change }
        if request.method == .get || request.method == .head { return .question }
        if route.streamsBody { return .bulk }
        guard route.access <= .viewer, let access = try? context.caller.get().access, access >= route.access else {
            return .change
        }
        request.body = RequestBody(buffer: ByteBuffer(bytes: try await context.bytes(of: request)))
        return .question
    }

    /// An answer that is read page by page reads on a thread for such, and event streams on another.
    private func paged(_ response: Response, _ caller: String, _ context: StationContext) throws -> Response {
        guard response.body.contentLength == nil else { return response }
        var response = response
        let body = response.body
        if response.headers[.contentType] == StationAPI.eventStream {
            let executor = (context.transport == .unixSocket ? local : streams).executor(for: caller)
            response.body = ResponseBody { writer in
                try await withTaskExecutorPreference(executor) {
                    try await ReadBudget.$current.withValue(.stream()) { try await body.write(writer) }
                }
            }
        } else {
            let (place, executor) = (try exports.enter(caller), bulk.executor(for: caller))
            response.body = ResponseBody { writer in
                defer { withExtendedLifetime(place) {} }
                try await withTaskExecutorPreference(executor) {
                    try await ReadBudget.$current.withValue(.pages()) { try await body.write(writer) }
                }
            }
        }
        return response
    }
}
