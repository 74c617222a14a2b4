import CLibUSB
import Glibc
import Synchronization

/// The thread that waits for libusb's events and runs its callbacks.
final class EventLoop: Sendable {
    private let context: UInt
    private let mailbox: Mailbox
    private let clock: ArrivalClock
    private let isDone = Atomic<Bool>(false)
    private let thread = Locked<pthread_t?>(nil)

    init(context: OpaquePointer, mailbox: Mailbox, clock: ArrivalClock) {
        self.context = UInt(bitPattern: context)
        self.mailbox = mailbox
        self.clock = clock
    }

    /// Starts the thread, or returns false if the system has no more threads.
    func start() -> Bool {
        thread.withLock { thread in
            thread = startThread("usb-events") { self.run() }
            return thread != nil
        }
    }

    private func run() {
        guard let context = OpaquePointer(bitPattern: context) else { return }
        var failures = 0
        while !isDone.load(ordering: .acquiring) {
            let status = pass(context)
            failures = status.isFailure && status != .interrupted ? failures + 1 : 0
            if failures >= 8 { return mailbox.post(.eventLoopFailed(status.rawValue)) }
        }
    }

    /// Waits for events once and handles them.
    ///
    /// The lock is acquired here rather than by libusb, which would let this thread wait while another one handles events:
    /// events that the other thread has not yet handled would look like silence.
    private func pass(_ context: OpaquePointer) -> USBStatus {
        libusb_lock_events(context)
        guard libusb_event_handling_ok(context) != 0 else {
            // Another thread needs the lock to close a device.
            libusb_unlock_events(context)
            var moment = timeval(tv_sec: 0, tv_usec: 10_000)
            return USBStatus(rawValue: libusb_handle_events_timeout_completed(context, &moment, nil))
        }
        let start = monotonicMicroseconds()
        let (wait, isAttentive) = clock.begin(at: start)
        var limit = timeval(tv_sec: wait / 1_000_000, tv_usec: wait % 1_000_000)
        let status = USBStatus(rawValue: libusb_handle_events_locked(context, &limit))
        libusb_unlock_events(context)
        if isAttentive, !status.isFailure { clock.end(startedAt: start) }
        return status
    }

    /// Wakes the thread, which then polls if a report is recent.
    func wake() {
        if let context = OpaquePointer(bitPattern: context) { libusb_interrupt_event_handler(context) }
    }

    /// Ends the thread. The hotplug callback must be deregistered and every device closed before.
    func stop() {
        isDone.store(true, ordering: .releasing)
        wake()
        if let thread = thread.withLock({ $0.take() }) { pthread_join(thread, nil) }
    }
}

/// Subscribes to plug and unplug events, and reports the devices that are plugged in before it returns.
func registerHotplug(
    _ context: OpaquePointer, _ mailbox: Mailbox, _ handle: inout libusb_hotplug_callback_handle
) -> USBStatus {
    let both = LIBUSB_HOTPLUG_EVENT_DEVICE_ARRIVED.rawValue | LIBUSB_HOTPLUG_EVENT_DEVICE_LEFT.rawValue
    return USBStatus(
        rawValue: libusb_hotplug_register_callback(
            context, Int32(both), Int32(LIBUSB_HOTPLUG_ENUMERATE.rawValue), LIBUSB_HOTPLUG_MATCH_ANY,
            LIBUSB_HOTPLUG_MATCH_ANY, LIBUSB_HOTPLUG_MATCH_ANY, hotplugChanged,
            Unmanaged.passUnretained(mailbox).toOpaque(), &handle))
}

// Runs on libusb's event thread, where no request to the device is allowed; the worker handles it.
private nonisolated func hotplugChanged(
    _: OpaquePointer?, _ device: OpaquePointer?, _ event: libusb_hotplug_event, _ mailbox: UnsafeMutableRawPointer?
) -> Int32 {
    guard let device, let mailbox else { return 0 }
    let box = Unmanaged<Mailbox>.fromOpaque(mailbox).takeUnretainedValue()
    if event == LIBUSB_HOTPLUG_EVENT_DEVICE_ARRIVED {
        libusb_ref_device(device)
        box.post(.arrived(UInt(bitPattern: device)))
    } else {
        box.post(.left(UInt(bitPattern: device)))
    }
    return 0
}
