/// What the bearer of a token may do.
public enum TokenRole: OpenWord {
    /// Read.
    case viewer
    /// Read, scan, and move assets.
    case `operator`
    /// Everything of one tenant.
    case admin
    /// Everything of every tenant.
    case msp
    /// Show the counter screen, and nothing else. Made by pairing only.
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
