/// The rights of a token's bearer.
public enum TokenRole: OpenWord {
    /// May read.
    case viewer
    /// May read, scan and move assets.
    case `operator`
    /// May do everything for one tenant.
    case admin
    /// May do everything for every tenant (managed service provider).
    case msp
    /// May show the counter screen and nothing else. Created by pairing only.
    case screen
    /// A word of a newer version.
    case other(String)

    /// Every word of this version.
    public static let allCases: [TokenRole] = [.viewer, .operator, .admin, .msp, .screen]

    /// The word on the wire.
    public var rawValue: String {
        switch self {
        case .viewer: "viewer"
        case .operator: "operator"
        case .admin: "admin"
        case .msp: "msp"
        case .screen: "screen"
        case .other(let word): word
        }
    }
}
