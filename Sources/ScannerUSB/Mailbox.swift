import Glibc
import HIDDecoding

/// What the callbacks and the outside tell the worker thread.
enum Message: Sendable {
    /// A `libusb_device *` that was referenced for the worker.
    case arrived(UInt)
    /// A `libusb_device *`, to be compared and not to be followed.
    case left(UInt)
    /// Every transfer of a pair is back, and none is submitted again until the worker says so.
    case drained(pair: UInt64, cause: TransferPair.Cause)
    /// The device sent more than it declares, for the first time since its last good report.
    case overflowed(pair: UInt64)
    case signal(pair: UInt64, ScannerSignal)
    /// Units with the serial are known by that from now on.
    case know(serial: String, ScannerKey)
    /// What is adopted and what is not from now on.
    case adopt(wedges: [USBMatch], ignored: [USBMatch])
    /// libusb's event loop failed for good.
    case eventLoopFailed(Int32)
    case stop
}

/// The worker thread's inbox: callbacks put in, the worker waits for mail or for a moment, and for nothing else.
// A pthread mutex and condition, because only they wait until a moment of CLOCK_MONOTONIC; all state is under the mutex.
final class Mailbox: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var messages: [Message] = []
    private var waitingSignals = 0

    init() {
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(condition, &attributes)
        pthread_condattr_destroy(&attributes)
        pthread_mutex_init(mutex, nil)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    func post(_ message: Message) {
        pthread_mutex_lock(mutex)
        messages.append(message)
        pthread_cond_signal(condition)
        pthread_mutex_unlock(mutex)
    }

    /// Posts a signal unless too many wait already; feedback that comes late helps nobody.
    func postSignal(pair: UInt64, _ signal: ScannerSignal) -> Bool {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        guard waitingSignals < 64 else { return false }
        waitingSignals += 1
        messages.append(.signal(pair: pair, signal))
        pthread_cond_signal(condition)
        return true
    }

    /// All mail, waiting for some if there is none; none if `deadline` (monotonic microseconds) comes first.
    func take(until deadline: UInt64?) -> [Message] {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while messages.isEmpty {
            guard let deadline else {
                pthread_cond_wait(condition, mutex)
                continue
            }
            var moment = timespec(
                tv_sec: Int(clamping: deadline / 1_000_000), tv_nsec: Int(clamping: deadline % 1_000_000 * 1000))
            if pthread_cond_timedwait(condition, mutex, &moment) == ETIMEDOUT { break }
        }
        defer {
            messages = []
            waitingSignals = 0
        }
        return messages
    }
}
