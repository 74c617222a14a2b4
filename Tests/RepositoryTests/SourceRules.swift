import Foundation
import Testing

/// One source file as the rules see it.
struct SourceFile: CustomTestStringConvertible {
    var path: String
    var text: String

    /// `Sources/DepotModel/Asset.swift` → `DepotModel`.
    var target: String {
        let parts = path.split(separator: "/")
        return parts.count > 1 ? String(parts[1]) : ""
    }

    var isTest: Bool { path.hasPrefix("Tests/") || target == "DepotTestKit" }

    var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }

    /// The lines without their comments, numbered from 1; string literals stay, so a forbidden word may not hide in code.
    var code: [(number: Int, line: String)] {
        lines.enumerated().compactMap { index, line in
            let trimmed = line.trimmingCharacters(in: .whitespaces)
            guard !trimmed.hasPrefix("//") else { return nil }
            return (index + 1, trimmed)
        }
    }

    var testDescription: String { path }
}

/// A rule of the repository: what a file breaks, in words that say why it is a rule.
struct SourceRule: Sendable {
    var name: String
    var violations: @Sendable (SourceFile) -> [String]
}

/// What each target may import beside the standard library, and the reason that a violation prints.
struct ImportRule {
    var allowed: Set<String>
    var why: String
}

enum Rules {
    static let imports: [String: ImportRule] = [
        "TextFormats": ImportRule(allowed: [], why: "text formats are pure: no Foundation, no Glibc, and no depot"),
        "HIDDecoding": ImportRule(allowed: ["TextFormats"], why: "decoding is pure: no Foundation, no Glibc, no clock"),
        "BarcodeData": ImportRule(allowed: ["TextFormats"], why: "reading codes is pure: no Foundation, no Glibc"),
        "DepotModel": ImportRule(allowed: ["TextFormats"], why: "the vocabulary and the rules are pure"),
        "Sheets": ImportRule(
            allowed: ["DepotModel", "TextFormats"], why: "reading a sheet is pure: bytes in, rows out"),
        "DepotWorkflow": ImportRule(
            allowed: ["DepotModel", "BarcodeData"], why: "the lane state machine is pure and knows only the vocabulary"),
        "DepotStore": ImportRule(
            allowed: [
                "DepotModel", "Sheets", "TextFormats", "CSQLiteShim", "CZlib", "GRDB", "GRDBSQLite", "Crypto",
                "Foundation",
                "Synchronization",
                "Glibc",
                "Dispatch",
            ],
            why: "the store knows the vocabulary, SQLite and zlib, no USB, no HTTP, no lanes"),
        "ScannerUSB": ImportRule(
            allowed: [
                "HIDDecoding", "TextFormats", "CLibUSB", "CXKBCommon", "CLinuxShim", "Synchronization", "Glibc",
                "Dispatch",
            ],
            why: "scanners know no depot"),
        "DepotEngine": ImportRule(
            allowed: [
                "HIDDecoding", "BarcodeData", "DepotModel", "DepotWorkflow", "DepotStore", "Logging", "Yams",
                "DequeModule",
                "Glibc", "Dispatch", "Synchronization",
            ],
            why:
                "reports come in through a protocol, so the engine knows no libusb; faces come to it, so it knows no HTTP"
        ),
        "DepotAPI": ImportRule(
            allowed: [
                "DepotModel", "Sheets", "TextFormats", "AsyncHTTPClient", "NIOCore", "NIOHTTP1", "NIOFoundationCompat",
                "Foundation",
                "Glibc", "Synchronization",
            ], why: "the wire vocabulary is shared by daemon and command line: neither SQLite nor USB"),
        "DepotDialect": ImportRule(
            allowed: ["DepotModel", "DepotStore", "Sheets", "TextFormats", "HTTPTypes", "Synchronization"],
            why: "what dialects share knows no web framework"),
        "LabelPrinting": ImportRule(
            allowed: ["TextFormats", "CZint"], why: "a label is text and a code; it knows no depot"),
        "SnipeIT": dialect, "ATech": dialect, "IncidentIQ": dialect, "IssueAsset": dialect,
        "DepotHTTP": ImportRule(
            allowed: [
                "DepotAPI", "DepotDialect", "DepotEngine", "DepotModel", "DepotStore", "BarcodeData", "Sheets",
                "TextFormats",
                "LabelPrinting", "CLinuxShim", "CEmbedded", "Crypto", "Hummingbird", "HummingbirdCore",
                "HummingbirdTLS", "HTTPTypes",
                "NIOCore", "NIOPosix", "NIOHTTP1", "NIOSSL", "Logging", "ServiceLifecycle", "Foundation", "Glibc",
                "Synchronization",
            ], why: "faces translate; they touch neither SQL nor USB, and know dialects by their protocol only"),
        "VirtualUSB": ImportRule(
            allowed: ["CVirtualUSB", "Foundation", "Glibc", "Synchronization"], why: "the bench knows no depot"),
        "virtual-usb": ImportRule(
            allowed: ["VirtualUSB", "Foundation", "Glibc"], why: "the bench is a program of its own"),
        "depotctl": ImportRule(
            allowed: [
                "DepotAPI", "DepotModel", "Sheets", "CLinuxShim", "ArgumentParser", "Foundation", "Glibc",
                "Synchronization",
            ],
            why: "the command line links neither SQLite nor libusb"),
        "depotd": ImportRule(
            allowed: [
                "DepotAPI", "DepotDialect", "DepotEngine", "DepotHTTP", "DepotModel", "DepotStore", "HIDDecoding",
                "ScannerUSB", "SnipeIT",
                "ATech", "IncidentIQ", "IssueAsset", "CLinuxShim", "ArgumentParser", "Logging", "ServiceLifecycle",
                "UnixSignals", "Foundation", "Glibc", "Dispatch", "Synchronization",
            ], why: "the daemon puts the parts together and holds no logic of theirs"),
        "depot-demo": ImportRule(
            allowed: ["DepotTestKit", "DepotAPI", "DepotModel", "ArgumentParser", "Foundation"],
            why: "the demo is a user of the product"),
        "DepotTestKit": ImportRule(
            allowed: [
                "DepotAPI", "DepotModel", "CLinuxShim", "Foundation", "Synchronization", "Glibc",
            ],
            why: "fixtures drive the real daemon from outside"),
    ]

