import DepotModel
import DepotStore
public import HIDDecoding
import Logging
import Synchronization

extension Station {
    /// Takes scanner events until the stream ends. A scanner's failure is an event, never the end of this.
    public func run(_ source: AsyncStream<ScannerEvent>) async {
        for await event in source { await take(event) }
    }

    /// One turn of the loop; the watchdog is fed when it comes round.
    func take(_ event: ScannerEvent) async {
        switch event {
        case .connected(let description): await connect(description)
        case .report(let report):
            guard let lane = lane(of: report.identity) else { return lose(report.identity, 1) }
            if !lane.post(.report(report)) { lose(report.identity, 1) }
        case .overflow(let identity, let lost): lose(identity, lost)
        case .problem(let identity, let problem): await note(problem, of: identity)
        case .disconnected(let identity): await disconnect(identity)
        }
    }

    private func connect(_ description: ScannerDescription) async {
        let configuration = settings.configuration
        let device = configuration.device(description.identity)
        let layoutName = device.flatMap { $0.layout.isEmpty ? nil : $0.layout } ?? configuration.scannerLayout
        do {
            let row = try await store.lane(forScanner: description.identity)
            let lane = lane(for: row)
            do {
                var wedge = WedgeOptions()
                wedge.layout = try layouts(layoutName)
                wedge.interKeyTimeoutMicroseconds = UInt64(configuration.scannerInterKeyTimeout) * 1000
                let decoder = try ScannerDecoder(description, wedge: wedge)
                _ = lane.post(.connected(description, decoder))
                show(status(description, row, layoutName, .ready))
            } catch {
                let message = (error as? DepotError)?.message ?? "Its report descriptor cannot be used: \(error)."
                let problem = ScannerProblem(
                    code: "descriptor", message: message, isRecovering: false, device: description)
                show(status(description, row, layoutName, .failing))
                await note(problem, of: description.identity)
                return
            }
            await record(.scannerConnected, "\(description.displayName) is plugged in.", description, row.id)
        } catch {
            // The next report of the scanner finds no lane and counts as lost, which people see.
            logger.error("scanner has no lane", metadata: ["scanner": "\(description.identity)", "error": "\(error)"])
        }
    }

    private func disconnect(_ identity: String) async {
        guard var scanner = floor.withLock({ $0.scanners[identity] }), scanner.state != .unplugged else { return }
        _ = lane(of: identity)?.post(.disconnected)
        scanner.state = .unplugged
        scanner.problem = nil
        scanner.since = now()
        show(scanner)
        await record(
            .scannerDisconnected, "\(scanner.name) is unplugged.", ["scanner": identity, "name": scanner.name],
            scanner.lane)
    }

    private func note(_ problem: ScannerProblem, of identity: String) async {
        if floor.withLock({ $0.scanners[identity] }) == nil, let device = problem.device,
            let row = try? await store.lane(forScanner: identity)
        {
            show(status(device, row, settings.configuration.scannerLayout, .failing))
        }
        let error = DepotError(.init(rawValue: "scanner." + problem.code), problem.message, hint: problem.hint)
        let scanner = floor.withLock { floor -> ScannerStatus? in
            floor.scanners[identity]?.state = .failing
            floor.scanners[identity]?.problem = error
            floor.scanners[identity]?.problems += 1
            floor.scanners[identity]?.since = now()
            return floor.scanners[identity]
        }
        if let scanner { events.publish(.scanner(scanner)) }
        logger.warning(
            "scanner problem",
            metadata: ["scanner": "\(identity)", "code": "\(problem.code)", "message": "\(problem.message)"])
        var facts = ["scanner": identity, "problem": problem.code]
        if let hint = problem.hint { facts["hint"] = hint }
        await record(.scannerFailed, problem.message, facts, scanner?.lane)
    }

    private func lose(_ identity: String, _ count: Int) {
        floor.withLock { $0.lost += count }
        _ = lane(of: identity)?.post(.lost)
        logger.error("reports lost", metadata: ["scanner": "\(identity)", "count": "\(count)"])
    }

    /// Counts a scan to its scanner, which also shows that it is well again.
    func counted(_ identity: String, _ result: ScanResult) {
        let scanner = floor.withLock { floor -> ScannerStatus? in
            floor.scanners[identity]?.scans += 1
            floor.scanners[identity]?.lastScan = result.at
            if floor.scanners[identity]?.state == .failing {
                floor.scanners[identity]?.state = .ready
                floor.scanners[identity]?.problem = nil
            }
            return floor.scanners[identity]
        }
        if let scanner { events.publish(.scanner(scanner)) }
    }

    private func lane(of identity: String) -> Lane? {
        floor.withLock { floor in floor.scanners[identity].flatMap { floor.lanes[$0.lane] } }
    }

    private func show(_ scanner: ScannerStatus) {
        floor.withLock { $0.scanners[scanner.identity] = scanner }
        events.publish(.scanner(scanner))
    }

    private func status(
        _ description: ScannerDescription, _ row: LaneRow, _ layout: String, _ state: ScannerStatus.State
    ) -> ScannerStatus {
        let earlier = floor.withLock { $0.scanners[description.identity] }
        return ScannerStatus(
            identity: description.identity, lane: row.id, name: description.displayName,
            manufacturer: description.manufacturer, usbID: description.usbID, serial: description.serial,
            port: description.port, kind: description.kind.rawValue,
            layout: description.kind == .keyboardWedge ? layout : nil, state: state, since: now(),
            lastScan: earlier?.lastScan, scans: earlier?.scans ?? 0, problems: earlier?.problems ?? 0)
    }

    private func record(
        _ kind: LedgerEvent.Kind, _ message: String, _ description: ScannerDescription, _ lane: LaneID
    ) async {
        let facts = [
            "scanner": description.identity, "name": description.displayName, "usb_id": description.usbID,
            "port": description.port, "kind": description.kind.rawValue,
        ]
        await record(kind, message, facts, lane)
    }

    /// A scanner's fate is told even when it cannot be written: then in the log alone.
    private func record(
        _ kind: LedgerEvent.Kind, _ message: String, _ facts: [String: String], _ lane: LaneID?
    ) async {
        do {
            _ = try await store.record(
                kind, message: message, facts: facts,
                actor: Actor(kind: .station, name: settings.configuration.stationName),
                origin: Origin(face: .daemon, lane: lane, scanner: facts["scanner"]), at: now())
        } catch {
            logger.error("event not recorded", metadata: ["kind": "\(kind)", "message": "\(message)"])
        }
    }
}

extension ScannerDescription {
    /// The product string, or the ids where there is none.
    var displayName: String {
        let name = product?.trimmingPrefix(while: { $0 == " " }) ?? ""
        return name.isEmpty ? "Scanner \(usbID)" : String(name)
    }
}
