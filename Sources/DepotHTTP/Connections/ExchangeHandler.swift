import DepotDialect
import HummingbirdCore
import NIOCore
import NIOHTTP1

/// Follows the requests and answers of one connection, next to the HTTP decoder.
///
/// Anything that is not HTTP receives an error reply. The connection ends after an answer that was sent before its
/// request's body had arrived, unless the body is small. The handler also watches whether the other end takes what it is
/// sent, for every kind of answer.
final class ExchangeHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private let connection: Connection
    private let connections: Connections
    private let isAdmitted: Bool
    /// The number of requests whose answer is not complete.
    private var inWork = 0
    private var isBodyOpen = false
    /// A Boolean value that is true if the rest of the body may be read after the answer.
    private var isBodySmall = false
    private var isBroken = false
    private var endsAfterAnswer = false
    /// Ends an exchange whose answer is written.
    private var isOver = false

    init(_ connection: Connection, of connections: Connections, isAdmitted: Bool) {
        self.connection = connection
        self.connections = connections
        self.isAdmitted = isAdmitted
    }

    func channelActive(context: ChannelHandlerContext) {
        context.fireChannelActive()
        if !isAdmitted { context.close(promise: nil) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isOver else { return }
        switch unwrapInboundIn(data) {
        case .head(let head):
            inWork += 1
            isBodyOpen = true
            let length = head.headers.first(name: "Content-Length").flatMap { Int($0) }
            isBodySmall = length.map { $0 <= connections.limits.unread } ?? false
            connection.workBegins()
        case .body: connection.received()
        case .end:
            isBodyOpen = false
            if inWork == 0 { connection.readEnds() }
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard !isOver else {
            promise?.succeed()
            return
        }
        switch unwrapOutboundIn(data) {
        case .head(var head) where head.status.code >= 200:
            let isEarly = isBodyOpen && inWork == 1 && (isBroken || !isBodySmall)
            if isEarly { head.headers.replaceOrAdd(name: "Connection", value: "close") }
            endsAfterAnswer = isEarly || head.headers[canonicalForm: "Connection"].contains("close")
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .end:
            answerEnds(context, data, promise)
        default: context.write(data, promise: promise)
        }
    }

    private func answerEnds(_ context: ChannelHandlerContext, _ data: NIOAny, _ promise: EventLoopPromise<Void>?) {
        inWork -= 1
        isOver = endsAfterAnswer
        guard inWork <= 0 || isOver else { return context.write(data, promise: promise) }
        if isBodyOpen, !isOver { connection.readBegins() }
        let written = promise ?? context.eventLoop.makePromise()
        let ends = isOver
        written.futureResult.assumeIsolated().whenComplete { _ in
            if self.inWork == 0 { self.connections.workEnds(on: self.connection) }
            if ends { self.scheduleClose(context) }
        }
        context.write(data, promise: written)
    }

    private func scheduleClose(_ context: ChannelHandlerContext) {
        let connection = connection
        context.eventLoop.scheduleTask(in: TimeAmount(connections.limits.closeDelay)) { connection.close() }
    }

    func channelInactive(context: ChannelHandlerContext) {
        // whoever gave up has no request in work any more, even where its answer is still being made
        connections.workEnds(on: connection)
        context.fireChannelInactive()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { connection.writeEnds() } else { connection.writeBegins() }
        context.fireChannelWritabilityChanged()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard error is HTTPParserError else {
            context.fireErrorCaught(error)
            return
        }
        guard !isOver else { return }
        if inWork > 0 {
            // whoever reads the body answers; who does not, answers anyway
            isBroken = isBodyOpen
            context.fireErrorCaught(error)
        } else if isBodyOpen {
            // its request was answered already
            isOver = true
            context.close(promise: nil)
        } else {
            refuse(context)
        }
    }

    private func refuse(_ context: ChannelHandlerContext) {
        let reply = RequestError.badRequest("This is not an HTTP/1.1 request.").body(request: "")
        var head = HTTPResponseHead(version: .http1_1, status: .badRequest)
        head.headers.add(name: "Content-Type", value: "application/json")
        head.headers.add(name: "Content-Length", value: "\(reply.readableBytes)")
        head.headers.add(name: "Connection", value: "close")
        isOver = true
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(reply))), promise: nil)
        let done = context.eventLoop.makePromise(of: Void.self)
        let channel = context.channel
        done.futureResult.whenComplete { _ in channel.close(promise: nil) }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: done)
    }
}
