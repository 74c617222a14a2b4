import CLibUSB
import Glibc
public import HIDDecoding

/// The USB scanners of this machine: found, adopted, read, given back.
///
/// One scanner's failure is a ``ScannerEvent/problem(identity:_:)`` and ends with its next
/// ``ScannerEvent/connected(_:)``: whoever decodes starts afresh there, because a part of a code may be lost.
/// ``ScannerEvent/disconnected(identity:)`` comes once for each unplug, after the last report, and also for a device that
/// was only ever a problem. A stop ends the stream without it.
public final class ScannerMonitor: Sendable {
    private enum Phase {
        case idle
        case running([CheckedContinuation<Void, Never>])
        case finished
    }

    // the context is made by `init`, used by the worker and freed once, by whoever leaves `idle` or by the worker
    private struct Context: @unchecked Sendable { let pointer: OpaquePointer }

    private let context: Context
    private let settings: ScannerUSBSettings
    private let buffer: EventBuffer
    private let mailbox = Mailbox()
    private let signals = SignalCounters()
    private let phase = Locked(Phase.idle)

    /// Everything that happens, in order, for one consumer.
    ///
    /// Bounded: while ``ScannerUSBSettings/reportCapacity`` reports wait, further ones are lost, and an
    /// ``ScannerEvent/overflow(identity:lost:)`` stands in their place. Ends after ``run()`` has returned.
    public let events: AsyncStream<ScannerEvent>

    /// Opens libusb. Devices are not looked at before ``run()``.
    ///
    /// - Throws: `usb_unavailable` where libusb cannot start, `hotplug_unavailable` where it cannot watch for devices.
    public init(_ settings: ScannerUSBSettings) throws(ScannerUSBError) {
        var made: OpaquePointer?
        // libusb starts a thread of its own here, which inherits the mask
        let status = USBStatus(rawValue: withAllSignalsBlocked { libusb_init(&made) })
        guard !status.isFailure, let made else {
            throw ScannerUSBError(
                code: "usb_unavailable", message: "libusb cannot start: \(status).",
                hint: "Is /dev/bus/usb there, and may the daemon use netlink sockets?")
        }
        guard libusb_has_capability(UInt32(LIBUSB_CAP_HAS_HOTPLUG.rawValue)) != 0 else {
            libusb_exit(made)
            throw ScannerUSBError(
                code: "hotplug_unavailable", message: "This libusb cannot tell when a device is plugged in.",
                hint: "Use a libusb that is built with udev, such as Debian's.")
        }
        let buffer = EventBuffer(capacity: settings.reportCapacity)
        context = Context(pointer: made)
        self.settings = settings
        self.buffer = buffer
        events = AsyncStream(unfolding: { await buffer.next() }, onCancel: { buffer.finish(consumerIsGone: true) })
    }

    deinit { stop() }

    /// Serves the scanners until ``stop()`` or until the task is cancelled; returns when all of them are given back.
    ///
    /// Returning earlier means that libusb's event loop failed for good. It runs once; a second call waits for the end
    /// of the first.
    public func run() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let starts = phase.withLock { phase in
                    switch phase {
                    case .idle:
                        phase = .running([continuation])
                        return true
                    case .running(let others):
                        phase = .running(others + [continuation])
                        return false
                    case .finished:
                        continuation.resume()
                        return false
                    }
                }
                if starts { startWorker() }
            }
        } onCancel: {
            stop()
        }
    }

    private func startWorker() {
        let (context, settings, buffer, mailbox, signals) = (context, settings, buffer, mailbox, signals)
        let started = startThread("usb-worker") { [self] in
            Worker(context: context.pointer, settings: settings, events: buffer, mailbox: mailbox, counters: signals)
                .run()
            finish()
        }
        if let started {
            pthread_detach(started)
        } else {
            libusb_exit(context.pointer)
            finish()
        }
    }

    private func finish() {
        buffer.finish()
        let waiting = phase.withLock { phase in
            defer { phase = .finished }
            if case .running(let waiting) = phase { return waiting }
            return []
        }
        for continuation in waiting { continuation.resume() }
    }

    /// Asks for the end and returns at once; ``run()`` returns when it is reached.
    ///
    /// Transfers are called back and waited for, interfaces released (the kernel's drivers come back), devices closed,
    /// libusb ended, in this order. A transfer that does not come back within 2 s is abandoned, not freed.
    public func stop() {
        let wasIdle = phase.withLock { phase in
            switch phase {
            case .idle:
                phase = .finished
                return true
            case .running:
                mailbox.post(.stop)
                return false
            case .finished:
                return false
            }
        }
        if wasIdle {
            libusb_exit(context.pointer)
            buffer.finish()
        }
    }

    /// Lets a scanner sound, if its report descriptor declares that it can; otherwise nothing happens.
    ///
    /// Returns at once. At most ten a second for each scanner; a failure is only counted, in ``counters``.
    public func signal(_ identity: String, _ signal: ScannerSignal) {
        if !mailbox.postSignal(identity: identity, signal) { signals.add(.dropped) }
    }

    /// What has been counted since the start.
    public var counters: ScannerCounters {
        ScannerCounters(
            reportsLost: buffer.lost, signalsSent: signals[.sent], signalsFailed: signals[.failed],
            signalsDropped: signals[.dropped], signalsUnsupported: signals[.unsupported])
    }
}

/// Figures for the metrics.
public struct ScannerCounters: Hashable, Sendable {
    /// Reports that nobody took in time.
    public var reportsLost: Int
    /// Signals that a scanner accepted.
    public var signalsSent: Int
    /// Signals that a scanner did not accept.
    public var signalsFailed: Int
    /// Signals that came too fast.
    public var signalsDropped: Int
    /// Signals for a scanner that is gone or cannot make that sound.
    public var signalsUnsupported: Int
}

/// Counts what became of signals.
final class SignalCounters: Sendable {
    enum Outcome: Int { case sent, failed, dropped, unsupported }

    private let counts = Locked([Outcome: Int]())

    func add(_ outcome: Outcome) { counts.withLock { $0[outcome, default: 0] += 1 } }

    subscript(_ outcome: Outcome) -> Int { counts.withLock { $0[outcome] ?? 0 } }
}
