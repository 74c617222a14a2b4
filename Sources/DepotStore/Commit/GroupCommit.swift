import CSQLiteShim
import DepotModel
import Dispatch
import GRDB
import Synchronization

/// The order in which jobs are committed.
enum CommitTurn: Sendable {
    /// Before all others, since somebody at a lane waits.
    case lane
    /// In the order of arrival.
    case usual
    /// Alone, and in turn with the others, because it takes so long that nobody should wait for two of them.
    case long
}

/// A job that waits for the writer.
private protocol CommitJob: AnyObject, Sendable {
    /// A Boolean value that is true if its writes are rolled back after it has its result.
    var isDryRun: Bool { get }
    var turn: CommitTurn { get }
    var profile: TransactionProfile { get }
    /// Runs the job in the open transaction.
    func run(_ writer: LedgerWriter) throws
    /// Answers the caller with `failure` if the batch was not committed, otherwise with the result of ``run(_:)``.
    func finish(_ failure: DepotError?)
}

// @unchecked: `outcome` is touched on the writer's queue only
private final class Job<Value: Sendable>: CommitJob, @unchecked Sendable {
    let isDryRun: Bool
    let turn: CommitTurn
    let profile: TransactionProfile
    private let body: @Sendable (LedgerWriter) throws -> Value
    private let continuation: CheckedContinuation<Result<Value, CommitFailure>, Never>
    private var outcome: Result<Value, CommitFailure>?

    init(
        isDryRun: Bool, turn: CommitTurn, profile: TransactionProfile,
        _ body: @escaping @Sendable (LedgerWriter) throws -> Value,
        _ continuation: CheckedContinuation<Result<Value, CommitFailure>, Never>
    ) {
        self.isDryRun = isDryRun
        self.turn = turn
        self.profile = profile
        self.body = body
        self.continuation = continuation
    }

    func run(_ writer: LedgerWriter) throws {
        do {
            outcome = .success(try body(writer))
        } catch let refusal as Refusal {
            outcome = .failure(.refused(refusal))
            throw refusal
        } catch let failure as CommitFailure {
            outcome = .failure(failure)
            throw failure
        } catch let error as DepotError {
            outcome = .failure(.failed(error))
            throw error
        } catch {
            outcome = .failure(.failed(SQLFailure(error).error))
            throw error
        }
    }

    func finish(_ failure: DepotError?) {
        let missing = DepotError(.internal, "The job was not run.")
        continuation.resume(returning: failure.map { .failure(.failed($0)) } ?? outcome ?? .failure(.failed(missing)))
    }
}

/// The only writer of the database. Waiting jobs are committed together: each has a savepoint, one COMMIT makes all of
/// them durable, and then each is answered, in the order of their events.
///
/// A job that throws is rolled back alone, and so is a dry run, which is answered as if it had been committed. If the
/// storage or COMMIT fails, nothing of the batch is kept, and every job of it receives the error. Jobs of lanes go
/// first; a long job has a batch of its own, in turn with the batches of all others.
final class GroupCommit: Sendable {
    /// The maximum number of jobs in a batch.
    static let batchLimit = 256
    /// The maximum number of waiting jobs; more are rejected.
    static let queueLimit = 20_000

    private struct Waiting {
        var lanes: [any CommitJob] = []
        var jobs: [any CommitJob] = []
        var long: [any CommitJob] = []
        var isLongNext = false
        var isDraining = false
        var isClosed = false

        var count: Int { lanes.count + jobs.count + long.count }

        /// Removes and returns the next batch; if it is empty, nobody drains the queue any more.
        mutating func next() -> [any CommitJob] {
            if !long.isEmpty, isLongNext || lanes.isEmpty && jobs.isEmpty {
                isLongNext = false
                return [long.removeFirst()]
            }
            isLongNext = true
            // a lane has one scan under way, so there are never many
            let others = jobs.prefix(max(0, GroupCommit.batchLimit - lanes.count))
            let batch = lanes + others
            lanes = []
            jobs.removeFirst(others.count)
            isDraining = !batch.isEmpty
            return batch
        }
    }

