import DepotTestKit
import Foundation
import Testing

/// What the README says is what the programs say.
@Suite struct DocumentationTests {
    private let readme: String

    init() throws {
        readme = try String(contentsOf: Programs.repository.appendingPathComponent("README.md"), encoding: .utf8)
    }

    @Test func theConfigurationReferenceIsTheProgramsOwn() async throws {
        let result = try await Shell.run(Programs.path("depotd"), ["--config-reference"])
        #expect(result.status == 0)
        #expect(readme.contains("```yaml\n\(result.output)```"), "paste depotd --config-reference into README.md")
    }

    @Test func everyModuleAndEveryDependencyIsInTheTables() throws {
        let manifest = try String(
            contentsOf: Programs.repository.appendingPathComponent("Package.swift"), encoding: .utf8)
        let folders = try FileManager.default.contentsOfDirectory(
            atPath: Programs.repository.appendingPathComponent("Sources").path)
        for folder in folders where !folder.hasPrefix("C") {
            #expect(readme.contains("`\(folder)`"), "\(folder) is missing in the table of modules")
        }
        for match in manifest.matches(of: /url: "https:\/\/github\.com\/[^\/]+\/([^"]+)"/) {
            #expect(readme.contains(match.output.1), "\(match.output.1) is missing in the table of dependencies")
        }
    }

    @Test func everyCommandIsInTheReadme() async throws {
        let help = try await Shell.run(Programs.path("depotctl"), ["--help"])
        let start = try #require(help.output.range(of: "SUBCOMMANDS:"))
        let commands = help.output[start.upperBound...].split(separator: "\n")
            .compactMap { $0.firstMatch(of: /^ {2}([a-z]+)(?: |$)/)?.output.1 }
        #expect(commands.count >= 20, "\(help.output)")
        for command in commands {
            #expect(readme.contains("`\(command)"), "\(command) is missing")
        }
    }

    @Test func theReadmeStartsWithTheTwoCommands() {
        let commands = readme.split(separator: "\n").filter { $0.hasPrefix("make ") }
        #expect(commands.count >= 2 && commands[0].hasPrefix("make demo") && commands[1].hasPrefix("make test"))
    }
}
