import DepotDialect
import DepotModel
import NIOCore
import Synchronization

/// The answers that go on for a while, by token: they end when it is revoked or expires.
final class OpenAnswers: Sendable {
    /// One answer, until it is released.
    final class Place: Sendable {
        private let onEnd: @Sendable () -> Void
        private let ended = Mutex(false)
        private let onRelease: @Sendable () -> Void

        fileprivate init(onEnd: @escaping @Sendable () -> Void, onRelease: @escaping @Sendable () -> Void) {
            self.onEnd = onEnd
            self.onRelease = onRelease
        }

        /// Whether its token opens nothing any more.
        var isEnded: Bool { ended.withLock { $0 } }

        fileprivate func end() {
            let isFirst = ended.withLock { ended in
                defer { ended = true }
                return !ended
            }
            if isFirst { onEnd() }
        }

        deinit { onRelease() }
    }

    private struct State {
        var nextID: UInt64 = 0
        var places: [String: [UInt64: Weak]] = [:]
        /// The last tokens that were revoked: a request may have been let in just before.
        var revoked: [String] = []
    }

    private struct Weak: Sendable {
        weak let place: Place?
    }

    private static let remembered = 256
    /// How often the time is looked at, in milliseconds.
    private static let interval: Int64 = 500
    private let state = Mutex(State())
    private let now: @Sendable () -> Timestamp

    init(now: @escaping @Sendable () -> Timestamp) { self.now = now }

    /// Registers an answer until its place is released; nil for who has no token.
    ///
    /// - Parameter onEnd: called once, when the token is revoked or expires.
    /// - Throws: `unauthenticated` where that has happened already.
    func enter(
        _ caller: Caller?, on loop: any EventLoop, onEnd: @escaping @Sendable () -> Void
    ) throws(RequestError) -> Place? {
        guard let caller, let token = caller.token else { return nil }
        let place: Place? = state.withLock { state in
            guard !state.revoked.contains(token) else { return nil }
            let id = state.nextID
            state.nextID += 1
            let place = Place(onEnd: onEnd) { [weak self] in self?.drop(token, id) }
            state.places[token, default: [:]][id] = Weak(place: place)
            return place
        }
        guard let place else { throw RequestError(.unauthenticated, "The token is unknown, revoked or expired.") }
        if let expiry = caller.until { watch(place, until: expiry, on: loop) }
        return place
    }

    /// Ends every answer of a token that was revoked.
    func revoke(_ token: String) {
        let places = state.withLock { state in
            state.revoked.append(token)
            if state.revoked.count > Self.remembered { state.revoked.removeFirst() }
            return state.places[token].map { $0.values.compactMap(\.place) } ?? []
        }
        for place in places { place.end() }
    }

    private func drop(_ token: String, _ id: UInt64) {
        state.withLock { state in
            state.places[token]?[id] = nil
            if state.places[token]?.isEmpty == true { state.places[token] = nil }
        }
    }

    /// Looks again within a second, because the time of day may be set.
    private func watch(_ place: Place, until expiry: Timestamp, on loop: any EventLoop) {
        let left = expiry.milliseconds - now().milliseconds
        guard left > 0 else { return place.end() }
        loop.scheduleTask(in: .milliseconds(min(left, Self.interval))) { [weak self, weak place] in
            guard let self, let place else { return }
            watch(place, until: expiry, on: loop)
        }
    }
}

extension Caller {
    /// What the token is counted under; nil for a peer on the control socket.
    var token: String? { actor.kind == .token ? OpenAnswers.token(actor.name, since) : nil }
}

extension OpenAnswers {
    /// What a token is counted under: its name may be given again once it is revoked.
    static func token(_ name: String, _ createdAt: Timestamp) -> String { "\(name) \(createdAt.milliseconds)" }
}
