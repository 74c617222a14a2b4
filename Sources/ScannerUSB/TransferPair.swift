import CLibUSB
import HIDDecoding
import Synchronization

/// The two interrupt IN transfers that are kept in flight on one interface.
///
/// libusb calls the transfer callbacks one at a time, under its events lock, and in the order in which the kernel completed
/// the transfers, so reports are delivered in the order in which the device sent them.
// The pointers are written by `init` and by callbacks only while the transfer is not in flight; counters are in the mutex.
final class TransferPair: @unchecked Sendable {
    /// The reason for which the transfers ended.
    enum Cause: Hashable, Sendable {
        /// The worker halted the pair.
        case halted
        case stall
        case busError(String)
        case noDevice
        /// The device only sends more than its endpoint declares.
        case overflow
    }

    private struct State {
        var inFlight = 0
        var isHalting = false
        var cause: Cause?
        /// The number of consecutive overflows.
        var overflows = 0
    }

    /// The times at which reports of this pair were received and silences observed, in microseconds.
    private struct Arrivals {
        var silentUntil: UInt64 = 0
        var lastAt: UInt64 = 0
        /// The time of the second last report. As two transfers are in flight, the next but one report cannot arrive before it.
        var lastButOneAt: UInt64 = 0
        /// The time of the last report before the pass of ``lastAt``.
        var lastOfEarlierPass: UInt64 = 0
        var pass: UInt64 = 0
    }

    private static let depth = 2
    private static let largestBuffer = 65_536
    private static let maximumOverflows = 4

    let id: UInt64
    private let sink: any ScannerSink
    private let clock: ArrivalClock
    private let mailbox: Mailbox
    private let state = Locked(State())
    private let arrivals = Locked(Arrivals())
    private let delivered = Atomic<Int>(0)
    private var transfers: [UnsafeMutablePointer<libusb_transfer>] = []

    /// The number of reports since the last start of the transfers.
    var reportsSinceStart: Int { delivered.load(ordering: .relaxed) }

    /// Allocates the transfers, or returns nil without memory. `size` is in bytes, a multiple of the endpoint's packet.
    init?(
        id: UInt64, handle: OpaquePointer, endpoint: UInt8, size: Int, sink: any ScannerSink, clock: ArrivalClock,
        mailbox: Mailbox
    ) {
        self.id = id
        self.sink = sink
        self.clock = clock
        self.mailbox = mailbox
        let size = min(max(size, 1), Self.largestBuffer)
        for _ in 0..<Self.depth {
            guard let transfer = libusb_alloc_transfer(0) else {
                free()
                return nil
            }
            let buffer = UnsafeMutablePointer<UInt8>.allocate(capacity: size)
            let context = Unmanaged.passUnretained(self).toOpaque()
            libusb_fill_interrupt_transfer(
                transfer, handle, endpoint, buffer, Int32(clamping: size), transferCompleted, context, 0)
            transfers.append(transfer)
        }
    }

    /// Submits both transfers; every failure, now or later, is reported as ``Message/drained(pair:cause:)``.
    func start() {
        delivered.store(0, ordering: .relaxed)
        arrivals.withLock { $0.silentUntil = monotonicMicroseconds() }
        clock.add(self)
        let failed: Cause? = state.withLock { state in
            state = State()
            for transfer in transfers {
                let status = USBStatus(rawValue: libusb_submit_transfer(transfer))
                if status.isFailure {
                    fail(Self.cause(of: status), &state)
                    break
                }
                state.inFlight += 1
            }
            return state.inFlight == 0 ? state.cause ?? .halted : nil
        }
        if let failed { drained(failed) }
    }

    private func drained(_ cause: Cause) {
        clock.remove(self)
        mailbox.post(.drained(pair: id, cause: cause))
    }

    /// Reports silence until `moment`, unless a report was received in the pass.
    func wasSilent(until moment: UInt64, inPass pass: UInt64) {
        let isNew = arrivals.withLock { arrivals in
            guard arrivals.pass != pass, moment > max(arrivals.silentUntil, arrivals.lastAt) else { return false }
            arrivals.silentUntil = moment
            return true
        }
        if isNew { sink.quiet(until: moment) }
    }

    /// Cancels the transfers; ``Message/drained(pair:cause:)`` follows if any was in flight.
    func halt() {
        state.withLock { fail(.halted, &$0) }
    }