    private let waiting = Mutex(Waiting())
    private let database: DatabaseQueue
    private let writer: LedgerWriter
    let files: DatabaseFiles
    private let onCommit: @Sendable ([StoredEvent]) -> Void
    private let progress = Mutex(WriteProgress())
    /// The current profile of the writer's connection.
    private let profile = Mutex(TransactionProfile.interactive)
    private let isFinalized = Mutex(false)
    /// The newest published event and its hash.
    let ledgerEnd: Mutex<(number: EventNumber, hash: [UInt8])>
    /// Committed events that were not published because the files were gone. If the files come back, the events are in
    /// the ledger.
    private let unpublished = Mutex<[StoredEvent]>([])

    init(
        _ database: DatabaseQueue, _ writer: LedgerWriter, _ files: DatabaseFiles,
        ledgerEnd: (number: EventNumber, hash: [UInt8]),
        onCommit: @escaping @Sendable ([StoredEvent]) -> Void
    ) {
        self.database = database
        self.writer = writer
        self.files = files
        self.ledgerEnd = Mutex(ledgerEnd)
        self.onCommit = onCommit
    }

    /// A Boolean value that is true if a job waits that is not long; a long job that can end early then does.
    var isWaitedFor: Bool { waiting.withLock { !$0.jobs.isEmpty || !$0.lanes.isEmpty } }

    /// Clears the failure after a successful check.
    ///
    /// - Parameter failed: The number of failures before the check; later ones stay.
    func clearFailure(after failed: Int) { progress.withLock { $0.clearFailure(after: failed) } }

    /// The progress of the writer.
    var state: WriteProgress { progress.withLock { $0 } }

    /// Runs `body` in a transaction of the writer and returns after it is durable.
    ///
    /// - Parameter profile: The profile of the batch; `.bulk` only for a long job.
    func submit<Value: Sendable>(
        isDryRun: Bool = false, turn: CommitTurn = .usual, profile: TransactionProfile = .interactive,
        _ body: @escaping @Sendable (LedgerWriter) throws -> Value
    ) async throws(CommitFailure) -> Value {
        let result = await withCheckedContinuation { continuation in
            enqueue(Job(isDryRun: isDryRun, turn: turn, profile: profile, body, continuation))
        }
        return try result.get()
    }

    /// Runs `body` on the writer between two batches, outside any transaction. Returns nil if the store is closed.
    func between<Value: Sendable>(
        _ body: @escaping @Sendable (SQLConnection) -> Value
    ) async -> Value? {
        await withCheckedContinuation { continuation in
            database.asyncWriteWithoutTransaction { [self] _ in
                let isClosed = isFinalized.withLock { $0 }
                continuation.resume(returning: isClosed ? nil : use(body))
            }
        }
    }

