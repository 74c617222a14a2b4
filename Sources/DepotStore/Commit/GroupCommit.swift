import CSQLiteShim
import DepotModel
import Dispatch
import GRDB
import Synchronization

/// When a job's turn comes.
enum CommitTurn: Sendable {
    /// Before all others: somebody stands at a lane and waits.
    case lane
    case usual
    /// It takes so long that others are not to wait for two of them.
    case long
}

/// What waits for the writer.
private protocol CommitJob: AnyObject, Sendable {
    /// Whether what it did is taken back after it answered.
    var isDryRun: Bool { get }
    var turn: CommitTurn { get }
    var profile: TransactionProfile { get }
    /// Does the work in the open transaction.
    func run(_ writer: LedgerWriter) throws
    /// Answers: `failure` when the batch was not committed; else with what ``run(_:)`` returned or threw.
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

/// The one writer: jobs queue, and each turn takes all that wait, gives each a savepoint, commits once and then
/// answers each, in the order of their events.
///
/// A job that throws rolls back alone, and so does a dry run, which is answered as if it had not. Where the storage
/// fails, or COMMIT does, nothing of the batch is kept and every job of it is told so. Alone, a job waits for nobody.
/// What lanes ask for goes first, however much else waits; a long job is committed by itself, in turn with all others
/// that wait.
final class GroupCommit: Sendable {
    /// The largest batch.
    static let batchLimit = 256
    /// How many jobs may wait; more are turned away.
    static let queueLimit = 20_000

    private struct Waiting {
        var lanes: [any CommitJob] = []
        var jobs: [any CommitJob] = []
        var long: [any CommitJob] = []
        var isLongNext = false
        var isDraining = false
        var isClosed = false

        var count: Int { lanes.count + jobs.count + long.count }

        /// Takes what is committed next out of the queue; nothing: nobody drains it any more.
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
    /// What the writer's connection is set to.
    private let profile = Mutex(TransactionProfile.interactive)
    private let isFinalized = Mutex(false)
    /// The newest event that was told of, and its hash.
    let ledgerEnd: Mutex<(number: EventNumber, hash: [UInt8])>
    /// Events that were committed when the files were found gone; should they come back, these are in the ledger.
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

    /// Whether somebody waits who is no long job; one that can end early then does.
    var isWaitedFor: Bool { waiting.withLock { !$0.jobs.isEmpty || !$0.lanes.isEmpty } }

    /// Says that what failed would not fail now; `failed` is how often it had.
    func clearFailure(after failed: Int) { progress.withLock { $0.clearFailure(after: failed) } }

    /// How the writer gets on.
    var state: WriteProgress { progress.withLock { $0 } }

    /// Runs `body` in a transaction of the writer and returns after it is durable.
    ///
    /// - Parameter profile: `.bulk` for a long job only.
    func submit<Value: Sendable>(
        isDryRun: Bool = false, turn: CommitTurn = .usual, profile: TransactionProfile = .interactive,
        _ body: @escaping @Sendable (LedgerWriter) throws -> Value
    ) async throws(CommitFailure) -> Value {
        let result = await withCheckedContinuation { continuation in
            enqueue(Job(isDryRun: isDryRun, turn: turn, profile: profile, body, continuation))
        }
        return try result.get()
    }

    /// Runs `body` on the writer between two batches, outside any transaction; nil where the store is closed.
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

    /// As ``between(_:)``, but waits for the writer no longer than that; nil as well where it is busy for longer.
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

    /// A continuation that several may resume: the first does.
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

    /// Commits what waits, turns away what comes later, and closes the connection.
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

    /// Does what follows a commit, after everybody was answered.
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

    /// Tells of committed events. Throws where they went into files that nobody will find again.
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

    /// Runs one job; throws only where the whole batch is lost.
    private func run(_ job: any CommitJob, isAlone: Bool) throws {
        let mark = try writer.mark(savepoint: !isAlone)
        var isRefused = true
        do {
            try job.run(writer)
            if !job.isDryRun { return try writer.release(mark) }
        } catch {
            if let failure = error as? SQLFailure, failure.isStorage { throw failure }
            isRefused = error is Refusal || error is CommitFailure
        }
        try writer.rollBack(to: mark)
        // whatever else went wrong may come of an end of the ledger that is not what we took it for
        if !isRefused { writer.forgetHead() }
    }
}
