import Glibc
import HIDDecoding

/// A message from a callback or another thread to the worker thread.
enum Message: Sendable {
    /// A device arrived: a `libusb_device *` that was referenced for the worker.
    case arrived(UInt)
    /// A device left: a `libusb_device *` that must only be compared.
    case left(UInt)
    /// Every transfer of a pair has completed, and none is submitted until the worker restarts the pair.
    case drained(pair: UInt64, cause: TransferPair.Cause)
    /// The device sent more than it declares, for the first time since its last good report.
    case overflowed(pair: UInt64)
    case signal(pair: UInt64, ScannerSignal)
    /// Units with the serial are identified by the key from now on.
    case identify(serial: String, ScannerKey)
    /// The adopted and the ignored devices change.
    case adopt(wedges: [USBMatch], ignored: [USBMatch])
    /// libusb's event loop failed permanently.
    case eventLoopFailed(Int32)
    case stop
}

/// The mailbox of the worker thread, which waits only for messages and for its next deadline.
// A pthread mutex and condition, because only they wait until a time of CLOCK_MONOTONIC; the mutex guards all state.
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

    /// Posts a signal, or returns false if too many are queued, since late feedback is useless.
    func postSignal(pair: UInt64, _ signal: ScannerSignal) -> Bool {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        guard waitingSignals < 64 else { return false }
        waitingSignals += 1
        messages.append(.signal(pair: pair, signal))
        pthread_cond_signal(condition)
        return true
    }

    /// Waits for messages and returns all of them, or none once `deadline` (monotonic microseconds) has passed.
    func receive(until deadline: UInt64?) -> [Message] {
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