    /// Runs `body` as ``between(_:)`` does, but waits at most this long for the writer. Returns nil if the writer is busy
    /// for longer.
    func between<Value: Sendable>(
        within milliseconds: Int, _ body: @escaping @Sendable (SQLConnection) -> Value
    ) async -> Value? {
        await withCheckedContinuation { continuation in
            let answer = Answer(continuation)
            DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(milliseconds)) { answer.give(nil) }
            database.asyncWriteWithoutTransaction { [self] _ in
                guard answer.isAwaited, !isFinalized.withLock({ $0 }) else { return answer.give(nil) }
                answer.give(use(body))
            }
        }
    }

    private func use<Value>(_ body: (SQLConnection) -> Value) -> Value {
        // whatever it finds, the next to write finds as well
        defer { try? files.check(isOwn: true) }
        return body(writer.connection)
    }

    /// A continuation that is resumed by the first of several answers.
    private final class Answer<Value: Sendable>: Sendable {
        private let continuation: Mutex<CheckedContinuation<Value?, Never>?>
        init(_ continuation: CheckedContinuation<Value?, Never>) { self.continuation = Mutex(continuation) }
        var isAwaited: Bool { continuation.withLock { $0 != nil } }

        func give(_ value: Value?) {
            let waiting = continuation.withLock { waiting in
                defer { waiting = nil }
                return waiting
            }
            waiting?.resume(returning: value)
        }
    }

    /// Commits the waiting jobs, rejects later ones, and closes the connection.
    func close() async {
        let first = waiting.withLock { waiting in
            defer { waiting.isClosed = true }
            return !waiting.isClosed
        }
        _ = await between { [self] connection in
            if files.isOverwritten { sqlite_keep_log_on_close(connection.handle) }
            connection.finalize()
            isFinalized.withLock { $0 = true }
        }
        // a failing close leaves the file to the process's end, which SQLite survives
        if first { try? database.close() }
    }

    private func enqueue(_ job: any CommitJob) {
        enum Answer { case drain, wait, closed, full }
        let answer: Answer = waiting.withLock { waiting in
            if waiting.isClosed { return .closed }
            switch job.turn {
            case .lane: waiting.lanes.append(job)
            case .usual, .long:
                // lanes are never turned away
                guard waiting.count < Self.queueLimit else { return .full }
                if job.turn == .long { waiting.long.append(job) } else { waiting.jobs.append(job) }
            }
            defer { waiting.isDraining = true }
            return waiting.isDraining ? .wait : .drain
        }
        switch answer {
        case .wait: break
        case .drain: database.asyncWriteWithoutTransaction { [self] _ in drain() }
        case .closed: job.finish(DepotError(.busy, "The station is stopping.", hint: "Try again in a moment."))
        case .full: job.finish(DepotError(.busy, "The station has too much to write.", hint: "Try again in a moment."))
        }
    }

    private func drain() {
        while true {
            let batch = waiting.withLock { waiting in waiting.next() }
            if batch.isEmpty { return }
            // a long job is alone in its batch
            let profile = batch.first?.profile ?? .interactive
            commit(batch, profile)
            followUp(profile)
        }
    }

    /// Does the work that a commit left, after every job was answered.
    private func followUp(_ profile: TransactionProfile) {
        // Nothing is left to do after most commits, and looking at the files costs more than to know that.
        let isWide = profile == .interactive && self.profile.withLock { $0 != profile }
        guard isWide || writer.hasBacklog, (try? files.check(isOwn: true)) != nil else { return }
        defer { try? files.check(isOwn: true) }
        // a cache that stays wide is no failure of what was committed
        if profile == .interactive { try? set(profile) }
        let before = writer.connection.pagesWritten
        writer.indexEvents()
        let pages = writer.connection.pagesWritten - before
        if pages > 0 { progress.withLock { $0.follow(pages: pages) } }
    }

    /// Sets the writer's connection to the profile.
    private func set(_ profile: TransactionProfile) throws(SQLFailure) {
        guard self.profile.withLock({ $0 != profile }) else { return }
        try writer.connection.execute(profile.pragmas)
        self.profile.withLock { $0 = profile }
    }

    private func commit(_ batch: [any CommitJob], _ profile: TransactionProfile) {
        progress.withLock { $0.begin() }
        var failure: DepotError?
        var transitions = 0
        let before = writer.connection.pagesWritten
        do {
            try files.check(isOwn: false)
            // only followUp sets the interactive one: giving up memory is nothing that a scan should wait for
            if profile == .bulk { try set(profile) }
            try writer.begin()
            for job in batch { try run(job, isAlone: batch.count == 1) }
            let events = try writer.commit()
            transitions = events.count { $0.kind.changesAsset }
            try publish(events)
        } catch {
            writer.abandon()
            failure = error as? DepotError ?? SQLFailure(error).error
        }
        let pages = writer.connection.pagesWritten - before
        progress.withLock { $0.end(failure, pages: pages, transitions: transitions) }
        for job in batch { job.finish(failure) }
    }

    /// Publishes committed events.
    ///
    /// - Throws: `DepotError.Code.storeUnavailable` if they went into files that were removed or replaced.
    private func publish(_ events: [StoredEvent]) throws(DepotError) {
        do throws(DepotError) { try files.check(isOwn: true) } catch {
            unpublished.withLock { $0 += events }
            throw error
        }
        let earlier = unpublished.withLock { kept in
            defer { kept = [] }
            return kept
        }
        let all = earlier + events
        guard !all.isEmpty else { return }
        if let end = try? writer.end() { ledgerEnd.withLock { $0 = end } }
        onCommit(all)
    }

    /// Runs one job.
    ///
    /// - Throws: The error only if the whole batch is lost.
    private func run(_ job: any CommitJob, isAlone: Bool) throws {
        let mark = try writer.mark(savepoint: !isAlone)
        var isRefused = true
        do {
            try job.run(writer)
            if !job.isDryRun { return try writer.release(mark) }
        } catch {
            if let failure = error as? SQLFailure, failure.isStorage { throw failure }
            // A read of a job says it in the words for callers.
            if let error = error as? DepotError, error.code == .storeUnavailable { throw error }
            isRefused = error is Refusal || error is CommitFailure
        }
        try writer.rollBack(to: mark)
        // whatever else went wrong may come of an end of the ledger that is not what we took it for
        if !isRefused { writer.forgetHead() }
    }
}
