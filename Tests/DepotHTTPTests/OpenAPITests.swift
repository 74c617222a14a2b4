import ATech
import DepotDialect
import IncidentIQ
import IssueAsset
import Logging
import SnipeIT
import Testing

@testable import DepotHTTP

/// `GET /openapi.yaml` describes what is served: every route, and nothing else.
@Suite struct OpenAPITests {
    /// A method with the parts of a path; what varies is `{}`, and the rest of a path `**`.
    private struct Operation: Hashable, CustomStringConvertible {
        var method: String
        var parts: [String]

        init(_ method: String, _ path: String) {
            self.method = method.uppercased()
            parts = path.split(separator: "/").map { part in
                part.hasPrefix(":") || (part.hasPrefix("{") && part.hasSuffix("}")) ? "{}" : String(part)
            }
        }

        var description: String { "\(method) /\(parts.joined(separator: "/"))" }

        /// Whether this route answers what the document calls `documented`.
        func answers(_ documented: Operation) -> Bool {
            guard method == documented.method else { return false }
            guard parts.last == "**" else { return parts == documented.parts }
            return documented.parts.count >= parts.count && documented.parts.starts(with: parts.dropLast())
        }
    }

    @Test func theDocumentAndTheRoutesAreTheSame() async throws {
        try await TestStation.run { station in
            let answer = try await station.tcp("GET", "/openapi.yaml")
            #expect(answer.status == 200)
            #expect(answer.headers["content-type"] == "application/yaml")
            let documented = Self.operations(answer.text)
            let routes = Self.routes(of: station)
            #expect(documented.count > 200 && routes.count > 200)
            #expect(Set(documented).count == documented.count, "an operation is described twice")
            let missing = routes.filter { route in !documented.contains { route.answers($0) } }
            #expect(missing.isEmpty, "not in openapi.yaml: \(missing.map(\.description).sorted())")
            let invented = documented.filter { operation in !routes.contains { $0.answers(operation) } }
            #expect(invented.isEmpty, "in openapi.yaml, but not served: \(invented.map(\.description).sorted())")
        }
    }

    @Test func everyOperationSaysWhoMayAsk() async throws {
        try await TestStation.run { station in
            let text = try await station.tcp("GET", "/openapi.yaml").text
            let open = Self.sections(text).filter { $0.text.contains("\n      security: []") }.map(\.operation)
            let routes = Self.table(of: station)
            for operation in open {
                let answers = routes.filter { Operation("\($0.method)", $0.path).answers(operation) }
                #expect(
                    answers.contains { $0.access == .anyone }, "\(operation) needs a token, but openapi.yaml says not")
            }
            for route in routes where route.access == .anyone && route.dialects.isEmpty {
                let operation = Operation("\(route.method)", route.path)
                #expect(open.contains(operation), "\(operation) needs no token, but openapi.yaml says so")
            }
        }
    }

    /// Only changes are kept under their key: so says the document, and so does the table of routes.
    @Test func everyOperationSaysWhetherItsAnswerIsKept() async throws {
        try await TestStation.run { station in
            let routes = Self.table(of: station)
            for (operation, text) in Self.sections(try await station.tcp("GET", "/openapi.yaml").text) {
                let answers = routes.filter { Operation("\($0.method)", $0.path).answers(operation) }
                let changes = operation.method != "GET" && answers.contains { $0.access >= .operator }
                #expect(text.contains("parameters/IdempotencyKey'") == changes, "\(operation)")
            }
        }
    }

    /// The document's operations, in its order.
    private static func operations(_ text: String) -> [Operation] { sections(text).map(\.operation) }

    /// The document's operations with the lines that describe them. Paths stand two blanks from the margin below
    /// `paths:`, methods four.
    private static func sections(_ text: String) -> [(operation: Operation, text: String)] {
        var sections: [(operation: Operation, text: String)] = []
        var isInPaths = false
        var path = ""
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if !line.hasPrefix(" ") {
                isInPaths = line == "paths:"
            } else if isInPaths, line.hasPrefix("  /"), line.hasSuffix(":") {
                path = String(line.dropFirst(2).dropLast())
            } else if isInPaths, line.hasPrefix("    "), !line.hasPrefix("     "), line.hasSuffix(":") {
                sections.append((Operation(String(line.dropFirst(4).dropLast()), path), ""))
            } else if isInPaths, let last = sections.indices.last {
                sections[last].text += "\n" + line
            }
        }
        return sections
    }

    private static func routes(of station: TestStation) -> [Operation] {
        table(of: station).map { Operation("\($0.method)", $0.path) }
    }

    /// The routes as the daemon serves them.
    private static func table(of station: TestStation) -> [RouteTable.Route] {
        let settings = HTTPSettings(socketPath: nil, host: "", port: 0)
        let dialects: [any Dialect] = [ATech(), IssueAsset(), SnipeIT(), IncidentIQ()]
        return StationRouter(
            station: station.station, dialects: dialects, settings: settings, logger: Logger(label: "test")
        ).routes
    }
}
