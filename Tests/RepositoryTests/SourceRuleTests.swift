import DepotTestKit
import Foundation
import Testing

/// The repository's rules, checked on every source file; each rule also proves on a bad sample that it fires.
@Suite struct SourceRuleTests {
    static let files: [SourceFile] = {
        let top = Programs.repository
        var files: [SourceFile] = []
        for folder in ["Sources", "Tests", "Benchmarks"] {
            let enumerator = FileManager.default.enumerator(
                at: top.appendingPathComponent(folder), includingPropertiesForKeys: nil)
            while let url = enumerator?.nextObject() as? URL {
                guard url.pathExtension == "swift", let text = try? String(contentsOf: url, encoding: .utf8) else {
                    continue
                }
                files.append(SourceFile(path: String(url.path.dropFirst(top.path.count + 1)), text: text))
            }
        }
        return files.sorted { $0.path < $1.path }
    }()

    @Test func everyFileKeepsTheRules() {
        #expect(Self.files.count > 50)
        for rule in Rules.all {
            let violations = Self.files.flatMap(rule.violations)
            #expect(violations.isEmpty, "\(rule.name):\n\(violations.joined(separator: "\n"))")
        }
    }

    /// `--filter` finds a suite by its name.
    @Test func everySuiteHasANameOfItsOwn() {
        var paths: [String: [String]] = [:]
        for file in Self.files where file.path.hasPrefix("Tests/") {
            for match in file.text.matches(of: /@Suite(?:\([^\n]*\))?\s+(?:final )?(?:struct|class|actor) (\w+)/) {
                paths[String(match.output.1), default: []].append(file.path)
            }
        }
        #expect(paths.count > 100)
        for (name, paths) in paths { #expect(paths.count == 1, "\(name) is in \(paths.joined(separator: ", "))") }
    }

    @Test func everyTargetHasAnImportRule() {
        let targets = Set(Self.files.filter { $0.path.hasPrefix("Sources/") }.map(\.target))
        #expect(targets.subtracting(Rules.imports.keys).isEmpty)
    }

    @Test(arguments: [
        ("Sources/DepotModel/Bad.swift", "import Foundation\n", "imports"),
        ("Sources/depotctl/Bad.swift", "public import GRDB\n", "imports"),
        ("Sources/DepotHTTP/Bad.swift", "internal import struct GRDB.Row\n", "imports"),
        ("Sources/DepotStore/Bad.swift", String(repeating: "\n", count: 401), "file length"),
        ("Sources/DepotHTTP/Bad.swift", "guard dialect.face == .atech else { return }\n", "dialects by name"),
        ("Sources/DepotStore/Bad.swift", "let x = try! f()\n", "try!"),
        ("Sources/DepotStore/Bad.swift", "    fatalError(\"no\")\n", "fatalError("),
        ("Sources/DepotHTTP/Bad.swift", "print(\"x\")\n", "print("),
        ("Sources/DepotEngine/Bad.swift", "try await Task.sleep(for: .seconds(1))\n", "sleep("),
        ("Sources/ScannerUSB/Bad.swift", "usleep(100)\n", "sleep("),
        ("Sources/depotd/Bad.swift", "FileHandle.standardError.write(data)\n", "FileHandle"),
        ("Sources/depotd/Bad.swift", "JSONSerialization.data(withJSONObject: x)\n", "JSONSerialization"),
        ("Sources/DepotTestKit/Bad.swift", "log.write(Data(bytes))\n", "calls that trap"),
        ("Sources/depotctl/Bad.swift", "let all = input.readDataToEndOfFile()\n", "calls that trap"),
        ("Sources/VirtualUSB/Bad.swift", "process.launch()\n", "calls that trap"),
        ("Tests/DaemonTests/Bad.swift", "usleep(100)\n", "sleeping tests"),
        ("Sources/DepotModel/Bad.swift", "/// What became of it.\nlet a = 1\n", "doc summaries"),
        ("Sources/DepotModel/Bad.swift", "    public var a: Int\n", "doc comments"),
        ("Sources/ScannerUSB/Bad.swift", "/// A type.\n\npackage struct A {}\n", "doc comments"),
    ])
    func aBadSampleFires(_ path: String, _ text: String, _ name: String) throws {
        let rule = try #require(Rules.all.first { $0.name == name })
        #expect(!rule.violations(SourceFile(path: path, text: text)).isEmpty)
    }

    @Test func aGoodSampleDoesNot() {
        let good = SourceFile(
            path: "Sources/DepotWorkflow/Good.swift",
            text: """
                public import DepotModel
                // print("in a comment")
                let a = fingerprint(1)
                /// Returns the number.
                @discardableResult
                public func number() -> Int { 1 }
                public func encode(to encoder: any Encoder) throws {}

                """)
        for rule in Rules.all { #expect(rule.violations(good).isEmpty, "\(rule.name)") }
    }

    @Test func theFormatIsTheHouses() async throws {
        let result = try await Shell.run(
            "swift", ["format", "lint", "--strict", "-r", "-p", "Package.swift", "Sources", "Tests", "Benchmarks"],
            in: Programs.repository)
        #expect(result.status == 0, "make format mends this:\n\(result.output.suffix(4000))")
    }

    @Test func nothingGeneratedIsCommitted() async throws {
        let result = try await Shell.run("git", ["ls-files"], in: Programs.repository)
        let bad = result.output.split(separator: "\n").filter {
            $0.hasPrefix(".build") || $0 == "Package.resolved" || $0.hasSuffix(".sqlite")
        }
        #expect(bad.isEmpty)
    }
}
