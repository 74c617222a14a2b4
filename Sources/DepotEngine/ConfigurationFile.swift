public import DepotModel
import Yams

extension Configuration {
    /// Reads a configuration file.
    ///
    /// Keys that the file leaves out have their defaults. An empty file is valid.
    ///
    /// - Parameters:
    ///   - yaml: the file's text.
    ///   - file: the file's name, for messages.
    /// - Throws: `DepotError.Code.configuration` with file, line and key of the first error: broken YAML, an unknown or
    ///   repeated key, a wrong type or a value out of range.
    public static func load(yaml: String, file: String) throws(DepotError) -> Configuration {
        let root: Node?
        do {
            root = try Yams.compose(yaml: yaml)
        } catch {
            throw problem(file, nil, "\(error)")
        }
        var configuration = Configuration()
        guard let root, root.scalar?.string.isEmpty != true else { return configuration }
        guard let sections = root.mapping else { throw problem(file, root.mark, "the file must be a mapping") }
        var marks: [String: Mark] = [:]
        try read(sections, below: "", file, &configuration, &marks)
        guard configuration.httpTLSCertificate.isEmpty == configuration.httpTLSKey.isEmpty else {
            let mark = marks["http.tls_certificate"] ?? marks["http.tls_key"]
            throw problem(file, mark, "http.tls_certificate and http.tls_key belong together: set both or none")
        }
        return configuration
    }

    /// Reads the keys of a mapping, as deep as keys are nested.
    private static func read(
        _ fields: Node.Mapping, below section: String, _ file: String, _ configuration: inout Configuration,
        _ marks: inout [String: Mark]
    ) throws(DepotError) {
        for (keyNode, value) in fields {
            let name = keyNode.scalar?.string ?? "?"
            let path = section + name
            guard !name.contains(".") else { throw problem(file, keyNode.mark, "unknown key “\(path)”") }
            if let key = keys.first(where: { $0.path == path }) {
                marks[path] = keyNode.mark
                if let complaint = key.set(value, &configuration) {
                    throw problem(file, value.mark ?? keyNode.mark, "\(path) \(complaint)")
                }
            } else if keys.contains(where: { $0.path.hasPrefix(path + ".") }) {
                if let scalar = value.scalar, scalar.string.isEmpty { continue }
                guard let fields = value.mapping else { throw problem(file, value.mark, "\(path): must be a mapping") }
                try read(fields, below: path + ".", file, &configuration, &marks)
            } else {
                throw problem(file, keyNode.mark, "unknown key “\(path)”")
            }
        }
    }

    private static func problem(_ file: String, _ mark: Mark?, _ message: String) -> DepotError {
        DepotError(
            .configuration, file + (mark.map { ":\($0.line):\($0.column)" } ?? "") + ": " + message,
            hint: "depotd --config-reference prints every key with its default and range")
    }
}
