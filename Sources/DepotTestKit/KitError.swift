/// An error in the test's own environment.
public struct KitError: Error, CustomStringConvertible {
    /// The description of the error.
    public let description: String

    /// Creates an error.
    public init(_ description: String) { self.description = description }
}
