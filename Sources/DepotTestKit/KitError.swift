/// Something in the test's own arrangements went wrong.
public struct KitError: Error, CustomStringConvertible {
    /// What went wrong.
    public let description: String

    /// The error.
    public init(_ description: String) { self.description = description }
}
