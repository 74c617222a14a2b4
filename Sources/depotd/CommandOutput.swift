import DepotModel
import Foundation

/// What the program itself says to whoever started it; the running daemon logs.
enum CommandOutput {
    static func write(_ text: String) { FileHandle.standardOutput.write(Data(text.utf8)) }

    static func complain(_ error: DepotError) {
        var text = "depotd: \(error.message)\n  code: \(error.code)\n"
        if let hint = error.hint { text += "  hint: \(hint)\n" }
        FileHandle.standardError.write(Data(text.utf8))
    }
}
