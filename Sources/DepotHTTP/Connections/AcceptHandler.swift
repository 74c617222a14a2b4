import Glibc
import NIOCore
import NIOPosix

/// Pauses a listener when the system has no descriptor for a connection; an immediate retry would fail alike.
final class AcceptHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = any Channel
    typealias OutboundIn = Never

    private let connections: Connections
    private var isResting = false
    private var isReadWanted = false

    init(_ connections: Connections) { self.connections = connections }

    func read(context: ChannelHandlerContext) {
        if isResting { isReadWanted = true } else { context.read() }
    }

    /// Handles the error of one connection, which would end the listener if it were passed on.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let number = (error as? IOError)?.errnoCode,
            [EMFILE, ENFILE, ENOBUFS, ENOMEM, ECONNABORTED].contains(number)
        else {
            context.fireErrorCaught(error)
            return
        }
        guard number != ECONNABORTED else { return }
        connections.makeRoom()
        guard !isResting else { return }
        isResting = true
        context.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(connections.limits.pause)) {
            self.isResting = false
            guard self.isReadWanted else { return }
            self.isReadWanted = false
            context.read()
        }
    }
}
