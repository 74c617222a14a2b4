import Foundation
import Synchronization

/// Keep-alive clients that each send the next request as soon as they have the previous answer.
struct Load: Sendable {
    /// The result of a load.
    struct Result: Sendable {
        var rate = Rate()
        /// The nanoseconds of each request from the first byte sent to the last byte received.
        var samples: [UInt64] = []

        static func + (left: Result, right: Result) -> Result {
            Result(rate: left.rate + right.rate, samples: left.samples + right.samples)
        }
    }

    /// Returns the requests of one client, on its thread.
    typealias Source = () -> [UInt8]

    let endpoint: Endpoint
    /// The number of clients, each with a blocking socket on its own thread.
    let clients: Int

    /// Runs the load for a time, after which pending answers are still received.
    ///
    /// - Parameter source: returns the requests of a client with a number from 0; called once per client.
    /// - Throws: an error if a connection fails or an answer is not 200.
    func run(seconds: Double, source: @escaping @Sendable (Int) -> Source) async throws -> Result {
        let gate = Gate(clients)
        let all = try await withThrowingTaskGroup(of: Result.self) { group in
            for client in 0..<clients {
                group.addTask {
                    try await onThread("load-\(client)") { try self.client(seconds: seconds, gate, source(client)) }
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        // All clients run concurrently, so the longest time counts.
        return Result(
            rate: Rate(
                count: all.reduce(0) { $0 + $1.rate.count }, seconds: all.map(\.rate.seconds).max() ?? 0),
            samples: all.flatMap(\.samples))
    }

    private func client(seconds: Double, _ gate: Gate, _ next: Source) throws(BenchError) -> Result {
        let connection: HTTPConnection
        do throws(BenchError) {
            connection = try HTTPConnection(endpoint)
        } catch {
            gate.pass()
            throw error
        }
        var samples: [UInt64] = []
        gate.pass()
        let start = monotonic()
        let end = start + UInt64(seconds * 1e9)
        var now = start
        while now < end {
            let request = next()
            let status = try connection.status(of: request)
            guard status == 200 else {
                let line = String(decoding: request.prefix { $0 != UInt8(ascii: "\r") }, as: UTF8.self)
                throw BenchError("\(line) gives \(status)")
            }
            let done = monotonic()
            samples.append(done - now)
            now = done
        }
        return Result(rate: Rate(count: samples.count, seconds: Double(now - start) / 1e9), samples: samples)
    }
}

/// A barrier at which threads wait until the last one arrives.
private final class Gate: Sendable {
    private let missing: Mutex<Int>
    private let opened = DispatchSemaphore(value: 0)

    init(_ count: Int) { missing = Mutex(count) }

    func pass() {
        let isLast = missing.withLock { missing in
            missing -= 1
            return missing == 0
        }
        if isLast { opened.signal() }
        opened.wait()
        opened.signal()
    }
}
