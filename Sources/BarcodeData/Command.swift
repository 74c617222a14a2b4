/// The command in a command code.
public enum Command: Hashable, Sendable {
    /// `DEPOT:MODE:CHECKOUT`: the scanned name of the mode in lower case, which need not exist.
    case mode(String)
    /// `DEPOT:DONE`: the lane forgets its holder and is ready for the next person.
    case done
    /// `DEPOT:CANCEL`: the lane drops its holder and location.
    case cancel
    /// `DEPOT:UNDO`: the lane's newest transition is undone.
    case undo
    /// `DEPOT:OPERATOR:<badge>`: the badge's code, never empty; see ``BarcodeReader/badge(_:)``.
    case `operator`(String)
    /// A code with the prefix of commands that is none, as its whole text.
    case unknown(String)
}
