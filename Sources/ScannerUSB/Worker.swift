import CLibUSB
import HIDDecoding

/// The worker thread, which runs every operation that may block.
///
/// It owns the device sessions. Callbacks only post messages, and timers are the deadline until which it waits for
/// messages, so an idle station never wakes up. ``drained(_:_:)`` lists its reactions to ended transfers.
final class Worker {
    enum Timer: Hashable {
        case clearHalt(pair: UInt64)
        case closeAfterError(pair: UInt64)
        case open
        case stopDeferring
        case abandonStop
        case signal(pair: UInt64, Feedback.Report)
    }

    private let context: OpaquePointer
    var settings: ScannerUSBSettings
    let sinks: any ScannerSinks
    private let mailbox: Mailbox
    let counters: SignalCounters
    private let clock = ArrivalClock()
    private let loop: EventLoop
    var identities: IdentityTable
    var sessions: [UInt: DeviceSession] = [:]
    var timers: [(at: UInt64, key: UInt, timer: Timer)] = []
    /// The arrivals that wait until a device that has left is closed, since it may be the same one and its name must be free.
    private var deferred: [DeviceSession] = []
    private var causes: [UInt64: TransferPair.Cause] = [:]
    private var nextPair: UInt64 = 1
    private var isStopping = false
    private var hasAbandonedStop = false

    init(
        context: OpaquePointer, settings: ScannerUSBSettings, sinks: any ScannerSinks, mailbox: Mailbox,
        counters: SignalCounters
    ) {
        self.context = context
        self.settings = settings
        self.sinks = sinks
        self.mailbox = mailbox
        self.counters = counters
        loop = EventLoop(context: context, mailbox: mailbox, clock: clock)
        identities = IdentityTable(settings.keys)
    }

    /// Runs until it is stopped and every device is closed, then ends libusb.
    func run() {
        var callback: libusb_hotplug_callback_handle = 0
        let registered = registerHotplug(context, mailbox, &callback)
        if registered.isFailure || !loop.start() { isStopping = true }

        processInitialArrivals()
        while !isStopping || (!hasAbandonedStop && sessions.values.contains(where: \.isOpen)) {
            let messages = mailbox.receive(until: timers.map(\.at).min())
            for message in messages { handle(message) }
            fireTimers()
        }

        if !registered.isFailure { libusb_hotplug_deregister_callback(context, callback) }
        loop.stop()
        for message in mailbox.receive(until: 0) { discard(message) }
        if sessions.values.contains(where: \.isOpen) {
            // The kernel did not return a transfer: its memory and libusb must stay.
            for session in sessions.values { _ = Unmanaged.passRetained(session) }
            return
        }
        deferred = []
        sessions = [:]
        libusb_exit(context)
    }

    // MARK: Messages

    /// Processes the devices that are plugged in at the start: first those in their last ports, then the others in the order
    /// of their ports, so that of two devices with one serial the same one keeps it at every start.
    ///
    /// This is a function of its own, so that no device outlives libusb's context in a variable of ``run()``.
    private func processInitialArrivals() {
        let first = arrivals(mailbox.receive(until: 0)).sorted { $0.device.isBefore($1.device) }
        for session in first.filter(isInLastPort) + first.filter({ !isInLastPort($0) }) { arrived(session) }
    }

    private func handle(_ message: Message) {
        switch message {
        case .arrived(let key):
            for session in arrivals([message]) where !isStopping && sessions[key] == nil { arrived(session) }
        case .left(let key): left(key)
        case .drained(let pair, let cause): drained(pair, cause)
        case .overflowed(let pair):
            guard let (session, reader) = find(pair) else { return }
            session.lastProblem = nil
            report(Problems.overflow(reader.description), session)
        case .signal(let pair, let signal): send(signal, to: pair)
        case .identify(let serial, let key): identify(serial, by: key)
        case .adopt(let wedges, let ignored): adopt(wedges: wedges, ignored: ignored)
        case .eventLoopFailed, .stop: beginStopping()
        }
    }

    private func arrivals(_ messages: [Message]) -> [DeviceSession] {
        messages.compactMap { message in
            guard case .arrived(let key) = message, let pointer = OpaquePointer(bitPattern: key) else {
                if case .stop = message { beginStopping() }
                return nil
            }
            guard let device = USBDevice(adopting: pointer) else { return nil }
            return DeviceSession(
                key: key, device: device, adoption: Adoption.decide(device.facts, settings: settings), sinks: sinks)
        }
    }

    private func discard(_ message: Message) {
        if case .arrived(let key) = message { libusb_unref_device(OpaquePointer(bitPattern: key)) }
    }

    // MARK: Arriving and leaving

    private func arrived(_ session: DeviceSession) {
        // libusb may announce a device twice, by enumeration and by event.
        guard sessions[session.key] == nil, !deferred.contains(where: { $0.key == session.key }) else { return }
        if sessions.values.contains(where: { $0.phase == .closing(.gone) }) {
            if deferred.isEmpty { schedule(.stopDeferring, 0, after: Self.drainTimeout) }
            deferred.append(session)
        } else {
            sessions[session.key] = session
            attempt(session)
        }
    }

