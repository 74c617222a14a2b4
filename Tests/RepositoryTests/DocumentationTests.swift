import DepotTestKit
import Foundation
import Testing

/// What the pages say is what the programs say.
@Suite struct DocumentationTests {
    private static let top = Programs.repository

    private func page(_ path: String) throws -> String {
        try String(contentsOf: Self.top.appendingPathComponent(path), encoding: .utf8)
    }

    @Test func theConfigurationReferenceIsTheProgramsOwn() async throws {
        let result = try await Shell.run(Programs.path("depotd"), ["--config-reference"])
        #expect(result.status == 0)
        let differences = try GeneratedSection.differences(
            in: "docs/configuration.md", from: "```yaml\n\(result.output)```")
        #expect(differences.isEmpty, "make reference mends this: \(differences.joined(separator: "\n"))")
    }

    @Test func everyModuleAndEveryDependencyIsInTheTables() throws {
        let architecture = try page("docs/architecture.md")
        let readme = try page("README.md")
        let folders = try FileManager.default.contentsOfDirectory(
            atPath: Self.top.appendingPathComponent("Sources").path)
        for folder in folders where !folder.hasPrefix("C") {
            #expect(architecture.contains("`\(folder)`"), "\(folder) is missing in the table of modules")
            let catalog = Self.top.appendingPathComponent("Sources/\(folder)/\(folder).docc/\(folder).md").path
            #expect(FileManager.default.fileExists(atPath: catalog), "\(folder) has no page for make docs")
        }
        for match in try page("Package.swift").matches(of: /url: "https:\/\/github\.com\/[^\/]+\/([^"]+)"/) {
            #expect(readme.contains(match.output.1), "\(match.output.1) is missing in the table of dependencies")
        }
    }

    @Test func everyCommandIsInTheTable() async throws {
        let operations = try page("docs/operations.md")
        let help = try await Shell.run(Programs.path("depotctl"), ["--help"])
        let start = try #require(help.output.range(of: "SUBCOMMANDS:"))
        let commands = help.output[start.upperBound...].split(separator: "\n")
            .compactMap { $0.firstMatch(of: /^ {2}([a-z]+)(?: |$)/)?.output.1 }
        #expect(commands.count >= 20, "\(help.output)")
        for command in commands {
            #expect(
                operations.contains("`\(command)`") || operations.contains("`\(command) "), "\(command) is missing")
        }
    }

    @Test func theReadmeIsShortAndStartsWithTheTwoCommands() throws {
        let lines = try page("README.md").split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count <= 100, "a stranger reads one screen and a half; the rest belongs in docs")
        let commands = lines.filter { $0.hasPrefix("make ") }
        #expect(commands.count >= 2 && commands[0].hasPrefix("make demo") && commands[1].hasPrefix("make test"))
    }

    @Test func theVersionHasItsChanges() async throws {
        let version = try await Shell.run(Programs.path("depotd"), ["--version"]).output
            .trimmingCharacters(in: .whitespacesAndNewlines)
        #expect(try page("CHANGELOG.md").contains("\n## \(version)\n"), "no heading for \(version)")
    }

    @Test func everyLinkLeadsToAFile() throws {
        var pages = ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"]
        let docs = FileManager.default.enumerator(atPath: Self.top.appendingPathComponent("docs").path)
        while let path = docs?.nextObject() as? String { if path.hasSuffix(".md") { pages.append("docs/" + path) } }
        #expect(pages.count > 10)
        for name in pages {
            let folder = Self.top.appendingPathComponent(name).deletingLastPathComponent()
            for match in try page(name).matches(of: /\]\(([^)#\s]+)(?:#[^)]*)?\)/) where !match.output.1.contains("://")
            {
                let target = folder.appendingPathComponent(String(match.output.1)).path
                #expect(FileManager.default.fileExists(atPath: target), "\(name) links to \(match.output.1)")
            }
        }
    }
}
