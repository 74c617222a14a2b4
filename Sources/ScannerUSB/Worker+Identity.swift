import HIDDecoding

/// The names and the adoption of devices while the worker runs.
extension Worker {
    /// The number of attempts for which a unit waits until its twin responds or leaves: two seconds or more.
    private static let maximumNameAttempts = 20

    /// Returns whether a device is in the last port of the unit with its serial.
    func isInLastPort(_ session: DeviceSession) -> Bool {
        let device = session.device
        let name = Identity.serialName(vendor: device.facts.vendor, serial: device.strings(handle: nil).serial)
        return name.map { settings.ports[$0] == device.port } ?? false
    }

    /// Returns the name of a device, or nil if the device that has the name may be leaving.
    func name(_ session: DeviceSession, _ serialName: String?) -> String? {
        if let name = session.name { return name }
        let others = sessions.values.filter { $0 !== session }
        switch identities.name(serial: serialName, port: session.device.port, taken: Set(others.compactMap(\.name))) {
        case .name(let name): return name
        case .shared(let serial):
            let twins = others.filter { $0.name == serial }
            // A unit that is moved between ports: a fast hub may report the plug before a slow one reports the unplug.
            guard session.nameAttempts >= Self.maximumNameAttempts || twins.allSatisfy(\.isResponding) else {
                session.nameAttempts += 1
                return nil
            }
            identities.identify(serial, by: .port)
            for twin in twins { twin.rename(Identity.portName(twin.device.port)) }
            sinks.serialIsShared(serial, by: (twins + [session]).map(\.device.port).sorted())
            return Identity.portName(session.device.port)
        }
    }

    /// Identifies every unit with the serial by its port or by its serial.
    func identify(_ serial: String, by key: ScannerKey) {
        identities.identify(serial, by: key)
        let units = sessions.values.filter { $0.name != nil && $0.serialName == serial }
        switch key {
        case .port: for unit in units { unit.rename(Identity.portName(unit.device.port)) }
        case .serial: if units.count == 1 { units.first?.rename(serial) }
        }
    }

    /// Decides again about every device.
    func adopt(wedges: [USBMatch], ignored: [USBMatch]) {
        settings.wedges = wedges
        settings.ignored = ignored
        for session in sessions.values {
            let adoption = Adoption.decide(session.device.facts, settings: settings)
            guard adoption != session.adoption else { continue }
            session.adoption = adoption
            session.lastProblem = nil
            timers.removeAll { $0.key == session.key && $0.timer == .open }
            switch session.phase {
            case .open: beginClosing(session, .recover)
            case .ignored, .waiting: attempt(session)
            case .closing, .gone: break
            }
        }
    }
}

/// The signals to scanners.
extension Worker {
    /// The shortest time between two equal signals, in microseconds.
    private static let signalPause: UInt64 = 100_000
    /// The number of consecutive failures after which no more signals are sent; each may block the worker for a quarter of a
    /// second.
    private static let maximumSignalFailures = 3
    /// The time between two beeps of a signal, in microseconds.
    private static let beepInterval: UInt64 = 180_000

    /// Makes a scanner give a signal if its report descriptor declares one.
    func send(_ signal: ScannerSignal, to pair: UInt64) {
        guard let (session, reader) = find(pair), reader.signalFailures < Self.maximumSignalFailures,
            let reports = reader.feedback?.reports(for: signal),
            let first = reports.first
        else { return counters.add(.unsupported) }
        let now = monotonicMicroseconds()
        // Two equal signals so close together sound like one; a different one must not be dropped.
        guard reader.lastSignal != signal || now &- reader.lastSignalAt >= Self.signalPause else {
            return counters.add(.dropped)
        }
        reader.lastSignalAt = now
        reader.lastSignal = signal
        send(first, to: pair)
        for report in reports.dropFirst() {
            schedule(.signal(pair: pair, report), session.key, after: Self.beepInterval)
        }
    }

    /// Sends one output report.
    func send(_ report: Feedback.Report, to pair: UInt64) {
        guard let (session, reader) = find(pair), session.phase == .open, !reader.isIdle else {
            return counters.add(.unsupported)
        }
        let status =
            reader.outEndpoint.map { reader.requests.write(report.bytes, to: $0) }
            ?? reader.requests.setOutputReport(id: report.id, report.bytes)
        reader.signalFailures = status.isFailure ? reader.signalFailures + 1 : 0
        counters.add(status.isFailure ? .failed : .sent)
    }
}
