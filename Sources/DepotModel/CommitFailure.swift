/// The reason for which a commit did not happen: the rules refused it or the store failed.
public enum CommitFailure: Error, Hashable, Sendable {
    /// The rules refused it. Nothing changed, and the same request is refused again while the facts stay the same.
    case refused(Refusal)
    /// The store failed. Nothing changed, and the same request may succeed later.
    case failed(DepotError)

    /// The failure as an error for a client: a refusal's sentence under ``DepotError/Code/refused``.
    public var error: DepotError {
        switch self {
        case .refused(let refusal): DepotError(.refused, refusal.message)
        case .failed(let error): error
        }
    }
}