    private func left(_ key: UInt) {
        deferred.removeAll { $0.key == key }
        guard let session = sessions[key] else { return }
        session.hasLeft = true
        timers.removeAll { $0.key == key }
        switch session.phase {
        case .open: beginClosing(session, .gone)
        case .closing: session.phase = .closing(.gone)
        case .waiting, .ignored, .gone: finishClosing(session, .gone)
        }
    }

    func attempt(_ session: DeviceSession) {
        guard !isStopping else { return }
        session.phase = .waiting
        switch session.open(naming: name, pairs: makePair) {
        case .opened:
            let read = session.readers.map(\.description)
            for old in session.announced where !read.contains(where: { $0.identity == old.identity }) {
                sinks.sink(for: old.identity).notice(.disconnected)
            }
            session.announced = read
            session.lastProblem = nil
            for reader in session.readers { self.read(reader) }
        case .mustWait: schedule(.open, session.key, after: Self.nameDelay)
        case .notAScanner:
            session.phase = .ignored
            tellDisconnected(session)
            guard session.adoption.diagnosis != .nothing || session.adoption.isExpected else { break }
            let device = session.unopenedDescription(naming: name)
            if let problem = Problems.notAdopted(session.adoption.diagnosis, device) {
                report(problem, session)
            } else if !session.adoption.candidates.isEmpty {
                report(Problems.descriptor(device), session)
            }
        case .failed(let status, let step, let interface, let isScanner):
            openingFailed(session, status, step, interface: interface, isScanner: isScanner)
        }
    }

    private func openingFailed(
        _ session: DeviceSession, _ status: USBStatus, _ step: DeviceSession.Step, interface: UInt8, isScanner: Bool
    ) {
        if status == .noDevice || (status == .notFound && step == .claim) {
            session.phase = .gone
            return
        }
        guard session.adoption.isExpected || isScanner else {
            session.phase = .ignored
            return
        }
        let device = session.unopenedDescription(naming: name)
        let problem = Problems.notAdopted(session.adoption.diagnosis, device)
        if !isScanner, let problem {
            session.phase = .ignored
            report(problem, session)
            return
        }
        report(Problems.opening(session, status, interface: interface, device), session)
        session.attempts += 1
        schedule(.open, session.key, after: Self.backOff(session.attempts))
    }

    private func tellDisconnected(_ session: DeviceSession) {
        for old in session.announced { sinks.sink(for: old.identity).notice(.disconnected) }
        session.announced = []
    }

    /// Starts reading; reports that the scanner had buffered come first.
    private func read(_ reader: InterfaceReader) {
        let (mailbox, pair) = (mailbox, reader.pair)
        let now = monotonicMicroseconds()
        reader.sink.notice(
            .connected(
                ScannerConnection(reader.description, at: now) { [counters] signal in
                    if !mailbox.postSignal(pair: pair.id, signal) { counters.add(.dropped) }
                }))
        reader.isIdle = false
        clock.noteActivity(at: now)
        pair.start()
        loop.wake()
    }

    private func makePair(
        handle: OpaquePointer, sink: any ScannerSink, endpoint: EndpointFacts, size: Int
    ) -> TransferPair? {
        nextPair += 1
        return TransferPair(
            id: nextPair, handle: handle, endpoint: endpoint.address, size: size, sink: sink, clock: clock,
            mailbox: mailbox)
    }

    /// Reports a problem once until it changes.
    func report(_ problem: ScannerProblem, _ session: DeviceSession) {
        guard session.lastProblem != problem.code, let device = problem.device else { return }
        session.lastProblem = problem.code
        if !session.announced.contains(where: { $0.identity == device.identity }) { session.announced.append(device) }
        sinks.sink(for: device.identity).notice(.problem(problem))
    }

    // MARK: Ended transfers

    /// Reacts to the end of a pair's transfers.
    ///
    /// | cause | reaction |
    /// |---|---|
    /// | halted | the caller continues |
    /// | stall | Clear_Feature(ENDPOINT_HALT) after 50, 200, 1000 ms, then close and open again |
    /// | bus error | usually an unplug: wait 300 ms for it, then close and open again |
    /// | overflow | the callback has resubmitted several times: close and open again |
    /// | no device | close, wait for the unplug |
    private func drained(_ pair: UInt64, _ cause: TransferPair.Cause) {
        guard let (session, reader) = find(pair) else { return }
        reader.isIdle = true
        if case .closing(var why) = session.phase {
            if cause == .noDevice { why = .gone }
            session.phase = .closing(why)
            if session.readers.allSatisfy(\.isIdle) { finishClosing(session, why) }
            return
        }
        if reader.pair.reportsSinceStart > 0 {
            reader.stallAttempts = 0
            session.attempts = 0
        }
        causes[pair] = cause
        switch cause {
        case .noDevice: beginClosing(session, .gone)
        case .stall where reader.stallAttempts < Self.stallDelays.count:
            session.lastProblem = nil
            report(Problems.stall(reader.description), session)
            schedule(.clearHalt(pair: pair), session.key, after: Self.stallDelays[reader.stallAttempts])
            reader.stallAttempts += 1
        case .busError: schedule(.closeAfterError(pair: pair), session.key, after: Self.unplugGracePeriod)
        case .stall, .overflow, .halted: recover(session, reader, cause)
        }
    }

