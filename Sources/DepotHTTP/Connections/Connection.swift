import Glibc
import NIOCore
import NIOHTTP1
import Synchronization

/// An accepted connection: its peer, and the times until which it may keep the station waiting.
final class Connection: Sendable {
    private struct State {
        var isAdmitted: Bool?
        /// The time by which the body, or the next part of it, must have arrived.
        var reading: NIODeadline?
        /// A Boolean value that is true if more waits to be sent than should.
        var isWriting = false
        /// The number of bytes that waited to be sent at the last look.
        var unsent = 0
        /// The time at which the other end last sent or took something.
        var progress = NIODeadline.now()
        var nextLook: NIODeadline?
        var idle: Idleness? = Idleness(isNew: true, since: .now())
        var isLeaving = false
        var token: String?
    }

    /// The peer on a Unix socket, or nil on TCP.
    let peer: Peer?
    /// The address of the other end, or nil on a Unix socket.
    let address: String?
    /// The network whose connections are counted together: an IPv4 address, or an IPv6 network of 64 bits, of which one
    /// machine has every address; nil on a Unix socket.
    let network: String?
    /// The transport of the connection.
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

    /// Returns true if the policy admits the peer. The policy is asked once per connection, and a peer without credentials
    /// is not admitted.
    func isAdmitted(by policy: PeerPolicy) -> Bool {
        if let known = state.withLock({ $0.isAdmitted }) { return known }
        let answer = peer.map(policy.admits) ?? false
        state.withLock { $0.isAdmitted = answer }
        return answer
    }

    /// Ends the connection, whatever it is doing.
    func close() { channel.close(promise: nil) }

    // MARK: Requests in work

    /// The time without a request in progress. The connection with the smallest value is closed first.
    struct Idleness: Comparable {
        /// A Boolean value that is true if no whole request has come yet. A connection that had an answer is closed first,
        /// since it loses nothing; otherwise a new one might be closed before it can ask for anything.
        var isNew: Bool
        var since: NIODeadline

        static func < (left: Idleness, right: Idleness) -> Bool {
            left.isNew == right.isNew ? left.since < right.since : right.isNew
        }
    }

    /// The time without a request, or nil while one is in progress and while the connection is being closed.
    var idle: Idleness? { state.withLock { $0.isLeaving ? nil : $0.idle } }

    /// A Boolean value that is true while the connection is being closed to make room.
    var isLeaving: Bool { state.withLock { $0.isLeaving } }

    /// Closes the connection to make room for another.
    func leave() {
        state.withLock { $0.isLeaving = true }
        close()
    }

    /// Notes that a request's head has arrived.
    func workBegins() { state.withLock { $0.idle = nil } }

    /// Notes that every request is answered, and returns the token for which they were counted.
    func workEnds() -> String? {
        state.withLock { state in
            state.idle = Idleness(isNew: false, since: .now())
            defer { state.token = nil }
            return state.token
        }
    }

    /// Remembers the token for which the requests are counted. Returns false if it is known already.
    func counts(for token: String) -> Bool {
        state.withLock { state in
            guard state.token == nil else { return false }
            state.token = token
            return true
        }
    }

    /// The time since which the other end has neither sent nor taken what is expected of it, or nil if nothing is.
    var stalledSince: NIODeadline? {
        state.withLock { !$0.isLeaving && ($0.isWriting || $0.reading != nil) ? $0.progress : nil }
    }

    // MARK: Timeouts

    /// Starts to wait for a body or its next part. The connection is closed if it takes too long.
    func readBegins() {
        wait { state in
            state.progress = .now()
            state.reading = .now() + TimeAmount(limits.body)
        }
    }

    /// Notes that a part of a body has arrived.
    func received() { state.withLock { $0.progress = .now() } }

    /// Ends the wait for a body.
    func readEnds() { state.withLock { $0.reading = nil } }

    /// Starts to wait until the other end takes what is sent. The connection is closed if nothing goes out for too long.
    ///
    /// Must be called on the event loop.
    func writeBegins() {
        let unsent = unsent
        wait { state in
            state.unsent = unsent
            state.isWriting = true
            state.progress = .now()
        }
    }

    /// Notes that the other end has taken enough. The rest is still waited for.
    ///
    /// Must be called on the event loop.
    func writeEnds() {
        let unsent = unsent
        state.withLock { state in
            (state.isWriting, state.unsent, state.progress) = (unsent > 0, unsent, .now())
        }
    }

    /// Sends `comment` to a reader for whom nothing waits, between two parts of the body writer. Must be called on the
    /// event loop.
    func send(comment: ByteBuffer) {
        guard channel.isWritable else { return }
        let place = try? channel.pipeline.syncOperations.context(handlerType: ExchangeHandler.self)
        place?.writeAndFlush(NIOAny(HTTPServerResponsePart.body(.byteBuffer(comment))), promise: nil)
    }

    private var unsent: Int { (try? channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0 }

    /// Schedules the one timer for everything that is waited for; one for each would wake the event loop twice a request.
    private func wait(_ change: (inout State) -> Void) {
        let look: NIODeadline? = state.withLock { state in
            change(&state)
            guard let next = nextLook(state), state.nextLook.map({ next < $0 }) ?? true else { return nil }
            state.nextLook = next
            return next
        }
        if let look { schedule(look) }
    }

    /// Looks at the unsent bytes; their number shows whether the other end takes them.
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
