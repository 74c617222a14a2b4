public import DepotModel

/// A command for a lane that the screen may give.
public enum LaneCommand: Hashable, Sendable {
    /// Ends the session.
    case done
    /// Takes back the last change.
    case undo
    /// Sets the mode for now.
    case mode(LaneMode)

    /// The command as in a command barcode, without the prefix.
    var text: String {
        switch self {
        case .done: "DONE"
        case .undo: "UNDO"
        case .mode(let mode): "MODE:\(mode.rawValue.uppercased())"
        }
    }
}
