import DepotEngine
import DepotModel
import Foundation

/// The command-line options, which take precedence over the configuration file.
struct Options: Sendable {
    var config: String?
    var stateDirectory: String?
    var http: String?
    var socket: String?
    /// A Boolean value that is true if a missing database is replaced by a new one.
    var startsNew = false

    /// The file of an installed daemon, which is read if it exists and no other is given.
    static let standardFile = "/etc/depotd/depotd.yaml"

    /// The configuration file, or nil if there is none.
    var file: String? {
        if let config { return config }
        guard stateDirectory == nil, FileManager.default.fileExists(atPath: Self.standardFile) else { return nil }
        return Self.standardFile
    }

    /// Reads the file and applies the options to it.
    func load() throws(DepotError) -> Configuration {
        var configuration = Configuration()
        if let file { configuration = try Configuration.load(yaml: try read(file), file: file) }
        if let stateDirectory {
            let folder = URL(fileURLWithPath: stateDirectory).path
            configuration.stateDirectory = folder
            configuration.socketPath = folder + "/depotd.sock"
        }
        if let socket { configuration.socketPath = URL(fileURLWithPath: socket).path }
        if let http { (configuration.httpHost, configuration.httpPort) = try address(http) }
        guard configuration.socketPath.utf8.count <= 107 else {
            throw DepotError(
                .configuration, "The control socket's path is longer than 107 bytes: \(configuration.socketPath)",
                hint: "use --socket with a shorter path")
        }
        return configuration
    }

    private func read(_ file: String) throws(DepotError) -> String {
        let data: Data
        do {
            data = try Data(contentsOf: URL(fileURLWithPath: file))
        } catch {
            throw DepotError(
                .configuration, "\(file) cannot be read: \(error.localizedDescription)",
                hint: "depotd --config-reference prints one to start from")
        }
        guard data.count <= 1_048_576, let text = String(validating: data, as: UTF8.self) else {
            throw DepotError(.configuration, "\(file) is not a text file of at most 1 MiB.")
        }
        return text
    }

    private func address(_ text: String) throws(DepotError) -> (String, Int) {
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
            (0...65_535).contains(port)
        else {
            throw DepotError(.configuration, "--http takes HOST:PORT, not “\(text)”.", hint: "--http 127.0.0.1:8480")
        }
        let host = text[..<colon].trimmingCharacters(in: CharacterSet(charactersIn: "[]"))
        return (host.isEmpty ? "127.0.0.1" : host, port)
    }
}
