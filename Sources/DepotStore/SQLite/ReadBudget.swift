package import DepotModel
import GRDBSQLite
import Glibc
import Synchronization

/// The limit on the cost of the reads of one request or lane, and the connections that they use. Without a budget,
/// reads have no limit and use the connections for short reads.
///
/// The cost is checked after every thousand instructions of SQLite's virtual machine
/// (sqlite.org/c3ref/progress_handler.html), so that a shorter read costs nothing to watch.
package final class ReadBudget: Sendable {
    /// The group of connections.
    package enum Place: Sendable {
        /// The connections of the lanes and of the tasks that serve them.
        case own
        /// The connections for short reads, on the shared threads.
        case shared
        /// The connections for long reads, on threads of their own.
        case long
    }

    /// The budget of the current task's reads, or nil if there is no limit.
    @TaskLocal package static var current: ReadBudget?

    /// The group of connections.
    package let place: Place
    /// The limit of the processor time of all reads together, in nanoseconds.
    private let processorLimit: Int64
    /// The limit of the duration of one read, in nanoseconds, regardless of its processor time.
    private let elapsedLimit: Int64
    private let isPerRead: Bool
    private let spentTime = Atomic<Int64>(0)
    private let exceeded = Atomic<Bool>(false)

    private init(_ place: Place, processor: Duration, elapsed: Duration, isPerRead: Bool = false) {
        self.place = place
        processorLimit = processor.nanoseconds
        elapsedLimit = elapsed.nanoseconds
        self.isPerRead = isPerRead
    }

    /// The cost of a request; one that exceeds its level is repeated on other threads at the next one.
    package enum Level: Int, CaseIterable, Comparable, Sendable {
        /// A few milliseconds, on the shared threads.
        case short
        /// The cost of a list of many assets.
        case medium
        /// The cost of a search through all assets.
        case long

        /// Returns true if the left level permits less than the right one.
        package static func < (left: Level, right: Level) -> Bool { left.rawValue < right.rawValue }

        /// The level at which an exceeded request is repeated, or nil if there is none.
        package var next: Level? { Level(rawValue: rawValue + 1) }

        /// The limit of the processor time of the request's reads.
        package var processor: Duration {
            switch self {
            case .short: .milliseconds(3)
            case .medium: .milliseconds(60)
            case .long: longest
            }
        }
    }

    /// Returns the budget of a request at this level.
    package static func request(_ level: Level) -> ReadBudget {
        ReadBudget(
            level == .short ? .shared : .long, processor: level.processor,
            elapsed: level == .long ? .seconds(20) : .milliseconds(500))
    }

    /// The budget of lanes and of the tasks that serve them, without limits.
    package static let own = ReadBudget(.own, processor: .seconds(1_000_000_000), elapsed: .seconds(1_000_000_000))

    /// Returns the budget of an answer that is read page by page, in which each page has the limits of a request.
    package static func pages() -> ReadBudget {
        ReadBudget(.long, processor: longest, elapsed: .seconds(20), isPerRead: true)
    }

    /// Returns the budget of a stream that lasts for hours, in which each read has limits of its own.
    package static func stream() -> ReadBudget {
        ReadBudget(.shared, processor: longest, elapsed: .seconds(20), isPerRead: true)
    }

    /// Returns the budget of a request that is never repeated at another level, on the shared threads.
    package static func once() -> ReadBudget { ReadBudget(.shared, processor: longest, elapsed: .seconds(20)) }

    /// The processor time after which a request is abandoned.
    package static let longest = Duration.seconds(5)

    /// A Boolean value that is true if a read was abandoned, so that the answer cannot be trusted.
    package var isExceeded: Bool { exceeded.load(ordering: .relaxed) }

    /// The processor time of the reads that were long enough to be measured.
    package var spent: Duration { .nanoseconds(spentTime.load(ordering: .relaxed)) }

    /// The error of an abandoned read.
    package static let error = DepotError(
        .tooExpensive, "This query takes more than \(longest.components.seconds) seconds of the station's time.",
        hint: "narrow it: fewer and longer words, a filter such as a location or category, or a smaller page")

    /// Begins a read. With page-by-page limits, the time of earlier pages no longer counts.
    fileprivate func begin() { if isPerRead { spentTime.store(0, ordering: .relaxed) } }

    /// Adds processor time, and returns true if the read is to be abandoned.
    fileprivate func isOver(adding time: Int64, elapsed: Int64) -> Bool {
        let spent = spentTime.wrappingAdd(time, ordering: .relaxed).newValue
        guard spent > processorLimit || elapsed > elapsedLimit else { return false }
        exceeded.store(true, ordering: .relaxed)
        return true
    }
}

/// A switch that ends current reads and makes later ones fail.
final class ReadStop: Sendable {
    private let stopped = Atomic<Bool>(false)
    private let outer: ReadStop?

    /// Creates a switch.
    ///
    /// - Parameter outer: A switch that also ends these reads, or nil.
    init(within outer: ReadStop? = nil) { self.outer = outer }

    var isSet: Bool { stopped.load(ordering: .relaxed) || outer?.isSet == true }
    func set() { stopped.store(true, ordering: .relaxed) }
}

extension SQLFailure {
    /// The failure of a read that was stopped.
    static let interrupted = SQLFailure(code: SQLITE_INTERRUPT, message: "interrupted")
}

/// A monitor of the cost of a connection's reads, which abandons them if the cost is too high or the store closes.
///
/// Not thread-safe: only the user of the connection uses it.
final class ReadMeter {
    private static let instructions: Int32 = 1000

    private let stop: ReadStop
    private var budget: ReadBudget?
    private var began: Int64?
    private var looked: Int64 = 0

    init(_ stop: ReadStop) { self.stop = stop }

    /// Monitors the connection. `detach` must be called before this object is released.
    func attach(to handle: OpaquePointer) {
        sqlite3_progress_handler(
            handle, Self.instructions,
            { context in
                guard let context else { return 0 }
                return Unmanaged<ReadMeter>.fromOpaque(context).takeUnretainedValue().isOver ? 1 : 0
            }, Unmanaged.passUnretained(self).toOpaque())
    }

    func detach(from handle: OpaquePointer) { sqlite3_progress_handler(handle, 0, nil, nil) }

    func begin(_ budget: ReadBudget?) {
        self.budget = budget
        began = nil
        budget?.begin()
    }

    func end() { budget = nil }

    private var isOver: Bool {
        if stop.isSet { return true }
        guard let budget else { return false }
        let processor = nanoseconds(CLOCK_THREAD_CPUTIME_ID)
        let now = nanoseconds(CLOCK_MONOTONIC)
        guard let began else {
            (began, looked) = (now, processor)
            return budget.isExceeded
        }
        defer { looked = processor }
        return budget.isOver(adding: processor - looked, elapsed: now - began)
    }

    private func nanoseconds(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}

extension Duration {
    fileprivate var nanoseconds: Int64 { components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000 }
}