    private static let dialect = ImportRule(
        allowed: [
            "DepotDialect", "DepotModel", "DepotStore", "Sheets", "TextFormats", "HTTPTypes", "LabelPrinting",
            "Foundation",
            "Glibc",
            "Synchronization",
        ],
        why: "a dialect is a translation: it knows the inventory's words, no other dialect and no web framework")

    /// What Foundation ends the program by instead of throwing. `FileHandle` throws in the names that follow it:
    /// `write(contentsOf:)`, `read(upToCount:)`, `readToEnd()`, `seek(toOffset:)`, `synchronize()`, `close()`, `run()`.
    private static let trapping = [
        ".write(Data(", ".availableData", ".readData(ofLength",
        ".readDataToEndOfFile(", ".seek(toFileOffset", ".seekToEndOfFile(", ".offsetInFile", ".truncateFile(",
        ".synchronizeFile(", ".closeFile(", ".launch()", "NSString(", "as NSString",
    ]

    static let all: [SourceRule] = code + documentation

    private static let code: [SourceRule] = [
        SourceRule(name: "imports") { file in
            guard file.path.hasPrefix("Sources/"), let rule = imports[file.target] else { return [] }
            return file.code.compactMap { number, line in
                let words = line.split(separator: " ").map(String.init)
                guard let keyword = words.firstIndex(of: "import"),
                    words[..<keyword].allSatisfy({
                        ["public", "package", "internal", "@testable", "@preconcurrency"].contains($0)
                    }),
                    keyword + 1 < words.count
                else { return nil }
                let named = ["struct", "class", "enum", "func", "protocol"].contains(words[keyword + 1])
                guard keyword + (named ? 2 : 1) < words.count else { return nil }
                let module = String(words[keyword + (named ? 2 : 1)].split(separator: ".")[0])
                // FoundationEssentials is the part of Foundation without its weight.
                let meant = module == "FoundationEssentials" ? "Foundation" : module
                guard !rule.allowed.contains(meant), module != "Swift" else { return nil }
                return "\(file.path):\(number): \(file.target) may not import \(module): \(rule.why)"
            }
        },
        SourceRule(name: "dialects by name") { file in
            guard ["DepotDialect", "DepotHTTP"].contains(file.target), !file.isTest else { return [] }
            let names = [
                "SnipeIT", "snipeIT", "Snipe-IT", "ATech", ".atech", "IncidentIQ", "incidentIQ", "Incident IQ",
                "IssueAsset",
                "issueAsset", "Issue Asset",
            ]
            return file.lines.enumerated().compactMap { index, line in
                names.first { line.contains($0) }.map {
                    "\(file.path):\(index + 1): “\($0)”: what differs between dialects is a member of their protocol"
                }
            }
        },
        SourceRule(name: "file length") { file in
            let limit = file.path.hasPrefix("Tests/") ? 600 : 400
            let count = file.lines.count - (file.text.hasSuffix("\n") ? 1 : 0)
            guard count > limit else { return [] }
            return ["\(file.path): \(count) lines; \(limit) is what a reader takes in at once"]
        },
        forbidding("try!", why: "an error from outside would end the daemon"),
        forbidding(
            "FileHandle", why: "its write(_:) looks harmless and traps; write(2) does not",
            except: ["Sources/depot-demo/Output.swift", "Benchmarks/depot-bench/Output.swift"]),
        forbidding("JSONSerialization", why: "it traps on what is no JSON; Codable and our writers throw"),
        forbidding("fatalError(", why: "the daemon does not trap on input"),
        forbidding(
            "print(", why: "output belongs to the log, or to the command line's one Output type",
            except: ["Sources/depotctl/Output.swift"]),
        forbidding("sleep(", why: "a program waits for events"),
        SourceRule(name: "calls that trap") { file in
            guard !file.path.hasPrefix("Tests/") else { return [] }
            return file.code.flatMap { number, line in
                trapping.filter { line.contains($0) }.map {
                    "\(file.path):\(number): “\($0)” ends the program where it could throw: a log on a full disk is enough"
                }
            }
        },
        SourceRule(name: "sleeping tests") { file in
            guard file.isTest, !file.path.hasPrefix("Tests/RepositoryTests/") else { return [] }
            return file.code.filter { $0.line.contains("sleep(") }.map {
                "\(file.path):\($0.number): a test waits for events, never for time"
            }
        },
    ]

    private static func forbidding(_ word: String, why: String, except: Set<String> = []) -> SourceRule {
        SourceRule(name: word) { file in
            guard !file.isTest, !except.contains(file.path) else { return [] }
            return file.code.filter { _, line in
                guard let range = line.range(of: word) else { return false }
                guard range.lowerBound > line.startIndex else { return true }
                let before = line[line.index(before: range.lowerBound)]
                // usleep( and nanosleep( are meant, fingerprint( is not print(.
                return word == "sleep(" || !(before.isLetter || before == "_")
            }
            .map { "\(file.path):\($0.number): “\(word)”: \(why)" }
        }
    }
}
