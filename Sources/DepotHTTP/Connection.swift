import CLinuxShim
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// One accepted connection: its peer, asked for once, and what is needed to keep an event stream over it honest.
final class Connection: Sendable {
    private struct State {
        var isAdmitted: Bool?
        var writingSince: NIODeadline?
        var readingSince: NIODeadline?
        var isReadingTimed = false
    }

    /// How long a client may take for a body.
    private static let patience = TimeAmount.seconds(30)

    /// The peer on a Unix socket; nil on TCP.
    let peer: Peer?
    /// The address at the other end; nil on a Unix socket.
    let address: String?
    private let channel: any Channel
    private let state = Mutex(State())

    init(channel: any Channel, peer: Peer?) {
        self.channel = channel
        self.peer = peer
        address = channel.remoteAddress?.ipAddress
    }

    /// Whether the policy lets the peer in, asked once per connection; nobody without credentials is.
    func isAdmitted(by policy: PeerPolicy) -> Bool {
        if let known = state.withLock({ $0.isAdmitted }) { return known }
        let answer = peer.map(policy.admits) ?? false
        state.withLock { $0.isAdmitted = answer }
        return answer
    }

    /// Ends the connection, whatever it is doing.
    func close() { channel.close(promise: nil) }

    /// Says that a body is waited for: the connection is closed where that takes longer than half a minute.
    ///
    /// One timer looks after all bodies of half a minute, as one for each would wake the event loop twice a request.
    func bodyBegins() {
        let isTimed = state.withLock { state in
            state.readingSince = .now()
            defer { state.isReadingTimed = true }
            return state.isReadingTimed
        }
        if !isTimed { lookAgain(in: Self.patience) }
    }

    /// Says that the body is there.
    func bodyEnds() { state.withLock { $0.readingSince = nil } }

    private func lookAgain(in time: TimeAmount) {
        channel.eventLoop.scheduleTask(in: time) { [weak self] in self?.lookAtBody() }
    }

    private func lookAtBody() {
        let left: TimeAmount? = state.withLock { state in
            guard let since = state.readingSince else {
                state.isReadingTimed = false
                return nil
            }
            return since + Self.patience - .now()
        }
        guard let left else { return }
        if left > .nanoseconds(0) { lookAgain(in: left) } else { close() }
    }

    /// Says that a write begins; ``tick(stall:)`` closes the connection when it does not end.
    func writeBegins() { state.withLock { $0.writingSince = .now() } }

    /// Says that the write went through.
    func writeEnds() { state.withLock { $0.writingSince = nil } }

    /// Closes the connection when a write makes no progress for `stall`, else sends `comment` to an idle reader.
    ///
    /// On the event loop only: the comment passes by the body writer, between two of its parts.
    func tick(stall: TimeAmount, comment: ByteBuffer) {
        if let since = state.withLock({ $0.writingSince }) {
            if NIODeadline.now() - since >= stall { channel.close(promise: nil) }
            return
        }
        guard channel.isWritable else { return }
        let place = try? channel.pipeline.syncOperations.context(handlerType: BrokenRequestHandler.self)
        place?.writeAndFlush(NIOAny(HTTPServerResponsePart.body(.byteBuffer(comment))), promise: nil)
    }
}

/// The open connections of one listener, by channel.
final class Connections: Sendable {
    private let open = Mutex<[ObjectIdentifier: Connection]>([:])

    /// How many there are.
    var count: Int { open.withLock { $0.count } }

    /// Closes what is still open.
    func closeAll() {
        for connection in open.withLock({ Array($0.values) }) { connection.close() }
    }

    /// The connection of a channel that is being served.
    func connection(_ channel: any Channel) -> Connection? {
        open.withLock { $0[ObjectIdentifier(channel)] }
    }

    func add(_ connection: Connection, _ channel: any Channel) {
        open.withLock { $0[ObjectIdentifier(channel)] = connection }
    }

    func remove(_ channel: any Channel) {
        open.withLock { _ = $0.removeValue(forKey: ObjectIdentifier(channel)) }
    }
}

/// Hummingbird's HTTP/1 channel, with the peer's credentials known before the first request and an answer to requests
/// that are not HTTP.
struct StationChannel: ServerChildChannel {
    let base: HTTP1Channel
    let connections: Connections
    let face: Face

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<HTTP1Channel.Value> {
        base.setup(channel: channel, logger: logger).flatMap { value in
            peer(of: channel).flatMapThrowing { peer in
                let pipeline = channel.pipeline.syncOperations
                let decoder = try pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
                try pipeline.addHandler(BrokenRequestHandler(), position: .after(decoder))
                connections.add(Connection(channel: channel, peer: peer), channel)
                return value
            }
        }
    }

    func handle(value: HTTP1Channel.Value, logger: Logger) async {
        await base.handle(value: value, logger: logger)
        connections.remove(value.channel)
    }

    private func peer(of channel: any Channel) -> EventLoopFuture<Peer?> {
        guard face == .socket, let options = channel as? any SocketOptionProvider else {
            return channel.eventLoop.makeSucceededFuture(nil)
        }
        let name = NIOBSDSocket.Option(rawValue: Int32(SO_PEERCRED_NAME))
        let asked: EventLoopFuture<linux_peer_credentials> = options.unsafeGetSocketOption(level: .socket, name: name)
        return asked.map { Peer(uid: $0.uid, gid: $0.gid) }
    }
}

/// `SO_PEERCRED` of asm-generic/socket.h, the same on every architecture that Debian builds Swift for.
private let SO_PEERCRED_NAME = 17

/// Answers what is not HTTP with an error reply and closes: what follows on such a connection has no meaning.
final class BrokenRequestHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private var isResponding = false

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .head = unwrapInboundIn(data) { isResponding = true }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .end = unwrapOutboundIn(data) { isResponding = false }
        context.write(data, promise: promise)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard error is HTTPParserError, !isResponding else {
            context.fireErrorCaught(error)
            return
        }
        let reply = Failure.badRequest("This is not an HTTP/1.1 request.").body(request: "")
        var head = HTTPResponseHead(version: .http1_1, status: .badRequest)
        head.headers.add(name: "Content-Type", value: "application/json")
        head.headers.add(name: "Content-Length", value: "\(reply.readableBytes)")
        head.headers.add(name: "Connection", value: "close")
        isResponding = true
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(reply))), promise: nil)
        let done = context.eventLoop.makePromise(of: Void.self)
        let channel = context.channel
        done.futureResult.whenComplete { _ in channel.close(promise: nil) }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: done)
    }
}
