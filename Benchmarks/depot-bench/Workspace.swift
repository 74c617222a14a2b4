import Foundation

/// The folder of one run's databases and sockets, which is removed at its end.
struct Workspace: Sendable {
    /// The folder of databases, below `.build` and hence on the disk of the checkout: a flush to a file system in memory costs
    /// nothing.
    let folder: String
    /// The folder of sockets, whose paths must be short.
    let sockets: String

    init() throws(BenchError) {
        let base = FileManager.default.currentDirectoryPath + "/.build"
        do {
            try FileManager.default.createDirectory(atPath: base, withIntermediateDirectories: true)
        } catch {
            throw BenchError("\(base) cannot be made: \(error.localizedDescription)")
        }
        folder = try Self.unique(base + "/bench-XXXXXX")
        sockets = try Self.unique("/tmp/depot-bench-XXXXXX")
        Leftovers.add(self)
        if Machine.isInMemory(folder) {
            Output.complain("\(base) is in memory, so durable commits cost nothing here; run in a folder on a disk.")
        }
    }

    /// Creates a folder in the workspace.
    func subfolder(_ name: String) throws(BenchError) -> String {
        let path = "\(folder)/\(name)"
        guard mkdir(path, 0o700) == 0 else { throw .system(path) }
        return path
    }

    func remove() {
        for path in [folder, sockets] { try? FileManager.default.removeItem(atPath: path) }
    }

    private static func unique(_ template: String) throws(BenchError) -> String {
        var bytes = Array(template.utf8CString)
        guard mkdtemp(&bytes) != nil else { throw .system(template) }
        return String(decoding: bytes.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
