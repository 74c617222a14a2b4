import DepotTestKit
import Foundation
import Testing

/// What a target declares in Package.swift, it imports.
@Suite struct DependencyTests {
    /// A target of Package.swift.
    struct Target {
        var name: String
        var folder: String
        var isExecutable: Bool
        var dependencies: [String]
    }

    private let manifest: String

    init() throws {
        manifest = try String(contentsOf: Programs.repository.appendingPathComponent("Package.swift"), encoding: .utf8)
    }

    /// The module of each constant for a product, and the modules of the dialects' list.
    private var constants: [String: [String]] {
        var constants: [String: [String]] = [:]
        for match in manifest.matches(of: /let (\w+) = Target\.Dependency\.product\(name: "(\w+)"/) {
            constants[String(match.output.1)] = [String(match.output.2)]
        }
        for match in manifest.matches(of: /let (\w+): \[Target\.Dependency\] = \[(.*)\]/) {
            constants[String(match.output.1)] = modules(String(match.output.2), constants)
        }
        return constants
    }

    private func modules(_ list: String, _ constants: [String: [String]]) -> [String] {
        list.matches(of: /"([\w-]+)"|(\w+)/).flatMap { match in
            if let name = match.output.1 { return [String(name)] }
            return match.output.2.flatMap { constants[String($0)] } ?? []
        }
    }

    /// The targets of Swift: each ends with its settings.
    private func targets() -> [Target] {
        let constants = constants
        return manifest.split(separator: "swiftSettings: strict").compactMap { text in
            guard let match = text.matches(of: /\.(target|executableTarget|testTarget)\(\s*name: "([\w-]+)"/).last
            else { return nil }
            let (kind, name) = (match.output.1, String(match.output.2))
            let rest = text[match.range.upperBound...]
            let path = rest.firstMatch(of: /path: "([^"]+)"/).map { String($0.output.1) }
            let list = rest.firstMatch(of: /dependencies: ([^\]]*\]?)/).map { String($0.output.1) } ?? ""
            return Target(
                name: name, folder: path ?? (kind == "testTarget" ? "Tests/" : "Sources/") + name,
                isExecutable: kind == "executableTarget", dependencies: modules(list, constants))
        }
    }

    private func imports(in folder: String) throws -> Set<String> {
        let root = Programs.repository.appendingPathComponent(folder)
        let paths = try FileManager.default.subpathsOfDirectory(atPath: root.path).filter { $0.hasSuffix(".swift") }
        var imports: Set<String> = []
        for path in paths {
            let text = try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
            for match in text.matches(of: /(?m)^[@\w ]*\bimport (?:(?:struct|class|enum|func|protocol) )?(\w+)/) {
                imports.insert(String(match.output.1))
            }
        }
        return imports
    }

    @Test func everyDependencyThatIsDeclaredIsImported() throws {
        let targets = targets()
        #expect(targets.count > 40 && targets.contains { $0.dependencies.contains("GRDB") })
        // tests run these, and import nothing of them
        let programs = Set(targets.filter(\.isExecutable).map(\.name))
        for target in targets {
            let unused = Set(target.dependencies).subtracting(try imports(in: target.folder)).subtracting(programs)
            #expect(unused.isEmpty, "\(target.name) declares \(unused.sorted().joined(separator: ", ")), unused")
        }
    }
}
