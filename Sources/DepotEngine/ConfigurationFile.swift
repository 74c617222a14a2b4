public import DepotModel
import Yams

extension Configuration {
    /// Reads a configuration file.
    ///
    /// What the file leaves out has its default. An empty file is a configuration.
    ///
    /// - Parameters:
    ///   - yaml: the file's text.
    ///   - file: its name, for messages.
    /// - Throws: ``DepotError/Code/configuration`` with file, line and key of the first thing that is wrong: broken
    ///   YAML, an unknown or repeated key, a wrong type, a value out of range.
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
        for (sectionNode, body) in sections {
            let section = sectionNode.scalar?.string ?? "?"
            guard keys.contains(where: { $0.path.hasPrefix(section + ".") }) else {
                throw problem(file, sectionNode.mark, "unknown key “\(section)”")
            }
            if let scalar = body.scalar, scalar.string.isEmpty { continue }
            guard let fields = body.mapping else { throw problem(file, body.mark, "\(section): must be a mapping") }
            for (keyNode, value) in fields {
                let path = section + "." + (keyNode.scalar?.string ?? "?")
                guard let key = keys.first(where: { $0.path == path }) else {
                    throw problem(file, keyNode.mark, "unknown key “\(path)”")
                }
                if let complaint = key.set(value, &configuration) {
                    throw problem(file, value.mark ?? keyNode.mark, "\(path) \(complaint)")
                }
            }
        }
        return configuration
    }

    private static func problem(_ file: String, _ mark: Mark?, _ message: String) -> DepotError {
        DepotError(
            .configuration, file + (mark.map { ":\($0.line):\($0.column)" } ?? "") + ": " + message,
            hint: "depotd --config-reference prints every key with its default and range")
    }
}
