import DepotAPI
import Foundation
import Synchronization

/// Callers that repeat the most expensive request that their role permits, each with a token of its own.
final class CostlyReaders: Sendable {
    private let endpoint: Endpoint
    private let tokens: [String]
    private let isStopped = Atomic<Bool>(false)
    private let answered = Atomic<Int>(0)

    /// Creates a viewer's token for each caller.
    init(_ count: Int, at endpoint: Endpoint, administrator: String) throws {
        self.endpoint = endpoint
        let connection = try HTTPConnection(endpoint)
        tokens = try (0..<count).map { _ in
            let name = UUID().uuidString
            let request = HTTPRequest.bytes(
                "POST", StationAPI.prefix + "/tokens", token: administrator,
                body: "{\"name\":\"\(name)\",\"role\":\"viewer\"}")
            let answer = try connection.answer(to: request)
            guard answer.status == 201 else { throw BenchError("POST tokens gives \(answer.status)") }
            return try JSONDecoder().decode(CreateTokenReply.self, from: Data(answer.body)).secret
        }
    }

    /// The number of answers, good or bad.
    var answers: Int { answered.load(ordering: .relaxed) }

    /// A search for fifty texts of two letters, each in every asset.
    static var path: String {
        let texts = "qzjxvkwyfh".flatMap { first in "abcde".map { "\(first)\($0)" } }
        return "/api/v1/hardware?limit=50&search=" + texts.joined(separator: "%20OR%20")
    }

    /// Sends requests until ``stop()``.
    func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for token in tokens {
                group.addTask {
                    try await onThread("reader") {
                        let connection = try HTTPConnection(self.endpoint, timeout: 60)
                        let request = HTTPRequest.bytes("GET", Self.path, token: token)
                        while !self.isStopped.load(ordering: .relaxed) {
                            _ = try connection.status(of: request)
                            self.answered.wrappingAdd(1, ordering: .relaxed)
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    /// Ends each caller after its current answer.
    func stop() { isStopped.store(true, ordering: .relaxed) }
}
