/// A step of the upgrade of a database that an earlier version of the program wrote.
public struct SchemaUpgrade: Hashable, Sendable {
    /// The version of the schema after the step.
    public var version: Int
    /// The number of the step, from 1.
    public var step: Int
    /// The number of steps.
    public var steps: Int

    /// Creates a step.
    public init(version: Int, step: Int, steps: Int) {
        self.version = version
        self.step = step
        self.steps = steps
    }
}
