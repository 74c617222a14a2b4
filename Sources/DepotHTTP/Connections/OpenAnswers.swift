import DepotDialect
import DepotModel
import NIOCore
import Synchronization

/// The long answers in progress by token, which end when the token is revoked or expires.
final class OpenAnswers: Sendable {
    private struct State {
        var nextID: UInt64 = 0
        var leases: [String: [UInt64: Weak]] = [:]
        /// The last revoked tokens, whose requests may have been admitted just before.
        var revoked: [String] = []
    }

    private struct Weak: Sendable {
        weak let lease: Lease?
    }

    private static let remembered = 256
    /// The interval, in milliseconds, at which the time is compared.
    private static let interval: Int64 = 500
    private let state = Mutex(State())
    private let now: @Sendable () -> Timestamp

    init(now: @escaping @Sendable () -> Timestamp) { self.now = now }

    /// Registers an answer until its lease is released. Returns nil for a caller without a token.
    ///
    /// - Parameter onEnd: The function that is called once, when the token is revoked or expires.
    /// - Throws: `DepotError.Code.unauthenticated` if that has happened already.
    func enter(
        _ caller: Caller?, on loop: any EventLoop, onEnd: @escaping @Sendable () -> Void
    ) throws(RequestError) -> Lease? {
        guard let caller, let token = caller.token else { return nil }
        let lease: Lease? = state.withLock { state in
            guard !state.revoked.contains(token) else { return nil }
            let id = state.nextID
            state.nextID += 1
            let lease = Lease(onEnd: onEnd) { [weak self] in self?.drop(token, id) }
            state.leases[token, default: [:]][id] = Weak(lease: lease)
            return lease
        }
        guard let lease else { throw RequestError(.unauthenticated, "The token is unknown, revoked or expired.") }
        if let expiry = caller.until { watch(lease, until: expiry, on: loop) }
        return lease
    }

    /// Ends every answer of a revoked token.
    func revoke(_ token: String) {
        let leases = state.withLock { state in
            state.revoked.append(token)
            if state.revoked.count > Self.remembered { state.revoked.removeFirst() }
            return state.leases[token].map { $0.values.compactMap(\.lease) } ?? []
        }
        for lease in leases { lease.end() }
    }

    private func drop(_ token: String, _ id: UInt64) {
        state.withLock { state in
            state.leases[token]?[id] = nil
            if state.leases[token]?.isEmpty == true { state.leases[token] = nil }
        }
    }

    /// Schedules the next comparison within a second, because the time of day may be set.
    private func watch(_ lease: Lease, until expiry: Timestamp, on loop: any EventLoop) {
        let left = expiry.milliseconds - now().milliseconds
        guard left > 0 else { return lease.end() }
        loop.scheduleTask(in: .milliseconds(min(left, Self.interval))) { [weak self, weak lease] in
            guard let self, let lease else { return }
            watch(lease, until: expiry, on: loop)
        }
    }
}
