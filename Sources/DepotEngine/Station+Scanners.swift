public import DepotModel
public import DepotStore
public import HIDDecoding
import Logging
import Synchronization

extension Station: ScannerSinks {
    /// Returns the queue of the lane of a scanner, and creates the lane if the scanner is new.
    public func sink(for identity: String) -> any ScannerSink {
        let (queue, isNew) = registry.withLock { registry in
            if let queue = registry.queues[identity] { return (queue, false) }
            let queue = LaneQueue()
            if registry.isStopping { queue.close() }
            registry.queues[identity] = queue
            return (queue, true)
        }
        if isNew { Task.detached(executorPreference: executor) { await self.createLane(of: identity, queue) } }
        return queue
    }

    /// Creates the lane of a new scanner. If the database cannot be written, each further item from the scanner causes
    /// another attempt, and its items stay queued.
    private func createLane(of identity: String, _ queue: LaneQueue) async {
        var hasFailed = false
        repeat {
            do throws(CommitFailure) {
                // A lane that has another identity now must have given up this one first.
                try await saveIdentityChanges()
                // It may have been renamed since it was plugged in.
                let current = registry.withLock { $0.queues.first { $0.value === queue }?.key } ?? identity
                let tenant = try? context.tenant(of: current, serial: nil)
                let row = try await store.lane(forScanner: current, tenant: tenant ?? .standard)
                if lane(for: row, queue: queue).queue === queue {
                    return await saveEarlyRename(of: queue, from: current)
                }
            } catch {
                if !hasFailed {
                    logger.error("scanner has no lane", metadata: ["scanner": "\(identity)", "error": "\(error)"])
                }
                hasFailed = true
            }
        } while await queue.waitForItem()
    }

    /// Writes a rename that came before the lane had a row, and so could not move it. What cannot be written now is
    /// written by the next ``checkLanes()``.
    private func saveEarlyRename(of queue: LaneQueue, from identity: String) async {
        let isRenamed = registry.withLock { registry in
            guard let description = registry.earlyRenames.removeValue(forKey: ObjectIdentifier(queue)),
                description.identity != identity, let serial = description.serialName
            else { return false }
            registry.identityChanges[serial, default: IdentityChange(knownBy: Self.key(of: description))].renames
                .append((identity, description.identity))
            return true
        }
        if isRenamed { try? await saveIdentityChanges() }
    }

    /// Gives the lane of a scanner to another identity of it.
    public func rename(_ identity: String, to description: ScannerDescription) {
        let (queue, former) = registry.withLock { registry -> (LaneQueue?, LaneQueue?) in
            guard let queue = registry.queues.removeValue(forKey: identity) else { return (nil, nil) }
            let former = registry.queues[description.identity]
            registry.queues[description.identity] = queue
            if !registry.lanes.values.contains(where: { $0.queue === queue }) {
                registry.earlyRenames[ObjectIdentifier(queue)] = description
            }
            if let serial = description.serialName {
                registry.identityChanges[serial, default: IdentityChange(knownBy: Self.key(of: description))].renames
                    .append((identity, description.identity))
            }
            return (queue, former)
        }
        if let former, let lane = registry.withLock({ $0.lanes.values.first { $0.queue === former } }) {
            // The former lane keeps its number and its history but no scanner, as in the database.
            lane.show { $0.scanner = "former:\(description.identity):\(lane.id)" }
        }
        queue?.notice(.identified(description))
    }

    private static func key(of description: ScannerDescription) -> ScannerIdentity.KnownBy {
        description.isKnownByPort ? .port : .serial
    }

    /// Records that units with the serial are identified by their ports.
    public func serialIsShared(_ serial: String, by ports: [String]) {
        logger.warning(
            "two scanners have one serial number; each is known by its port from now on",
            metadata: ["serial": "\(serial)", "ports": "\(ports.joined(separator: ","))"])
        registry.withLock { $0.identityChanges[serial, default: IdentityChange(knownBy: .port)].knownBy = .port }
        Task.detached(executorPreference: executor) {
            do throws(CommitFailure) {
                try await self.saveIdentityChanges()
            } catch {
                self.logger.error(
                    "shared serial not remembered", metadata: ["serial": "\(serial)", "error": "\(error)"])
            }
        }
    }