    func find(_ pair: UInt64) -> (DeviceSession, InterfaceReader)? {
        for session in sessions.values {
            if let reader = session.readers.first(where: { $0.pair.id == pair }) { return (session, reader) }
        }
        return nil
    }

    private func clearHalt(_ session: DeviceSession, _ reader: InterfaceReader) {
        switch session.clearHalt(reader) {
        case .noDevice: beginClosing(session, .gone)
        case let status where status.isFailure: drained(reader.pair.id, .stall)
        default:
            session.lastProblem = nil
            read(reader)
        }
    }

    private func recover(_ session: DeviceSession, _ reader: InterfaceReader, _ cause: TransferPair.Cause) {
        session.lastProblem = nil
        report(Problems.broken(cause, reader.description), session)
        beginClosing(session, .recover)
    }

    // MARK: Closing

    func beginClosing(_ session: DeviceSession, _ why: DeviceSession.Closing) {
        session.phase = .closing(why)
        timers.removeAll { $0.key == session.key }
        for reader in session.readers where !reader.isIdle { reader.pair.halt() }
        if session.readers.allSatisfy(\.isIdle) { finishClosing(session, why) }
    }

    private func finishClosing(_ session: DeviceSession, _ why: DeviceSession.Closing) {
        for reader in session.readers { causes[reader.pair.id] = nil }
        session.close()
        switch why {
        case .gone:
            session.phase = .gone
            session.name = nil
            session.lastProblem = nil
            tellDisconnected(session)
            if session.hasLeft {
                sessions[session.key] = nil
            } else {
                // After a suspend the unplug may never be reported, so the device is tried again.
                schedule(.open, session.key, after: Self.backOff(3))
            }
            processDeferredArrivals()
        case .recover:
            session.phase = .waiting
            schedule(.open, session.key, after: session.attempts == 0 ? 0 : Self.backOff(session.attempts))
            session.attempts += 1
        case .stop:
            session.phase = .ignored
        }
    }

    private func processDeferredArrivals(evenIfClosing: Bool = false) {
        guard evenIfClosing || !sessions.values.contains(where: { $0.phase == .closing(.gone) }) else { return }
        let waiting = deferred
        deferred = []
        timers.removeAll { $0.timer == .stopDeferring }
        for session in waiting where sessions[session.key] == nil {
            sessions[session.key] = session
            attempt(session)
        }
    }

    private func beginStopping() {
        guard !isStopping else { return }
        isStopping = true
        timers = []
        schedule(.abandonStop, 0, after: Self.drainTimeout)
        // The sinks of devices that are leaving are still told so.
        for session in sessions.values where session.isOpen && session.phase != .closing(.gone) {
            beginClosing(session, .stop)
        }
    }

    // MARK: Timers

    /// The delays before a halt is cleared, in microseconds.
    private static let stallDelays: [UInt64] = [50_000, 200_000, 1_000_000]
    /// The time that an unplug may take after a bus error, in microseconds.
    private static let unplugGracePeriod: UInt64 = 300_000
    /// The time for which the end of transfers is awaited, in microseconds.
    private static let drainTimeout: UInt64 = 2_000_000
    /// The delay before a device is tried again whose name is still taken, in microseconds.
    private static let nameDelay: UInt64 = 100_000

    /// Returns the delay in microseconds before the n-th further attempt: 1, 2, 4, 8, 16 and then always 30 s.
    private static func backOff(_ attempts: Int) -> UInt64 {
        attempts > 5 ? 30_000_000 : 1_000_000 << UInt64(max(0, attempts - 1))
    }

    func schedule(_ timer: Timer, _ key: UInt, after delay: UInt64) {
        timers.append((monotonicMicroseconds() &+ delay, key, timer))
    }

    private func fireTimers() {
        let now = monotonicMicroseconds()
        let due = timers.filter { $0.at <= now }
        guard !due.isEmpty else { return }
        timers.removeAll { $0.at <= now }
        for (_, key, timer) in due.sorted(by: { $0.at < $1.at }) {
            switch timer {
            case .abandonStop: hasAbandonedStop = true
            case .stopDeferring: processDeferredArrivals(evenIfClosing: true)
            case .open:
                if let session = sessions[key], session.phase == .waiting || session.phase == .gone { attempt(session) }
            case .clearHalt(let pair):
                if let (session, reader) = find(pair), session.phase == .open { clearHalt(session, reader) }
            case .signal(let pair, let report): send(report, to: pair)
            case .closeAfterError(let pair):
                guard let (session, reader) = find(pair), session.phase == .open else { break }
                recover(session, reader, causes[pair] ?? .halted)
            }
        }
    }
}

extension USBDevice {
    /// Returns whether the device comes first in the order of buses and ports.
    fileprivate func isBefore(_ other: USBDevice) -> Bool {
        bus == other.bus ? ports.lexicographicallyPrecedes(other.ports) : bus < other.bus
    }
}
