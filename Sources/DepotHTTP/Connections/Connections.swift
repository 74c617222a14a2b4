import Logging
import NIOCore
import Synchronization

/// The open connections of both listeners, and the choice of those that are closed when there are too many.
///
/// The loss of an idle connection costs its owner nothing. From seven eighths of a listener's places on, the connection
/// that has been idle for longest makes room for the next, then the one that has sent no whole request for longest. If
/// all places are taken, the connection without progress for longest is closed, if that is longer than
/// ``ConnectionLimits/patience``. A new one is rejected only if every other has a request that makes progress.
final class Connections: Sendable {
    private struct State {
        var open: [ObjectIdentifier: Connection] = [:]
        var working: [String: Int] = [:]
        var figures = Figures()
        var told = Figures()
        var toldAt: NIODeadline?
    }

    /// The numbers of connections that were closed or rejected since the start because there were too many.
    struct Figures: Hashable {
        /// The number of idle and stalled connections that made room.
        var evicted = 0
        /// The number of new connections that were closed at once.
        var refused = 0
        /// The number of times that the system had no descriptor for a new connection.
        var exhausted = 0
    }

    let limits: ConnectionLimits
    /// The maximum number of connections of each listener.
    private let most: Int
    private let logger: Logger
    private let state = Mutex(State())

    init(_ limits: ConnectionLimits, most: Int, logger: Logger) {
        self.limits = limits
        self.most = most
        self.logger = logger
    }

    /// The number of open connections.
    var count: Int { state.withLock { $0.open.count } }

    /// The numbers since the start.
    var figures: Figures { state.withLock { $0.figures } }

    /// Closes every open connection.
    func closeAll() {
        for connection in state.withLock({ Array($0.open.values) }) { connection.close() }
    }

    /// Returns the connection of a channel, or nil if it is not served.
    func connection(_ channel: any Channel) -> Connection? {
        state.withLock { $0.open[ObjectIdentifier(channel)] }
    }

    /// Adds a connection, and closes an idle or stalled one if there are many. Returns false if there is no place.
    func admit(_ connection: Connection, _ channel: any Channel) -> Bool {
        let (isAdmitted, leaving): (Bool, Connection?) = state.withLock { state in
            let others = state.open.values.filter { $0.transport == connection.transport && !$0.isLeaving }
            var crowd = others
            var (isCrowded, isFull) = (others.count >= most - most / 8, others.count >= most)
            if let network = connection.network {
                let same = others.filter { $0.network == network }
                if same.count >= (Self.isLoopback(network) ? limits.loopback : limits.perAddress) {
                    (crowd, isCrowded, isFull) = (same, true, true)
                }
            }
            var leaving = isCrowded ? Self.longestIdle(crowd) : nil
            if leaving == nil, isFull { leaving = longestStalled(crowd) }
            guard leaving != nil || !isFull else {
                state.figures.refused += 1
                return (false, nil)
            }
            if leaving != nil { state.figures.evicted += 1 }
            state.open[ObjectIdentifier(channel)] = connection
            return (true, leaving)
        }
        leaving?.leave()
        tell()
        return isAdmitted
    }

    func remove(_ channel: any Channel) {
        state.withLock { state in
            guard let connection = state.open.removeValue(forKey: ObjectIdentifier(channel)) else { return }
            Self.leave(connection.workEnds(), &state)
        }
    }

    /// Closes idle connections when the system has no descriptor for a new one.
    func makeRoom() {
        let leaving = state.withLock { state in
            state.figures.exhausted += 1
            let idle = state.open.values.compactMap { connection in connection.idle.map { (connection, $0) } }
            let remote = idle.filter { $0.0.transport == .tcp }
            var leaving = (remote.isEmpty ? idle : remote).sorted { $0.1 < $1.1 }.prefix(16).map(\.0)
            if leaving.isEmpty { leaving = longestStalled(state.open.values).map { [$0] } ?? [] }
            state.figures.evicted += leaving.count
            return leaving
        }
        for connection in leaving { connection.leave() }
        tell()
    }

    // MARK: Requests in work

    /// Counts the connection's requests for the token. Returns false if too many of the token's connections have some.
    func work(on connection: Connection, for token: String) -> Bool {
        state.withLock { state in
            guard state.working[token, default: 0] < limits.perToken else { return false }
            if connection.counts(for: token) { state.working[token, default: 0] += 1 }
            return true
        }
    }

    /// Notes that every request of the connection is answered.
    func workEnds(on connection: Connection) {
        guard let token = connection.workEnds() else { return }
        state.withLock { Self.leave(token, &$0) }
    }

    private static func leave(_ token: String?, _ state: inout State) {
        guard let token, let count = state.working[token] else { return }
        state.working[token] = count > 1 ? count - 1 : nil
    }

    private static func longestIdle(_ connections: some Sequence<Connection>) -> Connection? {
        var longest: (connection: Connection, idle: Connection.Idleness)?
        for connection in connections {
            guard let idle = connection.idle, longest.map({ idle < $0.idle }) ?? true else { continue }
            longest = (connection, idle)
        }
        return longest?.connection
    }

    private func longestStalled(_ connections: some Sequence<Connection>) -> Connection? {
        let latest = NIODeadline.now() - TimeAmount(limits.patience)
        let stalled = connections.compactMap { connection in connection.stalledSince.map { (connection, $0) } }
        return stalled.filter { $0.1 <= latest }.min { $0.1 < $1.1 }?.0
    }

    private static func isLoopback(_ address: String) -> Bool {
        address.hasPrefix("127.") || address == "::1" || address.hasPrefix("::ffff:127.")
    }

    /// Logs the numbers since the last line, at most once a minute.
    private func tell() {
        let news: Figures? = state.withLock { state in
            let now = NIODeadline.now()
            guard state.figures != state.told, state.toldAt.map({ now - $0 >= .seconds(60) }) ?? true else {
                return nil
            }
            defer { (state.told, state.toldAt) = (state.figures, now) }
            return Figures(
                evicted: state.figures.evicted - state.told.evicted,
                refused: state.figures.refused - state.told.refused,
                exhausted: state.figures.exhausted - state.told.exhausted)
        }
        guard let news else { return }
        logger.warning(
            "too many connections",
            metadata: [
                "evicted": "\(news.evicted)", "refused": "\(news.refused)", "no_descriptor": "\(news.exhausted)",
            ])
    }
}
