import DepotDialect
import DepotModel
import DepotStore

extension Caller {
    /// The text under which the caller's requests are counted.
    var identity: String { Self.identity(of: actor, since: since) }

    /// The same of a token; nil for a peer on the control socket.
    var token: String? { actor.kind == .token ? identity : nil }

    /// Returns the identity with the time: a token's name may be given again once it is revoked.
    fileprivate static func identity(of actor: Actor, since: Timestamp) -> String {
        "\(actor.kind.rawValue) \(actor.name) \(since.milliseconds)"
    }
}

extension TokenRow {
    /// The identity of the token's callers.
    var identity: String { Caller.identity(of: Actor(kind: .token, name: name), since: createdAt) }
}
