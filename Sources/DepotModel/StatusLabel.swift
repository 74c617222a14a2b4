/// The meaning of a status label for handing out an asset.
public enum StatusType: OpenWord {
    case deployable, pending, undeployable, archived
    /// A word of a newer version.
    case other(String)

    /// Every word of this version.
    public static let allCases: [StatusType] = [.deployable, .pending, .undeployable, .archived]

    /// The word on the wire.
    public var rawValue: String {
        switch self {
        case .deployable: "deployable"
        case .pending: "pending"
        case .undeployable: "undeployable"
        case .archived: "archived"
        case .other(let word): word
        }
    }
}

/// A named status; several labels may share a type.
public struct StatusLabel: Hashable, Sendable, Codable {
    /// The row id.
    public var id: StatusLabelID
    /// The name that people read.
    public var name: String
    /// The meaning of the label.
    public var type: StatusType

    /// Creates a label.
    public init(id: StatusLabelID, name: String, type: StatusType) {
        self.id = id
        self.name = name
        self.type = type
    }
}
