import CLibUSB
import HIDDecoding

/// The worker thread: everything that may block or close, one thing at a time.
///
/// It owns every device session. Callbacks only post mail; timers are the moment until which it waits for mail, so an
/// idle station never wakes up. What it does for each end of a transfer is the table in the comment of ``drained(_:_:)``.
final class Worker {
    enum Timer: Hashable {
        case clearHalt(pair: UInt64)
        case closeAfterError(pair: UInt64)
        case open
        case stopDeferring
        case giveUpStopping
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
    /// Arrivals that wait until a device that has left is closed: it may be the same one, and its name must be free.
    private var deferred: [DeviceSession] = []
    private var causes: [UInt64: TransferPair.Cause] = [:]
    private var nextPair: UInt64 = 1
    private var isStopping = false
    private var hasGivenUp = false

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

    /// Works until it is told to stop and everything is closed, then ends libusb.
    func run() {
        var callback: libusb_hotplug_callback_handle = 0
        let registered = registerHotplug(context, mailbox, &callback)
        if registered.isFailure || !loop.start() { isStopping = true }

        takeFirstArrivals()
        while !isStopping || (!hasGivenUp && sessions.values.contains(where: \.isOpen)) {
            let mail = mailbox.take(until: timers.map(\.at).min())
            for message in mail { handle(message) }
            fireTimers()
        }

        if !registered.isFailure { libusb_hotplug_deregister_callback(context, callback) }
        loop.stop()
        for message in mailbox.take(until: 0) { discard(message) }
        if sessions.values.contains(where: \.isOpen) {
            // a transfer that the kernel never gave back: its memory must stay, and so must libusb
            for session in sessions.values { _ = Unmanaged.passRetained(session) }
            return
        }
        deferred = []
        sessions = [:]
        libusb_exit(context)
    }

    // MARK: Mail

    /// Takes what is plugged in at the start, in the order of the ports, so that of two devices with one serial the same
    /// one keeps it at every start; before them those that are where they were.
    ///
    /// A function of its own, so that no device outlives libusb's context in a variable of ``run()``.
    private func takeFirstArrivals() {
        let first = arrivals(mailbox.take(until: 0)).sorted { $0.device.isBefore($1.device) }
        for session in first.filter(isWhereItWas) + first.filter({ !isWhereItWas($0) }) { arrived(session) }
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
        case .know(let serial, let key): know(serial, by: key)
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
        // libusb may announce a device twice, by enumeration and by event
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
            guard session.adoption.otherwise != .nothing || session.adoption.isExpected else { break }
            let device = session.unopenedDescription(naming: name)
            if let problem = Problems.otherwise(session.adoption.otherwise, device) {
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
        let otherwise = Problems.otherwise(session.adoption.otherwise, device)
        if !isScanner, let otherwise {
            session.phase = .ignored
            report(otherwise, session)
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

    /// From here on what the scanner sends counts; whatever it had kept comes first.
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

    /// Once for each change: a scanner that stays broken is not news.
    func report(_ problem: ScannerProblem, _ session: DeviceSession) {
        guard session.lastProblem != problem.code, let device = problem.device else { return }
        session.lastProblem = problem.code
        if !session.announced.contains(where: { $0.identity == device.identity }) { session.announced.append(device) }
        sinks.sink(for: device.identity).notice(.problem(problem))
    }

    // MARK: Transfers that came back

    /// | cause | what is done |
    /// |---|---|
    /// | halted | whoever asked goes on |
    /// | stall | Clear_Feature(ENDPOINT_HALT) after 50, 200, 1000 ms, then close and open again |
    /// | bus error | mostly a device that is about to leave: 300 ms for that, then close and open again |
    /// | overflow | the callback has submitted again, several times: close and open again |
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
                // after a suspend the unplug may never be told: look once more
                schedule(.open, session.key, after: Self.backOff(3))
            }
            goOnWithArrivals()
        case .recover:
            session.phase = .waiting
            schedule(.open, session.key, after: session.attempts == 0 ? 0 : Self.backOff(session.attempts))
            session.attempts += 1
        case .stop:
            session.phase = .ignored
        }
    }

    private func goOnWithArrivals(evenIfClosing: Bool = false) {
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
        schedule(.giveUpStopping, 0, after: Self.drainTimeout)
        // what is leaving already is still told to have left
        for session in sessions.values where session.isOpen && session.phase != .closing(.gone) {
            beginClosing(session, .stop)
        }
    }

    // MARK: Timers

    private static let stallDelays: [UInt64] = [50_000, 200_000, 1_000_000]
    private static let unplugGracePeriod: UInt64 = 300_000
    private static let drainTimeout: UInt64 = 2_000_000
    /// Before a device is looked at again whose name somebody has that may be leaving.
    private static let nameDelay: UInt64 = 100_000

    /// Microseconds before the n-th further attempt: 1, 2, 4, 8, 16, then always 30 s.
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
            case .giveUpStopping: hasGivenUp = true
            case .stopDeferring: goOnWithArrivals(evenIfClosing: true)
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
    /// By bus and ports.
    fileprivate func isBefore(_ other: USBDevice) -> Bool {
        bus == other.bus ? ports.lexicographicallyPrecedes(other.ports) : bus < other.bus
    }
}
