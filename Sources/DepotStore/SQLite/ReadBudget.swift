package import DepotModel
import GRDBSQLite
import Glibc
import Synchronization

/// What the reads of one request, or of a lane, may cost, and over whose connections they go. Who has none reads without
/// limit, over those of short reads.
///
/// A read is looked at each thousand instructions of SQLite's virtual machine (sqlite.org/c3ref/progress_handler.html),
/// so one that takes less costs nothing to watch.
package final class ReadBudget: Sendable {
    /// Whose connections are used.
    package enum Place: Sendable {
        /// Those of the lanes, and of what looks after them.
        case own
        /// Short reads, on the threads that serve everybody.
        case shared
        /// Long reads, on threads of their own.
        case long
    }

    /// What the running task's reads may cost; nil: anything.
    @TaskLocal package static var current: ReadBudget?

    package let place: Place
    /// Processor time of all reads together, in nanoseconds.
    private let processorLimit: Int64
    /// Time of one read, in nanoseconds, however little of it is spent computing.
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

    /// How much a request may cost before it is answered on other threads, from the first to the last.
    package enum Level: Int, CaseIterable, Comparable, Sendable {
        /// Milliseconds: on the threads that serve everybody.
        case short
        /// What a list of many assets takes.
        case medium
        /// What a search through all of them takes.
        case long

        package static func < (left: Level, right: Level) -> Bool { left.rawValue < right.rawValue }

        /// Where it is answered after this; nil: nowhere.
        package var next: Level? { Level(rawValue: rawValue + 1) }

        /// The processor time of its reads.
        package var processor: Duration {
            switch self {
            case .short: .milliseconds(3)
            case .medium: .milliseconds(60)
            case .long: longest
            }
        }
    }

    /// For a request at this level.
    package static func request(_ level: Level) -> ReadBudget {
        ReadBudget(
            level == .short ? .shared : .long, processor: level.processor,
            elapsed: level == .long ? .seconds(20) : .milliseconds(500))
    }

    /// For a lane, and for what looks after the lanes: no limit.
    package static let own = ReadBudget(.own, processor: .seconds(1_000_000_000), elapsed: .seconds(1_000_000_000))

    /// For an answer that is read page by page: each page is as a request of its own.
    package static func pages() -> ReadBudget {
        ReadBudget(.long, processor: longest, elapsed: .seconds(20), isPerRead: true)
    }

    /// For a stream that goes on for hours: each of its reads is short.
    package static func stream() -> ReadBudget {
        ReadBudget(.shared, processor: longest, elapsed: .seconds(20), isPerRead: true)
    }

    /// For what is not asked a second time, on the threads that serve everybody.
    package static func once() -> ReadBudget { ReadBudget(.shared, processor: longest, elapsed: .seconds(20)) }

    /// The processor time after which a question is given up.
    package static let longest = Duration.seconds(5)

    /// Whether a read was given up, so that the answer is not to be trusted.
    package var isExceeded: Bool { exceeded.load(ordering: .relaxed) }

    /// The processor time of its reads that were worth a look.
    package var spent: Duration { .nanoseconds(spentTime.load(ordering: .relaxed)) }

    /// Why a read was given up.
    package static let error = DepotError(
        .tooExpensive, "This query takes more than \(longest.components.seconds) seconds of the station's time.",
        hint: "narrow it: fewer and longer words, a filter such as a location or category, or a smaller page")

    /// Begins a read; what one page took is not held against the next.
    fileprivate func begin() { if isPerRead { spentTime.store(0, ordering: .relaxed) } }

    /// Counts processor time, and says whether the read is to be given up.
    fileprivate func isOver(adding time: Int64, elapsed: Int64) -> Bool {
        let spent = spentTime.wrappingAdd(time, ordering: .relaxed).newValue
        guard spent > processorLimit || elapsed > elapsedLimit else { return false }
        exceeded.store(true, ordering: .relaxed)
        return true
    }
}

/// Ends the reads that are under way, and those that come later.
final class ReadStop: Sendable {
    private let stopped = Atomic<Bool>(false)
    private let outer: ReadStop?

    /// - Parameter outer: what ends these and others; nil: nothing else does.
    init(within outer: ReadStop? = nil) { self.outer = outer }

    var isSet: Bool { stopped.load(ordering: .relaxed) || outer?.isSet == true }
    func set() { stopped.store(true, ordering: .relaxed) }
}

extension SQLFailure {
    /// Somebody stopped it.
    static let interrupted = SQLFailure(code: SQLITE_INTERRUPT, message: "interrupted")
}

/// Looks at what a connection's read costs, and gives it up where that is too much or the store is closing.
///
/// Not thread-safe: used by whoever uses the connection.
final class ReadMeter {
    private static let instructions: Int32 = 1000

    private let stop: ReadStop
    private var budget: ReadBudget?
    private var began: Int64?
    private var looked: Int64 = 0

    init(_ stop: ReadStop) { self.stop = stop }

    /// Watches the connection for as long as this lives; `detach` before that ends.
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
