import Dispatch
import Glibc
import ScannerUSB
import Synchronization

/// A buffered output to standard error, which may be closed, full or slow: no caller waits for it or fails because of it.
///
/// Lines go into a bounded buffer, from which a thread writes them. Lines that find no room or that the system refuses are
/// lost and counted, and one line reports their number as soon as standard error works again.
final class LogOutput: Sendable {
    /// The log of this process.
    static let standardError = LogOutput(STDERR_FILENO, loss: JournalLog.loss)

    private struct State {
        var waiting: [UInt8] = []
        /// A Boolean value that is true after a line found no room. The lines after it are lost too, so that there is one gap.
        var isFull = false
        var lost = 0
        var unreported = 0
        var isRefused = false
        var isIdle = false
        var isAwaited = false

        mutating func countLoss(_ count: Int) {
            lost += count
            unreported += count
        }
    }

    /// The lines that the system refused.
    private struct Refusal {
        /// The rest of a partly written line.
        var partial: ArraySlice<UInt8>
        /// The number of other lines that were refused.
        var others: Int
    }

    /// The size of the buffer in bytes; the thread may hold as many again.
    private static let capacity = 131_072
    /// The number of bytes that a pipe accepts atomically (PIPE_BUF).
    private static let piece = 4096
    private static let newline = UInt8(ascii: "\n")

    private let descriptor: Int32
    private let loss: @Sendable (Int) -> String
    private let state = Mutex(State())
    private let wake = DispatchSemaphore(value: 0)
    private let drained = DispatchSemaphore(value: 0)

    /// Creates an output and starts its thread.
    ///
    /// - Parameter loss: returns the line that reports a number of lost lines.
    private init(_ descriptor: Int32, loss: @escaping @Sendable (Int) -> String) {
        self.descriptor = descriptor
        self.loss = loss
        _ = startDetachedThread("log") { self.run() }
    }

    /// The number of lines that were lost since the start.
    var lost: Int { state.withLock { $0.lost } }

    /// A Boolean value that is true while lines are lost: standard error refuses them, or the buffer is full.
    var isFailing: Bool { state.withLock { $0.isRefused || $0.unreported > 0 } }

    /// Queues one or more lines, each with its line end.
    func write(_ lines: String) {
        let bytes = Array(lines.utf8)
        let isIdle = state.withLock { state in
            state.isFull = state.isFull || state.waiting.count + bytes.count > Self.capacity
            if state.isFull { state.countLoss(Self.count(bytes[...])) } else { state.waiting += bytes }
            defer { state.isIdle = false }
            return state.isIdle
        }
        if isIdle { wake.signal() }
    }

    /// Waits until everything is written, but no longer than the limit.
    func flush(within limit: DispatchTimeInterval) {
        let isIdle = state.withLock { state in
            state.isAwaited = !state.isIdle
            return state.isIdle
        }
        if !isIdle { _ = drained.wait(timeout: .now() + limit) }
    }

    // MARK: The thread

    private func run() {
        while true {
            var refusal = deliver(nextLines())
            if let refusal { state.withLock { $0.countLoss(refusal.others) } } else { refusal = reportLoss() }
            while let refused = refusal {
                state.withLock { $0.isRefused = true }
                pause()
                refusal = deliver(refused.partial, isContinuation: true) ?? reportLoss()
            }
            state.withLock { $0.isRefused = false }
        }
    }

    /// Waits until there is something to write or to report, and returns the queued lines.
    private func nextLines() -> ArraySlice<UInt8> {
        while true {
            let (lines, isIdle, isAwaited) = state.withLock { state in
                let lines = state.waiting
                state.waiting = []
                state.isFull = false
                state.isIdle = lines.isEmpty && state.unreported == 0
                guard state.isIdle else { return (lines, false, false) }
                defer { state.isAwaited = false }
                return (lines, true, state.isAwaited)
            }
            guard isIdle else { return lines[...] }
            if isAwaited { drained.signal() }
            wake.wait()
        }
    }

    /// Writes the line that reports lost lines, if there are any.
    private func reportLoss() -> Refusal? {
        let count = state.withLock { $0.unreported }
        guard count > 0 else { return nil }
        let refusal = deliver(Array(loss(count).utf8)[...])
        // A partly written line counts as written, since its rest comes first.
        if refusal?.others != 1 { state.withLock { $0.unreported -= count } }
        return refusal
    }

    /// Writes lines, and returns those that were refused or nil.
    ///
    /// - Parameter isContinuation: whether the first line is the rest of a partly written one.
    private func deliver(_ lines: ArraySlice<UInt8>, isContinuation: Bool = false) -> Refusal? {
        var (left, isInside) = (lines, isContinuation)
        while !left.isEmpty {
            let count = send(Self.next(left))
            guard count > 0 else {
                let partial = isInside ? Self.line(left) : left.prefix(0)
                return Refusal(partial: partial, others: Self.count(left.dropFirst(partial.count)))
            }
            left = left.dropFirst(count)
            isInside = lines[left.startIndex - 1] != Self.newline
        }
        return nil
    }

    /// Calls write(2) and returns the number of bytes written, or 0 if they were refused.
    private func send(_ bytes: ArraySlice<UInt8>) -> Int {
        var hasWaited = false
        while true {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count >= 0 { return count }
            switch errno {
            case EINTR: break
            case EAGAIN:
                // Ready but full again: another process shares the pipe.
                if hasWaited { pause() }
                var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                poll(&entry, 1, -1)
                hasWaited = true
            default: return 0
            }
        }
    }

    /// Waits for a second; nothing wakes the thread earlier, since it is not idle.
    private func pause() { _ = wake.wait(timeout: .now() + .seconds(1)) }

    // MARK: Lines

    /// Returns as many whole lines as fit in one piece, but at least one.
    private static func next(_ lines: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        guard lines.count > piece else { return lines }
        guard let end = lines.prefix(piece).lastIndex(of: newline) else { return line(lines) }
        return lines[...end]
    }

    private static func line(_ lines: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        lines.firstIndex(of: newline).map { lines[...$0] } ?? lines
    }

    private static func count(_ lines: ArraySlice<UInt8>) -> Int { lines.count { $0 == newline } }
}