    /// Writes the changed identities of scanners and their lanes, in one transaction per serial. Those that cannot be
    /// written are tried again at the next ``checkLanes()``.
    func saveIdentityChanges() async throws(CommitFailure) {
        for (serial, change) in registry.withLock({ $0.identityChanges }) {
            try await store.setScannerIdentity(
                serial, knownBy: change.knownBy, isManual: change.isManual, moves: change.renames,
                actor: Actor(kind: .station, name: settings.configuration.stationName), origin: Origin(face: .daemon))
            registry.withLock { registry in
                // Another task may have written the same meanwhile, and more may have come.
                guard var now = registry.identityChanges[serial], now.renames.count >= change.renames.count,
                    zip(now.renames, change.renames).allSatisfy({ $0 == $1 })
                else { return }
                now.renames.removeFirst(change.renames.count)
                let isOver = now.renames.isEmpty && now.knownBy == change.knownBy && now.isManual == change.isManual
                registry.identityChanges[serial] = isOver ? nil : now
            }
        }
    }

    /// The numbers of signals to scanners since the start by their outcome.
    public var signalCounts: [(outcome: String, count: Int)] {
        (control.withLock { $0 }?.signalCounts ?? SignalCounts()).byOutcome
    }

    /// Sets the key that tells a scanner from others, now and for every later start.
    ///
    /// - Parameters:
    ///   - scanner: the scanner's identity, as in ``scanners(of:)``.
    ///   - key: the serial number or the port.
    ///   - tenant: the tenant that must own the scanner, or nil for any.
    /// - Returns: the scanner's new identity.
    /// - Throws: `not_found` for an unknown scanner; `refused` for one whose serial number does not identify it or is
    ///   shared by several plugged-in units; the store's error if the change cannot be written.
    public func identify(
        _ scanner: String, by key: ScannerIdentity.KnownBy, tenant: TenantID? = nil, actor: Actor, origin: Origin
    ) async throws(CommitFailure) -> String {
        let description = context.scanners.description(of: scanner)
        guard scanners(of: tenant).contains(where: { $0.identity == scanner }) else {
            throw .failed(
                DepotError(.notFound, "There is no scanner \(scanner).", hint: "depotctl scanners lists them"))
        }
        guard let description else {
            throw .failed(DepotError(.refused, "\(scanner) is not plugged in.", hint: "plug it in first"))
        }
        guard let serial = description.serialName else {
            throw .failed(
                DepotError(
                    .refused, "\(description.displayName) has no serial number of its own, so its port identifies it.",
                    hint: "always plug it into port \(description.port)"))
        }
        let units = context.scanners.units(withSerial: serial)
        guard key == .port || units.count < 2 else {
            let ports = units.map(\.port).sorted().joined(separator: " and ")
            throw .failed(
                DepotError(
                    .refused, "The scanners at \(ports) have the same serial number, so it identifies neither.",
                    hint: "unplug the others first"))
        }
        if let tenant, units.contains(where: { self.tenant(ofScanner: $0.identity) != tenant }) {
            throw .failed(
                DepotError(
                    .forbidden, "A scanner with this serial number belongs to another tenant.",
                    hint: "ask the station's administrator"))
        }
        func name(_ unit: ScannerDescription) -> String {
            let device = key == .port ? "port:\(unit.port)" : serial
            return unit.interface == 0 ? device : "\(device)#\(unit.interface)"
        }
        let moves = context.scanners.descriptions(withSerial: serial).map { (from: $0.identity, to: name($0)) }
        try await store.setScannerIdentity(
            serial, knownBy: key, isManual: true, moves: moves, actor: actor, origin: origin)
        // The change is written already; the renaming that follows must count as this decision, not as the station's own.
        registry.withLock { $0.identityChanges[serial] = IdentityChange(knownBy: key, isManual: true) }
        control.withLock { $0 }?.identify(serial, by: key == .port ? .port : .serial)
        return name(description)
    }

    private func tenant(ofScanner identity: String) -> TenantID? {
        context.scanners.all.first { $0.identity == identity }.flatMap { tenant(ofLane: $0.lane) }
    }
}
