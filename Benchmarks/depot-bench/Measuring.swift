import Dispatch
import Foundation

/// Nanoseconds of CLOCK_MONOTONIC, the clock that stamps reports.
func monotonic() -> UInt64 {
    DispatchTime.now().uptimeNanoseconds
}

/// Durations of the same thing done many times.
struct Samples: Sendable {
    /// Nanoseconds, ascending.
    private let sorted: [UInt64]

    init(_ nanoseconds: [UInt64]) { sorted = nanoseconds.sorted() }

    /// The quantile in microseconds (nearest rank); 0 where there are no samples.
    func quantile(_ part: Double) -> Double {
        guard let last = sorted.last else { return 0 }
        let index = Int((Double(sorted.count) * part).rounded(.up)) - 1
        return Double(sorted.indices.contains(index) ? sorted[index] : last) / 1000
    }

    /// In microseconds.
    var median: Double { quantile(0.5) }
    /// In microseconds.
    var p99: Double { quantile(0.99) }
}

/// How many there were in how long.
struct Rate: Sendable {
    var count = 0
    var seconds = 0.0

    var perSecond: Double { seconds > 0 ? Double(count) / seconds : 0 }

    static func + (left: Rate, right: Rate) -> Rate {
        Rate(count: left.count + right.count, seconds: left.seconds + right.seconds)
    }
}

/// Runs blocking work on a thread of its own, so that it neither waits for nor occupies the tasks' threads.
func onThread<Value: Sendable>(_ name: String, _ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        let thread = Thread { continuation.resume(with: Result { try body() }) }
        thread.name = name
        thread.start()
    }
}
