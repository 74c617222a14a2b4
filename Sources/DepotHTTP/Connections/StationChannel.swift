import CLinuxShim
import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOPosix

/// Hummingbird's HTTP/1 channel, with the peer's credentials known before the first request, and with what its client may
/// use up limited.
struct StationChannel: ServerChildChannel {
    let base: HTTP1Channel
    let connections: Connections
    let transport: Transport

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<HTTP1Channel.Value> {
        base.setup(channel: channel, logger: logger).flatMap { value in
            peer(of: channel).flatMapThrowing { peer in
                let pipeline = channel.pipeline.syncOperations
                let decoder = try pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
                let connection = Connection(
                    channel: channel, peer: peer, transport: transport, limits: connections.limits)
                let isAdmitted = connections.admit(connection, channel)
                let handler = ExchangeHandler(connection, of: connections, isAdmitted: isAdmitted)
                try pipeline.addHandler(handler, position: .after(decoder))
                try pipeline.addHandler(HostHandler(transport), position: .after(decoder))
                return value
            }
        }
    }

    func handle(value: HTTP1Channel.Value, logger: Logger) async {
        await base.handle(value: value, logger: logger)
        connections.remove(value.channel)
    }

    private func peer(of channel: any Channel) -> EventLoopFuture<Peer?> {
        guard transport == .unixSocket, let options = channel as? any SocketOptionProvider else {
            return channel.eventLoop.makeSucceededFuture(nil)
        }
        let name = NIOBSDSocket.Option(rawValue: Int32(SO_PEERCRED_NAME))
        let asked: EventLoopFuture<linux_peer_credentials> = options.unsafeGetSocketOption(level: .socket, name: name)
        // a connection that is gone already has no peer; an error here would be the listener's
        return asked.map { Optional(Peer(uid: $0.uid, gid: $0.gid)) }.flatMapErrorThrowing { _ in nil }
    }
}

/// `SO_PEERCRED` of asm-generic/socket.h, the same on every architecture that Debian builds Swift for.
private let SO_PEERCRED_NAME = 17
