import Glibc
import NIOCore
import NIOHTTP1
import Synchronization

/// One accepted connection: its peer, asked for once, and for how long it is waited for.
final class Connection: Sendable {
    private struct State {
        var isAdmitted: Bool?
        /// When the body, or the next part of it, must be there.
        var reading: NIODeadline?
        /// More waits to be sent than should.
        var isWriting = false
        /// How much waited to be sent when that was last looked at.
        var unsent = 0
        /// When the other end was last seen to bring or to take something.
        var progress = NIODeadline.now()
        var nextLook: NIODeadline?
        var idle: Idleness? = Idleness(isNew: true, since: .now())
        var isLeaving = false
        var token: String?
    }

    /// The peer on a Unix socket; nil on TCP.
    let peer: Peer?
    /// The address at the other end; nil on a Unix socket.
    let address: String?
    /// Whose connections are counted together: those of an IPv4 address or of an IPv6 network of 64 bits, of which one
    /// machine has every address; nil on a Unix socket.
    let network: String?
    /// The transport it came over.
    let transport: Transport
    private let limits: ConnectionLimits
    private let channel: any Channel
    private let state = Mutex(State())

    init(channel: any Channel, peer: Peer?, transport: Transport, limits: ConnectionLimits) {
        self.channel = channel
        self.peer = peer
        self.transport = transport
        self.limits = limits
        address = channel.remoteAddress?.ipAddress
        network = channel.remoteAddress.flatMap { Self.network(of: $0) }
    }

    static func network(of address: SocketAddress) -> String? {
        guard let text = address.ipAddress else { return nil }
        var bytes = [UInt8](repeating: 0, count: 16)
        // neither IPv4, nor this machine, nor IPv4 in IPv6
        guard inet_pton(AF_INET6, text, &bytes) == 1, bytes.prefix(8).contains(where: { $0 != 0 }) else { return text }
        return bytes.prefix(8).map { String($0, radix: 16) }.joined(separator: ":") + "/64"
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

    // MARK: Requests in work

    /// How long there has been no request in work: the smallest is the first to go.
    struct Idleness: Comparable {
        /// No request came yet, or not the whole head of one. Who was answered before goes first, because he loses
        /// nothing: otherwise a new connection might have to go before it can ask for anything.
        var isNew: Bool
        var since: NIODeadline

        static func < (left: Idleness, right: Idleness) -> Bool {
            left.isNew == right.isNew ? left.since < right.since : right.isNew
        }
    }

    /// Nil while there is a request in work, and when the connection is being closed.
    var idle: Idleness? { state.withLock { $0.isLeaving ? nil : $0.idle } }

    /// Whether it is being closed to make room.
    var isLeaving: Bool { state.withLock { $0.isLeaving } }

    /// Closes the connection to make room for another.
    func leave() {
        state.withLock { $0.isLeaving = true }
        close()
    }

    /// Says that a request's head is there.
    func workBegins() { state.withLock { $0.idle = nil } }

    /// Says that every request is answered; the token they were counted for.
    func workEnds() -> String? {
        state.withLock { state in
            state.idle = Idleness(isNew: false, since: .now())
            defer { state.token = nil }
            return state.token
        }
    }

    /// Remembers whom the requests are counted for; false where that is known already.
    func counts(for token: String) -> Bool {
        state.withLock { state in
            guard state.token == nil else { return false }
            state.token = token
            return true
        }
    }

    /// Since when the other end has neither brought nor taken what it is waited for; nil where nothing is waited for.
    var stalledSince: NIODeadline? {
        state.withLock { !$0.isLeaving && ($0.isWriting || $0.reading != nil) ? $0.progress : nil }
    }

    // MARK: Timeouts

    /// Says that a body, or the next part of it, is waited for: the connection is closed where it takes too long.
    func readBegins() {
        wait { state in
            state.progress = .now()
            state.reading = .now() + TimeAmount(limits.body)
        }
    }

    /// Says that a part of a body is there.
    func received() { state.withLock { $0.progress = .now() } }

    /// Says that it is there.
    func readEnds() { state.withLock { $0.reading = nil } }

    /// Says that more waits to be sent than should: the connection is closed where nothing of it goes out for too long.
    ///
    /// On the event loop only.
    func writeBegins() {
        let unsent = unsent
        wait { state in
            state.unsent = unsent
            state.isWriting = true
            state.progress = .now()
        }
    }

    /// Says that the other end took enough of it. What is left is still waited for.
    ///
    /// On the event loop only.
    func writeEnds() {
        let unsent = unsent
        state.withLock { state in
            (state.isWriting, state.unsent, state.progress) = (unsent > 0, unsent, .now())
        }
    }

    /// Sends `comment` to a reader for whom nothing waits. On the event loop only: it passes by the body writer, between
    /// two of its parts.
    func send(comment: ByteBuffer) {
        guard channel.isWritable else { return }
        let place = try? channel.pipeline.syncOperations.context(handlerType: ExchangeHandler.self)
        place?.writeAndFlush(NIOAny(HTTPServerResponsePart.body(.byteBuffer(comment))), promise: nil)
    }

    private var unsent: Int { (try? channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0 }

    /// One timer looks after everything that is waited for, as one for each would wake the event loop twice a request.
    private func wait(_ change: (inout State) -> Void) {
        let look: NIODeadline? = state.withLock { state in
            change(&state)
            guard let next = nextLook(state), state.nextLook.map({ next < $0 }) ?? true else { return nil }
            state.nextLook = next
            return next
        }
        if let look { schedule(look) }
    }

    /// What is sent is looked at again and again: how much of it is left says whether the other end takes it.
    private func nextLook(_ state: State) -> NIODeadline? {
        guard state.isWriting else { return state.reading }
        let next = NIODeadline.now() + min(TimeAmount(limits.stall), .seconds(1))
        return state.reading.map { min($0, next) } ?? next
    }

    private func schedule(_ time: NIODeadline) {
        channel.eventLoop.scheduleTask(deadline: time) { [weak self] in self?.look(planned: time) }
    }

    private func look(planned: NIODeadline) {
        let (now, unsent) = (NIODeadline.now(), unsent)
        var isOver = false
        let next: NIODeadline? = state.withLock { state in
            // an earlier look was planned since
            guard state.nextLook == planned else { return nil }
            if let reading = state.reading, reading <= now { isOver = true }
            if state.isWriting {
                if unsent < state.unsent { state.progress = now }
                state.unsent = unsent
                state.isWriting = unsent > 0
                isOver = isOver || state.isWriting && now - state.progress >= TimeAmount(limits.stall)
            }
            state.nextLook = nextLook(state)
            return state.nextLook
        }
        if isOver { close() } else if let next { schedule(next) }
    }
}
