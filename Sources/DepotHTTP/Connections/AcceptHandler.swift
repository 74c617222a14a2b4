import Glibc
import NIOCore
import NIOPosix

/// Lets a listener rest where the system has no descriptor for a connection, which asking again at once would not change.
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

    /// An error of one connection; passed on it would be the end of the listener.
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
