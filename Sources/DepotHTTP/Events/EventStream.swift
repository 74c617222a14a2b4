import DepotAPI
import DepotDialect
import DepotEngine
import DepotModel
import DepotStore
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import ServiceLifecycle
import Synchronization

/// The limits of event streams.
package struct EventStreamLimits: Sendable {
    /// The maximum number of simultaneous subscribers.
    package var subscribers = 64
    /// The number of places that are reserved for counter screens and the control socket.
    package var kept = 16
    /// The maximum number of subscribers with the same token.
    package var perToken = 8
    /// The interval between two heartbeats of an idle stream.
    package var heartbeat = Duration.seconds(15)
    /// The maximum number of events in one write.
    package var batch = 100

    /// Creates the default limits.
    package init() {}
}

/// The event stream (WHATWG HTML §9.2): all events after a cursor in order, without gaps or repetitions, and the
/// changes of lanes and scanners.
///
/// A subscriber is a cursor into the ledger and a subscription at the hub. Its unread events stay in the ledger, so a
/// slow subscriber costs nothing. One that reads nothing at all is disconnected, and so is one whose token is revoked
/// or expires.
struct EventStream: Sendable {
    let station: Station
    let limits: EventStreamLimits
    let subscribers: SubscriberCount
    let answers: OpenAnswers

    private static let comment = ByteBuffer(string: ":\n\n")

    /// Returns the response that streams events.
    ///
    /// - Parameter cursor: The last event that the subscriber has, or nil to begin with the next commit. A cursor
    ///   beyond the ledger's end belongs to another ledger, and is treated as nil.
    func response(after cursor: EventNumber?, _ request: Request, _ context: StationContext) throws -> Response {
        guard request.method != .head else {
            return Response(status: .ok, headers: Self.headers)
        }
        // This comes before a place is taken, which an error would not release.
        let tenant = try context.visibleTenant(request)
        let view = ScreenView(context)
        let caller = try context.caller.get()
        try subscribers.enter(caller)
        // The subscription precedes the reading of the cursor, so that commits in between are signalled.
        let subscription = station.events.subscribe(to: tenant)
        let place = Lease { [subscribers] in
            subscribers.leave(caller.token)
            subscription.cancel()
        }
        let (connection, loop) = (context.connection, context.channel.eventLoop)
        let right = try answers.enter(caller, on: loop) { [weak place] in
            subscription.cancel()
            // The connection is closed if the subscriber does not read the end.
            loop.scheduleTask(in: .seconds(1)) { [weak place] in if place != nil { connection?.close() } }
        }
        let newest = station.store.lastEvent
        let start = cursor.map { min($0, newest) } ?? newest
        let body = ResponseBody { writer in
            defer { place.release() }
            let timer = heartbeat(of: context)
            defer { timer.cancel() }
            _ = try await request.body.consumeWithInboundCloseHandler { _ in
                try await withGracefulShutdownHandler {
                    try await send(after: start, of: tenant, view, subscription, right, to: &writer)
                } onGracefulShutdown: {
                    subscription.cancel()
                }
            } onInboundClosed: {
                subscription.cancel()
            }
            try await writer.finish(nil)
        }
        return Response(status: .ok, headers: Self.headers, body: body)
    }

    private static let headers: HTTPFields = [
        .contentType: StationAPI.eventStream, .cacheControl: "no-store",
        HTTPField.Name.fieldName("X-Accel-Buffering"): "no",
    ]

    private func heartbeat(of context: StationContext) -> RepeatedTask {
        let connection = context.connection
        return context.channel.eventLoop.scheduleRepeatedTask(
            initialDelay: TimeAmount(limits.heartbeat), delay: TimeAmount(limits.heartbeat)
        ) { _ in connection?.send(comment: Self.comment) }
    }

