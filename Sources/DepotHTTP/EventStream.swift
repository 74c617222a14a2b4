import DepotAPI
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

/// What event stream subscribers may use up.
package struct EventStreamLimits: Sendable {
    /// Subscribers at one time.
    package var subscribers = 64
    /// How often an idle stream says that it is alive.
    package var heartbeat = Duration.seconds(15)
    /// How long one write may take, to the next heartbeat.
    package var stall = Duration.seconds(30)
    /// Events of one write.
    package var batch = 100

    package init() {}
}

/// The event stream (WHATWG HTML §9.2): everything committed after a cursor, in order, without gap or repeat, and the
/// lanes and scanners as they change.
///
/// A subscriber is a cursor into the ledger and a place at the hub. What he has not read yet waits in the ledger, so a
/// slow one costs nothing; one that reads nothing at all is dropped.
struct EventStream: Sendable {
    let station: Station
    let limits: EventStreamLimits
    let subscribers: SubscriberCount
    let logger: Logger

    private static let comment = ByteBuffer(string: ":\n\n")

    /// Answers with the stream.
    ///
    /// - Parameter cursor: the last event the subscriber has; nil: from now on. One that the ledger has not reached is
    ///   that of another ledger, so it means from now on too.
    func response(after cursor: EventNumber?, _ request: Request, _ context: StationContext) throws -> Response {
        guard request.method != .head else {
            return Response(status: .ok, headers: Self.headers)
        }
        // Before a place is taken, which a throw would not give back.
        let tenant = try context.visibleTenant(request)
        guard subscribers.enter(atMost: limits.subscribers) else {
            throw Failure(.busy, "There are \(limits.subscribers) subscribers already.", hint: "try again later")
        }
        // The place at the hub comes before the cursor: what is committed between the two is then signalled.
        let subscription = station.events.subscribe(to: tenant)
        let place = SubscriberCount.Place(subscribers, subscription)
        let newest = station.store.lastEvent
        let start = cursor.map { min($0, newest) } ?? newest
        let body = ResponseBody { writer in
            defer { place.leave() }
            let timer = heartbeat(of: context)
            defer { timer.cancel() }
            _ = try await request.body.consumeWithInboundCloseHandler { _ in
                try await withGracefulShutdownHandler {
                    try await send(after: start, of: tenant, subscription, context.connection, to: &writer)
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
        let (connection, stall) = (context.connection, TimeAmount(limits.stall))
        return context.channel.eventLoop.scheduleRepeatedTask(
            initialDelay: TimeAmount(limits.heartbeat), delay: TimeAmount(limits.heartbeat)
        ) { _ in connection?.tick(stall: stall, comment: Self.comment) }
    }

    private func send(
        after start: EventNumber, of tenant: TenantID?, _ subscription: Subscription, _ connection: Connection?,
        to writer: inout any ResponseBodyWriter
    ) async throws {
        var cursor = start
        try await write(ByteBuffer(string: "retry: 2000\n\n"), connection, to: &writer)
        try await catchUp(&cursor, of: tenant, connection, to: &writer)
        for await signal in subscription {
            switch signal {
            case .ledger: try await catchUp(&cursor, of: tenant, connection, to: &writer)
            case .lane(let lane):
                try await write(try Self.message(StationAPI.StreamName.lane, lane), connection, to: &writer)
            case .scanner(let scanner):
                try await write(try Self.message(StationAPI.StreamName.scanner, scanner), connection, to: &writer)
            case .health(let health):
                try await write(try Self.message(StationAPI.StreamName.health, health), connection, to: &writer)
            }
        }
    }

    private func catchUp(
        _ cursor: inout EventNumber, of tenant: TenantID?, _ connection: Connection?,
        to writer: inout any ResponseBodyWriter
    ) async throws {
        while true {
            let found =
                try station.events.cached(after: cursor)
                ?? station.store.eventBodies(since: cursor, limit: limits.batch)
            guard let last = found.prefix(limits.batch).last else { return }
            var buffer = ByteBuffer()
            for event in found.prefix(limits.batch) where tenant == nil || event.tenant == tenant {
                buffer.writeString("id: \(event.number)\n")
                Self.write(StationAPI.StreamName.event, event.json, to: &buffer)
            }
            if buffer.readableBytes > 0 { try await write(buffer, connection, to: &writer) }
            cursor = last.number
        }
    }

    private func write(
        _ buffer: ByteBuffer, _ connection: Connection?, to writer: inout any ResponseBodyWriter
    ) async throws {
        connection?.writeBegins()
        defer { connection?.writeEnds() }
        try await writer.write(buffer)
    }

    private static func message(_ name: String, _ value: some Encodable) throws -> ByteBuffer {
        var buffer = ByteBuffer()
        write(name, try WireJSON.encode(value), to: &buffer)
        return buffer
    }

    /// One message of the stream. JSON escapes line ends in its texts; those between its values, where it was stored so,
    /// begin another `data:` line, and reading joins them by line feeds.
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

/// How many subscribers there are.
final class SubscriberCount: Sendable {
    private let count = Mutex(0)

    var current: Int { count.withLock { $0 } }

    func enter(atMost limit: Int) -> Bool {
        count.withLock { count in
            guard count < limit else { return false }
            count += 1
            return true
        }
    }

    /// One subscriber's place here and at the hub, given up once: at the latest when a reply that was never written is
    /// released.
    final class Place: Sendable {
        private let owner: SubscriberCount
        private let subscription: Subscription
        private let isTaken = Mutex(true)

        init(_ owner: SubscriberCount, _ subscription: Subscription) {
            self.owner = owner
            self.subscription = subscription
        }

        func leave() {
            let wasTaken = isTaken.withLock { taken in
                defer { taken = false }
                return taken
            }
            guard wasTaken else { return }
            owner.count.withLock { $0 -= 1 }
            subscription.cancel()
        }

        deinit { leave() }
    }
}
