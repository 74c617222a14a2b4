import Dispatch
import Glibc
import ScannerUSB
import Synchronization

/// Lines on their way to standard error, which may be closed, full or slow: nobody waits for it, and nothing ends by it.
///
/// Whoever writes puts lines into a bounded buffer; a thread takes them from there. What finds no room or is refused by
/// the system is lost and counted, and one line says how many as soon as standard error works again.
final class LogOutput: Sendable {
    /// The log of this process.
    static let standardError = LogOutput(STDERR_FILENO, loss: JournalLog.loss)

    private struct State {
        var waiting: [UInt8] = []
        /// A line found no room; those behind it are lost too, so that the gap is one and in its place.
        var isFull = false
        var lost = 0
        var untold = 0
        var isRefused = false
        var isIdle = false
        var isAwaited = false

        mutating func lose(_ count: Int) {
            lost += count
            untold += count
        }
    }

    /// What the system refused.
    private struct Refusal {
        /// The rest of a line that was begun.
        var begun: ArraySlice<UInt8>
        /// How many lines were not.
        var others: Int
    }

    /// Bytes in the buffer; as many again are with the thread.
    private static let capacity = 131_072
    /// What a pipe takes in one piece (PIPE_BUF).
    private static let piece = 4096
    private static let newline = UInt8(ascii: "\n")

    private let descriptor: Int32
    private let loss: @Sendable (Int) -> String
    private let state = Mutex(State())
    private let wake = DispatchSemaphore(value: 0)
    private let drained = DispatchSemaphore(value: 0)

    /// - Parameter loss: the line that tells how many were lost.
    private init(_ descriptor: Int32, loss: @escaping @Sendable (Int) -> String) {
        self.descriptor = descriptor
        self.loss = loss
        _ = startDaemonThread("log") { self.run() }
    }

    /// How many lines were lost since the start.
    var lost: Int { state.withLock { $0.lost } }

    /// Whether lines are lost now: standard error refuses them, or took none for so long that the buffer is full.
    var isFailing: Bool { state.withLock { $0.isRefused || $0.untold > 0 } }

    /// Takes one or more lines, each with its end.
    func write(_ lines: String) {
        let bytes = Array(lines.utf8)
        let isIdle = state.withLock { state in
            state.isFull = state.isFull || state.waiting.count + bytes.count > Self.capacity
            if state.isFull { state.lose(Self.count(bytes[...])) } else { state.waiting += bytes }
            defer { state.isIdle = false }
            return state.isIdle
        }
        if isIdle { wake.signal() }
    }

    /// Waits until everything is written, but not longer than that.
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
            var refusal = deliver(take())
            if let refusal { state.withLock { $0.lose(refusal.others) } } else { refusal = tell() }
            while let refused = refusal {
                state.withLock { $0.isRefused = true }
                pause()
                refusal = deliver(refused.begun, isBegun: true) ?? tell()
            }
            state.withLock { $0.isRefused = false }
        }
    }

    /// Everything that waits. Waits until there is something to write or to tell.
    private func take() -> ArraySlice<UInt8> {
        while true {
            let (lines, isIdle, isAwaited) = state.withLock { state in
                let lines = state.waiting
                state.waiting = []
                state.isFull = false
                state.isIdle = lines.isEmpty && state.untold == 0
                guard state.isIdle else { return (lines, false, false) }
                defer { state.isAwaited = false }
                return (lines, true, state.isAwaited)
            }
            guard isIdle else { return lines[...] }
            if isAwaited { drained.signal() }
            wake.wait()
        }
    }

    /// Writes the line about those that were lost, if there are any.
    private func tell() -> Refusal? {
        let count = state.withLock { $0.untold }
        guard count > 0 else { return nil }
        let refusal = deliver(Array(loss(count).utf8)[...])
        // One that was begun is finished before anything else.
        if refusal?.others != 1 { state.withLock { $0.untold -= count } }
        return refusal
    }

    /// Writes lines; nil where all of them were taken.
    ///
    /// - Parameter isBegun: the first is the rest of one.
    private func deliver(_ lines: ArraySlice<UInt8>, isBegun: Bool = false) -> Refusal? {
        var (left, isInside) = (lines, isBegun)
        while !left.isEmpty {
            let count = send(Self.next(left))
            guard count > 0 else {
                let begun = isInside ? Self.line(left) : left.prefix(0)
                return Refusal(begun: begun, others: Self.count(left.dropFirst(begun.count)))
            }
            left = left.dropFirst(count)
            isInside = lines[left.startIndex - 1] != Self.newline
        }
        return nil
    }

    /// One write(2); 0 where it was refused.
    private func send(_ bytes: ArraySlice<UInt8>) -> Int {
        var hasWaited = false
        while true {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count >= 0 { return count }
            switch errno {
            case EINTR: break
            case EAGAIN:
                // Ready, and yet it took nothing: somebody else shares it.
                if hasWaited { pause() }
                var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                poll(&entry, 1, -1)
                hasWaited = true
            default: return 0
            }
        }
    }

    /// Nothing wakes the thread before: it is not idle.
    private func pause() { _ = wake.wait(timeout: .now() + .seconds(1)) }

    // MARK: Lines

    /// As many whole lines as go in one piece, one at least.
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
