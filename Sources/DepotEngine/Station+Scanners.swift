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
        floor.withLock { floor in
            floor.plugged[description.identity] = description
            floor.homeless.remove(description.identity)
        }
        do {
            guard let tenant = try tenant(of: description.identity) else { return try await refuse(description) }
            try await read(description, for: tenant)
        } catch {
            // The next report of the scanner finds no lane and counts as lost, which people see.
            logger.error("scanner has no lane", metadata: ["scanner": "\(description.identity)", "error": "\(error)"])
        }
    }

    /// Gives the scanner to its lane, which reads it from now on.
    private func read(_ description: ScannerDescription, for tenant: TenantID) async throws {
        let configuration = settings.configuration
        let device = configuration.device(description.identity)
        let layoutName = device.flatMap { $0.layout.isEmpty ? nil : $0.layout } ?? configuration.scannerLayout
        let lane = try await self.lane(forScanner: description.identity, tenant: tenant)
        _ = lane.post(.tenant(tenant))
        do {
            var wedge = WedgeOptions()
            wedge.layout = try layouts(layoutName)
            wedge.interKeyTimeoutMicroseconds = UInt64(configuration.scannerInterKeyTimeout) * 1000
            let decoder = try ScannerDecoder(description, wedge: wedge)
            _ = lane.post(.connected(description, decoder))
            show(status(description, lane.id, layoutName, .ready))
        } catch {
            let message = (error as? DepotError)?.message ?? "Its report descriptor cannot be used: \(error)."
            let problem = ScannerProblem(code: "descriptor", message: message, isRecovering: false, device: description)
            show(status(description, lane.id, layoutName, .failing))
            await note(problem, of: description.identity)
            return
        }
        await record(.scannerConnected, "\(description.displayName) is plugged in.", description, lane.id)
    }

    /// A scan must not end in the ledger of somebody whose it is not, so a scanner without its tenant is not read.
    private func refuse(_ description: ScannerDescription) async throws {
        let slug = settings.configuration.device(description.identity)?.tenant ?? ""
        let lane = try await self.lane(forScanner: description.identity, tenant: .standard)
        _ = lane.post(.disconnected)
        floor.withLock { _ = $0.homeless.insert(description.identity) }
        show(status(description, lane.id, settings.configuration.scannerLayout, .failing))
        await note(
            ScannerProblem(
                code: "tenant", message: "\(description.displayName) is not read: there is no tenant “\(slug)”.",
                hint: "depotctl tenant create \(slug), or correct scanners.devices and reload", isRecovering: true,
                device: description),
            of: description.identity)
    }

    /// Makes a lane's tenant the one that the configuration says, as soon as the lane is idle.
    func settle(_ lane: Lane) async {
        guard let scanner = lane.scanner else { return }
        let (description, isHomeless) = floor.withLock { ($0.plugged[scanner], $0.homeless.contains(scanner)) }
        do {
            let tenant = try tenant(of: scanner)
            switch (tenant, description) {
            case (nil, let description?): if !isHomeless { try await refuse(description) }
            case (nil, nil): return
            case (_?, let description?) where isHomeless: await connect(description)
            case (let tenant?, _): _ = lane.post(.tenant(tenant))
            }
        } catch {
            logger.error("lane keeps its tenant", metadata: ["lane": "\(lane.id)", "error": "\(error)"])
        }
    }

    /// Whose ledger the scanner's scans go to; nil where the configured tenant is not there.
    private func tenant(of identity: String) throws(DepotError) -> TenantID? {
        let slug = settings.configuration.device(identity)?.tenant ?? ""
        return slug.isEmpty ? .standard : try store.directory().bySlug(slug)?.id
    }

    /// The scanner's lane, whoever has it now; a new one is the tenant's.
    private func lane(forScanner identity: String, tenant: TenantID) async throws(CommitFailure) -> Lane {
        if let lane = floor.withLock({ $0.lanes.values.first { $0.scanner == identity } }) { return lane }
        return lane(for: try await store.lane(forScanner: identity, tenant: tenant))
    }

    private func disconnect(_ identity: String) async {
        floor.withLock { floor in
            floor.plugged[identity] = nil
            floor.homeless.remove(identity)
        }
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
            let lane = try? await lane(forScanner: identity, tenant: (try? tenant(of: identity)) ?? .standard)
        {
            show(status(device, lane.id, settings.configuration.scannerLayout, .failing))
        }
        let error = DepotError(.init(rawValue: "scanner." + problem.code), problem.message, hint: problem.hint)
        let scanner = floor.withLock { floor -> ScannerStatus? in
            floor.scanners[identity]?.state = .failing
            floor.scanners[identity]?.problem = error
            floor.scanners[identity]?.problems += 1
            floor.scanners[identity]?.since = now()
            return floor.scanners[identity]
        }
        if let scanner { publish(scanner) }
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
        if let scanner { publish(scanner) }
    }

    private func lane(of identity: String) -> Lane? {
        floor.withLock { floor in floor.scanners[identity].flatMap { floor.lanes[$0.lane] } }
    }

    private func show(_ scanner: ScannerStatus) {
        floor.withLock { $0.scanners[scanner.identity] = scanner }
        publish(scanner)
    }

    private func publish(_ scanner: ScannerStatus) {
        events.publish(.scanner(scanner), of: tenant(ofLane: scanner.lane) ?? .standard)
    }

    private func status(
        _ description: ScannerDescription, _ lane: LaneID, _ layout: String, _ state: ScannerStatus.State
    ) -> ScannerStatus {
        let earlier = floor.withLock { $0.scanners[description.identity] }
        return ScannerStatus(
            identity: description.identity, lane: lane, name: description.displayName,
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
        // Who a scanner without a tenant was meant for nobody knows.
        let isHomeless = floor.withLock { $0.homeless.contains(facts["scanner"] ?? "") }
        do {
            _ = try await store.record(
                kind, message: message, facts: facts,
                actor: Actor(kind: .station, name: settings.configuration.stationName),
                origin: Origin(face: .daemon, lane: lane, scanner: facts["scanner"]), at: now(),
                tenant: isHomeless ? .standard : lane.flatMap(tenant(ofLane:)) ?? .standard)
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