    private func send(
        after start: EventNumber, of tenant: TenantID?, _ view: ScreenView, _ subscription: Subscription,
        _ right: Lease?, to writer: inout any ResponseBodyWriter
    ) async throws {
        var cursor = start
        try await writer.write(ByteBuffer(string: "retry: 2000\n\n"))
        try await catchUp(&cursor, of: tenant, view, right, to: &writer)
        for await signal in subscription {
            guard right?.isEnded != true else { return }
            switch signal {
            case .ledger: try await catchUp(&cursor, of: tenant, view, right, to: &writer)
            case .lane(let lane):
                try await writer.write(try Self.message(StationAPI.StreamName.lane, view.lane(lane)))
            case .scanner(let scanner):
                try await writer.write(try Self.message(StationAPI.StreamName.scanner, scanner))
            case .health(let health): try await writer.write(try Self.message(StationAPI.StreamName.health, health))
            }
        }
    }

    private func catchUp(
        _ cursor: inout EventNumber, of tenant: TenantID?, _ view: ScreenView, _ right: Lease?,
        to writer: inout any ResponseBodyWriter
    ) async throws {
        while right?.isEnded != true {
            let found =
                try station.events.cached(after: cursor)
                ?? station.store.eventBodies(since: cursor, limit: limits.batch)
            guard let last = found.prefix(limits.batch).last else { return }
            var buffer = ByteBuffer()
            for event in found.prefix(limits.batch) where tenant == nil || event.tenant == tenant {
                guard let json = view.event(event) else { continue }
                buffer.writeString("id: \(event.number)\n")
                Self.write(StationAPI.StreamName.event, json, to: &buffer)
            }
            if buffer.readableBytes > 0 { try await writer.write(buffer) }
            cursor = last.number
        }
    }

    private static func message(_ name: String, _ value: some Encodable) throws -> ByteBuffer {
        var buffer = ByteBuffer()
        write(name, try WireJSON.encode(value), to: &buffer)
        return buffer
    }

    /// Writes one message of the stream. JSON escapes line ends in strings; one between values, if it was stored,
    /// begins another `data:` line, and the reader joins these with line feeds.
    static func write(_ name: String, _ json: some Collection<UInt8>, to buffer: inout ByteBuffer) {
        buffer.writeString("event: \(name)\n")
        for line in json.split(omittingEmptySubsequences: false, whereSeparator: { $0 == 0x0A || $0 == 0x0D }) {
            buffer.writeString("data: ")
            buffer.writeBytes(line)
            buffer.writeString("\n")
        }
        buffer.writeString("\n")
    }
}

/// The number of subscribers.
final class SubscriberCount: Sendable {
    private struct State {
        var count = 0
        var byToken: [String: Int] = [:]
    }

    private let limits: EventStreamLimits
    private let state = Mutex(State())

    init(_ limits: EventStreamLimits) { self.limits = limits }

    var current: Int { state.withLock { $0.count } }

    /// Takes a place, which is given back by `leave`.
    func enter(_ caller: Caller) throws(RequestError) {
        let (token, limits) = (caller.token, limits)
        // A quarter of the reserved places is for the control socket only.
        let most =
            token == nil
            ? limits.subscribers
            : max(0, limits.subscribers - (caller.access == .screen ? limits.kept / 4 : limits.kept))
        let failure: RequestError? = state.withLock { state in
            let own = token.flatMap { state.byToken[$0] } ?? 0
            guard own < limits.perToken else {
                return RequestError(
                    .busy, "\(caller.actor.name) already has \(own) event streams.", hint: "close one of them first")
            }
            guard state.count < most else {
                return RequestError(.busy, "There are already \(state.count) event streams.", hint: "try again later")
            }
            state.count += 1
            if let token { state.byToken[token] = own + 1 }
            return nil
        }
        if let failure { throw failure }
    }

    /// Gives a place back.
    func leave(_ token: String?) {
        state.withLock { state in
            state.count -= 1
            if let token, let own = state.byToken[token] { state.byToken[token] = own > 1 ? own - 1 : nil }
        }
    }
}
