import Dispatch
import Foundation

/// Returns the nanoseconds of CLOCK_MONOTONIC, the clock of reports.
func monotonic() -> UInt64 {
    DispatchTime.now().uptimeNanoseconds
}

/// The durations of a repeated operation.
struct Samples: Sendable {
    /// The durations in nanoseconds, ascending.
    private let sorted: [UInt64]

    init(_ nanoseconds: [UInt64]) { sorted = nanoseconds.sorted() }

    /// Returns the quantile in microseconds (nearest rank), or 0 without samples.
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

/// A number of operations with their time.
struct Rate: Sendable {
    var count = 0
    var seconds = 0.0

    var perSecond: Double { seconds > 0 ? Double(count) / seconds : 0 }

    static func + (left: Rate, right: Rate) -> Rate {
        Rate(count: left.count + right.count, seconds: left.seconds + right.seconds)
    }
}

/// Runs blocking work on a thread of its own, so that it neither waits for nor occupies the threads of tasks.
func onThread<Value: Sendable>(_ name: String, _ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        let thread = Thread { continuation.resume(with: Result { try body() }) }
        thread.name = name
        thread.start()
    }
}
