import CLibUSB
import Glibc
public import HIDDecoding

/// Finds, adopts and reads the USB scanners of this machine, and releases them at the end.
///
/// Each scanner's reports and notices go to its own `ScannerSink` from libusb's callback. A scanner's failure is a
/// `ScannerNotice.problem(_:)`, which ends with its next `ScannerNotice.connected(_:)`.
/// `ScannerNotice.disconnected` comes once for each unplug, after the last report, and also for a device that was never
/// connected but had a problem. It does not come at a stop.
public final class ScannerMonitor: ScannerControl {
    private enum Phase {
        case idle
        case running([CheckedContinuation<Void, Never>])
        case finished
    }

    // `init` creates the context and the worker uses it. It is freed once, by the worker or by the call that leaves `idle`.
    private struct Context: @unchecked Sendable { let pointer: OpaquePointer }

    private let context: Context
    private let settings: ScannerUSBSettings
    private let mailbox = Mailbox()
    private let signals = SignalCounters()
    private let phase = Locked(Phase.idle)

    /// Opens libusb. Devices are not examined before ``run(into:)``.
    ///
    /// - Throws: `usb_unavailable` if libusb cannot start, `hotplug_unavailable` if it cannot report new devices.
    public init(_ settings: ScannerUSBSettings) throws(ScannerUSBError) {
        var made: OpaquePointer?
        // libusb starts a thread here, which inherits the mask.
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
        context = Context(pointer: made)
        self.settings = settings
    }

    deinit { stop() }

    /// Serves the scanners until ``stop()`` or until the task is cancelled; returns when all of them are given back.
    ///
    /// Returning earlier means that libusb's event loop failed for good. It runs once; a second call waits for the end
    /// of the first.
    public func run(into sinks: any ScannerSinks) async {
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
                if starts { startWorker(sinks) }
            }
        } onCancel: {
            stop()
        }
    }

    private func startWorker(_ sinks: any ScannerSinks) {
        let started = startThread("usb-worker") { [self] in
            Worker(context: context.pointer, settings: settings, sinks: sinks, mailbox: mailbox, counters: signals)
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
        let waiting = phase.withLock { phase in
            defer { phase = .finished }
            if case .running(let waiting) = phase { return waiting }
            return []
        }
        for continuation in waiting { continuation.resume() }
    }

    /// Requests the stop and returns at once; ``run(into:)`` returns when it is complete.
    ///
    /// Transfers are cancelled and awaited, interfaces released (the kernel reattaches its drivers), devices closed and
    /// libusb ended, in this order. A transfer that does not complete within 2 s is abandoned, not freed.
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
        if wasIdle { libusb_exit(context.pointer) }
    }

    /// Identifies every unit with the serial by its port or by its serial.
    public func identify(_ serial: String, by key: ScannerKey) { mailbox.post(.identify(serial: serial, key)) }

    /// Replaces the USB ids that are adopted as keyboard wedges and those that are ignored.
    public func adopt(wedges: [String], ignoring ignored: [String]) {
        mailbox.post(.adopt(wedges: wedges.compactMap { USBMatch($0) }, ignored: ignored.compactMap { USBMatch($0) }))
    }

    /// The outcomes of signals since the start.
    public var signalCounts: SignalCounts {
        SignalCounts(
            sent: signals[.sent], failed: signals[.failed], dropped: signals[.dropped],
            unsupported: signals[.unsupported])
    }
}

/// Counts the outcomes of signals.
final class SignalCounters: Sendable {
    enum Outcome: Int { case sent, failed, dropped, unsupported }

    private let counts = Locked([Outcome: Int]())

    func add(_ outcome: Outcome) { counts.withLock { $0[outcome, default: 0] += 1 } }

    subscript(_ outcome: Outcome) -> Int { counts.withLock { $0[outcome] ?? 0 } }
}
