/// What the bearer of a token may do.
public enum TokenRole: String, Sendable, Codable, CaseIterable {
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
}
