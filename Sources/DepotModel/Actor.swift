/// The person or program that did something: the operator behind the counter, a token or a local user.
public struct Actor: Hashable, Sendable, Codable {
    /// The source of the name.
    public enum Kind: OpenWord {
        /// A person at a scanner: the operator, if one signed on with a badge.
        case counter
        /// A user of this machine, over the control socket.
        case user
        /// An API token, by its name.
        case token
        /// The daemon.
        case station
        /// A word of a newer version.
        case other(String)

        /// Every word of this version.
        public static let allCases: [Kind] = [.counter, .user, .token, .station]

        /// The word on the wire.
        public var rawValue: String {
            switch self {
            case .counter: "counter"
            case .user: "user"
            case .token: "token"
            case .station: "station"
            case .other(let word): word
            }
        }
    }

    /// The source of the name.
    public var kind: Kind
    /// The name of the person, user or token, or the station's name for an anonymous counter.
    public var name: String
    /// The person, or nil if unknown.
    public var person: PersonID?

    /// Creates an actor.
    public init(kind: Kind, name: String, person: PersonID? = nil) {
        self.kind = kind
        self.name = name
        self.person = person
    }

    enum CodingKeys: String, CodingKey {
        case kind, name
        case person = "person_id"
    }
}
