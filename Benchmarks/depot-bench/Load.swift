import Foundation
import Synchronization

/// Keep-alive clients that each send the next request as soon as the answer to the one before has come.
struct Load: Sendable {
    /// What came of it.
    struct Result: Sendable {
        var rate = Rate()
        /// Nanoseconds from the first byte sent to the last received, of each request.
        var samples: [UInt64] = []

        static func + (left: Result, right: Result) -> Result {
            Result(rate: left.rate + right.rate, samples: left.samples + right.samples)
        }
    }

    /// Makes one client's requests, on its thread.
    typealias Source = () -> [UInt8]

    let endpoint: Endpoint
    /// How many clients, each a blocking socket on its own thread.
    let clients: Int

    /// Runs for that long; whoever is waiting for an answer then still gets it.
    ///
    /// - Parameter source: called once a client, with its number from 0.
    /// - Throws: when a connection fails, or an answer is not 200.
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
        // All run side by side, so the time is that of the longest.
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

/// Lets everybody pass when the last has come.
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