    /// Frees the transfers. The device must be closed before.
    func free() {
        for transfer in transfers {
            transfer.pointee.buffer?.deallocate()
            libusb_free_transfer(transfer)
        }
        transfers = []
    }

    /// Cancels the transfers, after which none is submitted. It runs under the lock, so that no cancellation falls between a
    /// callback and its submission.
    private func fail(_ cause: Cause, _ state: inout State) {
        if state.cause == nil || state.cause == .halted || cause == .noDevice { state.cause = cause }
        guard !state.isHalting else { return }
        state.isHalting = true
        for transfer in transfers { libusb_cancel_transfer(transfer) }
    }

    private static func cause(of status: USBStatus) -> Cause {
        switch status {
        case .noDevice, .notFound: .noDevice
        case .stall: .stall
        default: .busError(status.description)
        }
    }

    fileprivate func completed(_ transfer: UnsafeMutablePointer<libusb_transfer>) {
        let status = transfer.pointee.status
        switch status {
        case LIBUSB_TRANSFER_COMPLETED: deliver(transfer)
        case LIBUSB_TRANSFER_OVERFLOW: report(.overflow)
        case LIBUSB_TRANSFER_STALL: report(.stall)
        case LIBUSB_TRANSFER_ERROR: report(.busError)
        default: break
        }
        let ended: Cause? = state.withLock { state in
            switch status {
            case LIBUSB_TRANSFER_STALL: fail(.stall, &state)
            case LIBUSB_TRANSFER_NO_DEVICE: fail(.noDevice, &state)
            case LIBUSB_TRANSFER_ERROR: fail(.busError("LIBUSB_TRANSFER_ERROR"), &state)
            case LIBUSB_TRANSFER_CANCELLED where !state.isHalting:
                fail(.busError("LIBUSB_TRANSFER_CANCELLED"), &state)
            case LIBUSB_TRANSFER_COMPLETED: state.overflows = 0
            case LIBUSB_TRANSFER_OVERFLOW:
                state.overflows += 1
                if state.overflows == 1 { mailbox.post(.overflowed(pair: id)) }
                if state.overflows > Self.maximumOverflows { fail(.overflow, &state) }
            default: break
            }
            if !state.isHalting {
                let submitted = USBStatus(rawValue: libusb_submit_transfer(transfer))
                if !submitted.isFailure { return nil }
                fail(Self.cause(of: submitted), &state)
            }
            state.inFlight -= 1
            return state.inFlight <= 0 ? state.cause ?? .halted : nil
        }
        if let ended { drained(ended) }
    }

    private func deliver(_ transfer: UnsafeMutablePointer<libusb_transfer>) {
        let length = Int(transfer.pointee.actual_length)
        guard length > 0, let buffer = transfer.pointee.buffer else { return }
        delivered.add(1, ordering: .relaxed)
        let bytes = Array(UnsafeBufferPointer(start: buffer, count: length))
        let (now, pass, isSleeping) = (monotonicMicroseconds(), clock.currentPass, clock.isSleeping)
        clock.noteActivity(at: now)
        let since = arrivals.withLock { arrivals in
            if arrivals.pass != pass {
                arrivals.lastOfEarlierPass = arrivals.lastAt
                arrivals.pass = pass
            }
            defer {
                arrivals.lastButOneAt = arrivals.lastAt
                arrivals.lastAt = now
            }
            return isSleeping
                ? now : max(arrivals.silentUntil, max(arrivals.lastOfEarlierPass, arrivals.lastButOneAt))
        }
        sink.report(HIDReport(bytes, since: since, at: now))
    }

    /// Reports, in order with the reports, that bytes may be missing.
    ///
    /// A larger buffer would not prevent an overflow: it is a multiple of the endpoint's packet, and would only delay
    /// reports until it is full.
    private func report(_ interruption: Interruption) {
        let now = monotonicMicroseconds()
        clock.noteActivity(at: now)
        sink.notice(.interrupted(interruption, at: now))
    }
}

private nonisolated func transferCompleted(_ transfer: UnsafeMutablePointer<libusb_transfer>?) {
    guard let transfer, let context = transfer.pointee.user_data else { return }
    Unmanaged<TransferPair>.fromOpaque(context).takeUnretainedValue().completed(transfer)
}
