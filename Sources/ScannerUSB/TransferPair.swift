import CLibUSB
import HIDDecoding
import Synchronization

/// The two interrupt IN transfers that are kept in flight on one interface.
///
/// libusb calls the transfer callbacks one at a time and in the order in which the kernel finished them (it holds its
/// events lock meanwhile), so reports leave here in the order in which the device sent them.
// The pointers are written by `init` and by callbacks only while the transfer is not in flight; counters are in the mutex.
final class TransferPair: @unchecked Sendable {
    /// Why the transfers came back.
    enum Cause: Hashable, Sendable {
        /// We asked for it.
        case halted
        case stall
        case busError(String)
        case noDevice
        /// The device sends more than its endpoint declares, and nothing else.
        case overflow
    }

    private struct State {
        var inFlight = 0
        var isHalting = false
        var cause: Cause?
        /// In a row.
        var overflows = 0
    }

    private static let depth = 2
    private static let largestBuffer = 65_536
    private static let patienceWithOverflows = 4

    let id: UInt64
    private let description: ScannerDescription
    private let events: EventBuffer
    private let mailbox: Mailbox
    private let state = Locked(State())
    private let delivered = Atomic<Int>(0)
    private var transfers: [UnsafeMutablePointer<libusb_transfer>] = []

    /// Reports since the last start of the transfers.
    var reportsSinceStart: Int { delivered.load(ordering: .relaxed) }

    /// Allocates the transfers; nil where there is no memory. `size` is bytes, a multiple of the endpoint's packet.
    init?(
        id: UInt64, handle: OpaquePointer, endpoint: UInt8, size: Int, description: ScannerDescription,
        events: EventBuffer, mailbox: Mailbox
    ) {
        self.id = id
        self.description = description
        self.events = events
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

    /// Submits both; every failure, now or later, comes back as ``Message/drained(pair:cause:)``.
    func start() {
        delivered.store(0, ordering: .relaxed)
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
        if let failed { mailbox.post(.drained(pair: id, cause: failed)) }
    }

    /// Calls the transfers back; ``Message/drained(pair:cause:)`` follows if any was in flight.
    func halt() {
        state.withLock { fail(.halted, &$0) }
    }

    /// Frees the transfers, after the device was closed.
    func free() {
        for transfer in transfers {
            transfer.pointee.buffer?.deallocate()
            libusb_free_transfer(transfer)
        }
        transfers = []
    }

    /// Nothing is submitted after this; under the lock, so that no cancel falls between a callback and its submission.
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
        if status == LIBUSB_TRANSFER_COMPLETED { deliver(transfer) }
        if status == LIBUSB_TRANSFER_OVERFLOW { tellOverflow() }
        let drained: Cause? = state.withLock { state in
            switch status {
            case LIBUSB_TRANSFER_STALL: fail(.stall, &state)
            case LIBUSB_TRANSFER_NO_DEVICE: fail(.noDevice, &state)
            case LIBUSB_TRANSFER_ERROR: fail(.busError("LIBUSB_TRANSFER_ERROR"), &state)
            case LIBUSB_TRANSFER_CANCELLED where !state.isHalting:
                fail(.busError("LIBUSB_TRANSFER_CANCELLED"), &state)
            case LIBUSB_TRANSFER_COMPLETED: state.overflows = 0
            case LIBUSB_TRANSFER_OVERFLOW:
                state.overflows += 1
                if state.overflows > Self.patienceWithOverflows { fail(.overflow, &state) }
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
        if let drained { mailbox.post(.drained(pair: id, cause: drained)) }
    }

    private func deliver(_ transfer: UnsafeMutablePointer<libusb_transfer>) {
        let length = Int(transfer.pointee.actual_length)
        guard length > 0, let buffer = transfer.pointee.buffer else { return }
        delivered.add(1, ordering: .relaxed)
        let bytes = Array(UnsafeBufferPointer(start: buffer, count: length))
        events.push(.report(HIDReport(identity: description.identity, bytes: bytes, at: monotonicMicroseconds())))
    }

    /// One report is lost; the buffer is a multiple of the endpoint's packet already, and a larger one would only hold
    /// back reports until it is full.
    private func tellOverflow() {
        let problem = ScannerProblem(
            code: "overflow", message: "The scanner sent more than its endpoint declares; that report is lost.",
            hint: "Scan again.", isRecovering: true, device: description)
        events.push(.problem(identity: description.identity, problem))
        events.push(.connected(description))
    }
}

private nonisolated func transferCompleted(_ transfer: UnsafeMutablePointer<libusb_transfer>?) {
    guard let transfer, let context = transfer.pointee.user_data else { return }
    Unmanaged<TransferPair>.fromOpaque(context).takeUnretainedValue().completed(transfer)
}
