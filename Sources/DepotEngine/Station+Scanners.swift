public import DepotModel
public import DepotStore
public import HIDDecoding
import Logging
import Synchronization

extension Station: ScannerSinks {
    public func sink(for identity: String) -> any ScannerSink {
        let (queue, isNew) = registry.withLock { registry in
            if let queue = registry.queues[identity] { return (queue, false) }
            let queue = LaneQueue()
            if registry.isStopping { queue.close() }
            registry.queues[identity] = queue
            return (queue, true)
        }
        if isNew { Task.detached(executorPreference: executor) { await self.makeLane(of: identity, queue) } }
        return queue
    }

    /// Makes the lane of a scanner that was never seen. Where the database cannot be written it is tried again with each
    /// thing that the scanner sends; what it sent waits.
    private func makeLane(of identity: String, _ queue: LaneQueue) async {
        var hasFailed = false
        repeat {
            do throws(CommitFailure) {
                // A lane that went to another identity must have left this one first.
                try await writeMoves()
                let tenant = try? context.tenant(of: identity, serial: nil)
                let row = try await store.lane(forScanner: identity, tenant: tenant ?? .standard)
                if lane(for: row, queue: queue).queue === queue { return }
            } catch {
                if !hasFailed {
                    logger.error("scanner has no lane", metadata: ["scanner": "\(identity)", "error": "\(error)"])
                }
                hasFailed = true
            }
        } while await queue.arrival()
    }

    public func rename(_ identity: String, to description: ScannerDescription) {
        let (queue, former) = registry.withLock { registry -> (LaneQueue?, LaneQueue?) in
            guard let queue = registry.queues.removeValue(forKey: identity) else { return (nil, nil) }
            let former = registry.queues[description.identity]
            registry.queues[description.identity] = queue
            if let serial = description.serialName {
                registry.moves[serial, default: Moves(knownBy: Self.key(of: description))].identities
                    .append((identity, description.identity))
            }
            return (queue, former)
        }
        if let former, let lane = registry.withLock({ $0.lanes.values.first { $0.queue === former } }) {
            // It keeps its number and its past, and no scanner finds it any more; the database does the same.
            lane.show { $0.scanner = "former:\(description.identity):\(lane.id)" }
        }
        queue?.notice(.identified(description))
    }

    private static func key(of description: ScannerDescription) -> ScannerIdentity.KnownBy {
        description.isKnownByPort ? .port : .serial
    }

    public func serialIsShared(_ serial: String, by ports: [String]) {
        logger.warning(
            "two scanners have one serial number; each is known by its port from now on",
            metadata: ["serial": "\(serial)", "ports": "\(ports.joined(separator: ","))"])
        registry.withLock { $0.moves[serial, default: Moves(knownBy: .port)].knownBy = .port }
        Task.detached(executorPreference: executor) {
            do throws(CommitFailure) {
                try await self.writeMoves()
            } catch {
                self.logger.error(
                    "shared serial not remembered", metadata: ["serial": "\(serial)", "error": "\(error)"])
            }
        }
    }

    /// Writes what scanners came to be known by, and their lanes with it, in one transaction for each serial; what cannot
    /// be written is tried again at the next turn.
    func writeMoves() async throws(CommitFailure) {
        for (serial, moves) in registry.withLock({ $0.moves }) {
            try await store.setScannerIdentity(
                serial, knownBy: moves.knownBy, isManual: moves.isManual, moves: moves.identities,
                actor: Actor(kind: .station, name: settings.configuration.stationName), origin: Origin(face: .daemon))
            registry.withLock { registry in
                guard let now = registry.moves[serial] else { return }
                let rest = Array(now.identities.dropFirst(moves.identities.count))
                registry.moves[serial] = rest.isEmpty ? nil : now
                registry.moves[serial]?.identities = rest
            }
        }
    }

    /// What became of the signals to scanners since the start, by outcome.
    public var signalCounts: [(outcome: String, count: Int)] {
        (control.withLock { $0 }?.signalCounts ?? SignalCounts()).byOutcome
    }

    /// Settles by what a scanner is told from others, now and for every later start.
    ///
    /// - Parameters:
    ///   - scanner: its identity, as ``scanners(of:)`` shows it.
    ///   - tenant: whose it must be; nil: anybody's.
    /// - Returns: the identity that it has from now on.
    /// - Throws: `not_found` for an unknown scanner; `refused` for one whose serial number tells nothing, or that several
    ///   units have that are plugged in; what the store says when it cannot be written.
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
        // Written already; the renaming that follows is to be found so, and not as the station's own decision.
        registry.withLock { $0.moves[serial] = Moves(knownBy: key, isManual: true) }
        control.withLock { $0 }?.know(serial, by: key == .port ? .port : .serial)
        return name(description)
    }

    private func tenant(ofScanner identity: String) -> TenantID? {
        context.scanners.all.first { $0.identity == identity }.flatMap { tenant(ofLane: $0.lane) }
    }
}
