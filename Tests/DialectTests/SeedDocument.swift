import DepotTestKit
import Foundation

/// One of the four documents that the dialects must satisfy, with its example requests.
struct SeedDocument {
    var text: String

    init(_ name: String) throws {
        let file = Programs.repository.appendingPathComponent("Tests/DialectTests/Seeds/\(name).txt")
        text = try String(contentsOf: file, encoding: .utf8)
    }

    /// Every `curl` command, line breaks and all, in the document's order.
    var curlCommands: [String] {
        var commands: [String] = []
        var open: [Substring] = []
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if open.isEmpty, !line.hasPrefix("curl ") { continue }
            open.append(line)
            let command = open.joined(separator: "\n")
            let quotes = command.count { $0 == "'" }
            if line.hasSuffix("\\") || quotes % 2 == 1 { continue }
            commands.append(command)
            open = []
        }
        return commands
    }

    /// The fenced blocks of one language.
    func blocks(_ language: String) -> [String] {
        text.components(separatedBy: "```\(language)\n").dropFirst().compactMap {
            $0.components(separatedBy: "\n```").first
        }
    }

    /// Requests that are written as `httpPOST /path Authorization: … {{ … }}` in running text.
    var inlineRequests: [(method: String, path: String, body: String?)] {
        var found: [(String, String, String?)] = []
        for method in ["GET", "POST", "PUT", "DELETE"] {
            for part in text.components(separatedBy: "http\(method) ").dropFirst() {
                let own =
                    ["httpGET", "httpPOST", "httpPUT", "httpDELETE", "json["]
                    .compactMap { part.range(of: $0)?.lowerBound }.min().map { String(part[..<$0]) } ?? part
                let path = String(own.prefix { !$0.isWhitespace })
                let isBody = own.contains("Content-Type: application/json {{")
                let body =
                    isBody
                    ? own.range(of: "{{").flatMap { start in
                        own.range(of: "}}").map { "{" + own[start.upperBound..<$0.lowerBound] + "}" }
                    } : nil
                found.append((method, path, body))
            }
        }
        return found
    }
}

/// What came back from one example.
struct SeedAnswer {
    var status: Int
    var body: String
    var headers: [String: String] = [:]
    var json: Any? { try? JSONSerialization.jsonObject(with: Data(body.utf8), options: [.fragmentsAllowed]) }
    var object: [String: Any] { json as? [String: Any] ?? [:] }
    var array: [[String: Any]] { json as? [[String: Any]] ?? [] }

    /// Runs a `curl` command of a document as a shell would, with the places that it leaves open filled in.
    static func curl(_ command: String, _ places: [(String, String)]) async throws -> SeedAnswer {
        var command = command
        for (place, value) in places { command = command.replacingOccurrences(of: place, with: value) }
        guard command.hasPrefix("curl ") else { throw KitError("not a curl command: \(command)") }
        command = "curl -s -g -w '\\n%{http_code}' " + command.dropFirst(5)
        let result = try await Shell.run("/bin/sh", ["-c", command])
        guard result.status == 0 else {
            throw KitError("curl ended with \(result.status): \(command)\n\(result.errors)")
        }
        var lines = result.output.split(separator: "\n", omittingEmptySubsequences: false)
        while lines.last?.isEmpty == true { lines.removeLast() }
        let status = lines.popLast().flatMap { Int($0) } ?? 0
        return SeedAnswer(status: status, body: lines.joined(separator: "\n"))
    }
}
