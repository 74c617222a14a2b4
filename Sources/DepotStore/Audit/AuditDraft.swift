public import DepotModel

/// The values of a walk that is to start.
public struct AuditDraft: Hashable, Sendable {
    /// The assets that are expected.
    public var scope: AuditScope
    /// The name, or nil for that of the scope.
    public var name: String?
    /// A Boolean value that is true if lanes and the screen are not to show what is expected.
    public var isBlind: Bool

    /// Creates a draft.
    public init(scope: AuditScope, name: String? = nil, isBlind: Bool = false) {
        self.scope = scope
        self.name = name
        self.isBlind = isBlind
    }
}
