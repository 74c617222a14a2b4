import BarcodeData
import DepotModel
import DepotStore
import DepotWorkflow
import HIDDecoding
import Logging

/// A lane's scanner while it is read; part of the lane's conversation.
struct ScannerReading {
    /// What is plugged in, and how it is made to sound.
    var connection: ScannerConnection?
    /// Nil while nothing is plugged in, or what is there must not be read.
    var decoder: ScannerDecoder?
    /// How it is to be read from the next code on.
    var nextWedge: WedgeOptions?
    /// What is known of the scanner while it is unplugged.
    var habits = ScannerHabits()
    /// The terminator as the database remembers it.
    var storedTerminator: Terminator?
    /// The port as the database remembers it.
    var storedPort: String?
    /// Nobody's ledger is the scanner's, so that it is not read.
    var isUnassigned = false
    /// When which problem was told, in microseconds.
    var noted: [String: UInt64] = [:]
    /// When it was told that it is read again, in microseconds.
    var toldBackAt: UInt64?
    /// Whether people see that what it sends counts.
    var isShownSettled = false
    /// Codes in a row that broke because their terminator did not come.
    var unendedCodes = 0
    /// The lane's newest row, where the same once more is counted on it.
    var counted: CountedScan?
    /// The row that says that the scanner sends without end.
    var flood: FloodRow?
}

extension Lane {
    /// Takes what is said about the scanner. Each lane commits its own events, so that no scanner waits for another.
    func take(_ notice: ScannerNotice, _ conversation: inout Conversation) async {
        switch notice {
        case .connected(let connection):
            let isBack = conversation.scanner.decoder != nil
            conversation.scanner.connection = connection
            await connect(&conversation, isBack: isBack)
        case .interrupted(let interruption, let moment):
            conversation.scanner.decoder?.interrupt(interruption, at: moment)
            settle(&conversation)
        case .problem(let problem): await note(problem, &conversation)
        case .identified(let description): identify(description, &conversation)
        case .disconnected: await disconnect(&conversation)
        }
    }

    // MARK: Plug and unplug

    private func connect(_ conversation: inout Conversation, isBack: Bool) async {
        guard let connection = conversation.scanner.connection else { return }
        let description = connection.description
        do throws(DepotError) {
            guard let tenant = try context.tenant(of: description.identity, serial: description.serialName) else {
                return await refuse(description, &conversation)
            }
            conversation.nextTenant = tenant
            conversation.scanner.isUnassigned = false
            // Before anything is read, so that the first code already goes to the right ledger.
            await changeTenant(&conversation)
            let layout = try begin(connection, &conversation)
            conversation.scanner.isShownSettled = false
            context.scanners.show(status(description, layout, .settling), description, of: conversation.tenant)
            show {
                $0.isConnected = true
                $0.name = context.name(scanner: $0.scanner, storedName)
            }
        } catch {
            conversation.scanner.decoder = nil
            context.scanners.show(
                status(description, context.settings.configuration.scannerLayout, .failing), description,
                of: conversation.tenant)
            await note(
                ScannerProblem(
                    code: "descriptor", message: error.message, hint: error.hint, isRecovering: false,
                    device: description), &conversation)
            return
        }
        settle(&conversation)
        if conversation.scanner.storedPort != description.port {
            // Which of two units with one serial number was here before is known by it.
            if (try? await context.store.setPort(description.port, lane: id)) != nil {
                conversation.scanner.storedPort = description.port
            }
        }
        context.logger.info("scanner reads", metadata: ["lane": "\(id)", "scanner": "\(description.identity)"])
        let facts = [
            "scanner": description.identity, "name": description.displayName, "usb_id": description.usbID,
            "port": description.port, "kind": description.kind.rawValue,
        ]
        if isBack {
            let uptime = context.clock.monotonic()
            if let toldBackAt = conversation.scanner.toldBackAt, uptime < toldBackAt + Self.repeatInterval { return }
            conversation.scanner.toldBackAt = uptime
        }
        let what = isBack ? "is read again" : "is plugged in"
        await record(.scannerConnected, "\(description.displayName) \(what).", facts, conversation)
    }

    /// Reads the scanner from here on; the name of its keyboard layout.
    private func begin(_ connection: ScannerConnection, _ conversation: inout Conversation) throws(DepotError) -> String
    {
        let description = connection.description
        let (options, layout) = try context.wedge(of: description)
        if conversation.scanner.decoder == nil {
            do throws(DescriptorError) {
                conversation.scanner.decoder = try ScannerDecoder(
                    description, wedge: options, habits: conversation.scanner.habits)
            } catch {
                throw DepotError(.internal, "Its report descriptor cannot be used: \(error).")
            }
        }
        conversation.scanner.nextWedge = options
        conversation.scanner.decoder?.attach(at: connection.at)
        return layout
    }

    /// A scan must not end in the ledger of somebody whose it is not, so a scanner without its tenant is not read.
    private func refuse(_ description: ScannerDescription, _ conversation: inout Conversation) async {
        await stopReading(&conversation)
        conversation.scanner.isUnassigned = true
        let device = context.settings.configuration.device(description.identity, serial: description.serialName)
        let slug = device?.tenant ?? ""
        context.scanners.show(
            status(description, context.settings.configuration.scannerLayout, .failing), description, of: .standard)
        await note(
            ScannerProblem(
                code: "tenant", message: "\(description.displayName) is not read: there is no tenant “\(slug)”.",
                hint: "depotctl tenant create \(slug), or correct scanners.devices and reload", isRecovering: true,
                device: description), &conversation)
    }

    private func stopReading(_ conversation: inout Conversation) async {
        await take(conversation.scanner.decoder?.disconnect() ?? [], &conversation)
        if let decoder = conversation.scanner.decoder { conversation.scanner.habits = decoder.habits }
        conversation.scanner.decoder = nil
        show { $0.isConnected = false }
    }

    private func disconnect(_ conversation: inout Conversation) async {
        await stopReading(&conversation)
        conversation.scanner.connection = nil
        guard let scanner else { return }
        context.scanners.unplug(scanner)
        let status = context.scanners.update(scanner, of: conversation.tenant) {
            $0.state = .unplugged
            $0.problem = nil
            $0.since = context.clock.wall()
        }
        guard let status else { return }
        await record(
            .scannerDisconnected, "\(status.name) is unplugged.", ["scanner": scanner, "name": status.name],
            conversation)
        conversation.scanner.isUnassigned = false
    }

    /// Goes by another identity; the database learns it with the others of its serial (``Station/writeMoves()``).
    private func identify(_ description: ScannerDescription, _ conversation: inout Conversation) {
        let old = scanner ?? ""
        conversation.scanner.connection?.description = description
        show { status in
            status.scanner = description.identity
            status.name = context.name(scanner: description.identity, storedName)
        }
        context.scanners.rename(old, to: description, of: conversation.tenant)
    }

    // MARK: Settings

    /// Applies what a reload or a change of tenants brought, to the scanner that is plugged in as well.
    func applySettings(_ conversation: inout Conversation) async {
        show { $0.name = context.name(scanner: $0.scanner, storedName) }
        guard let scanner else { return }
        let connection = conversation.scanner.connection
        do throws(DepotError) {
            let tenant = try context.tenant(of: scanner, serial: connection?.description.serialName)
            switch (tenant, connection) {
            case (nil, let connection?):
                if !conversation.scanner.isUnassigned { await refuse(connection.description, &conversation) }
            case (nil, nil): return
            case (_?, _?) where conversation.scanner.decoder == nil: await connect(&conversation, isBack: false)
            // Which settings are those of a port is known when something is plugged into it.
            case (_?, nil) where scanner.hasPrefix("port:") && context.settings.configuration.device(scanner) == nil:
                return
            case (let tenant?, let connection):
                conversation.nextTenant = tenant
                guard let connection, conversation.scanner.decoder?.wedge != nil else { return }
                let (options, layout) = try context.wedge(of: connection.description)
                conversation.scanner.nextWedge = options
                context.scanners.update(scanner, of: conversation.tenant) { $0.layout = layout }
                settle(&conversation)
            }
        } catch {
            context.logger.error(
                "lane keeps its settings", metadata: ["lane": "\(id)", "error": "\(error.message)"])
        }
    }

    // MARK: Codes

    /// A whole code, with the moment at which it was read.
    func arrival(_ raw: RawScan, _ conversation: Conversation) -> ScanPipeline.Arrival {
        var arrival = arrival(
            KeptCode(raw.bytes, length: raw.length), at: context.clock.moment(ofReport: raw.lastReportAt), conversation)
        arrival.symbology = raw.symbology
        arrival.endedBy = raw.endedBy
        return arrival
    }

    func arrival(_ code: KeptCode, at moment: Moment, _ conversation: Conversation) -> ScanPipeline.Arrival {
        let scan = newIdentity(at: moment.wall)
        let signedOn = conversation.lane.operator
        let station = context.settings.configuration.stationName
        let habits = conversation.scanner.decoder?.habits
        let isNews = habits.map { $0.terminator != conversation.scanner.storedTerminator } ?? false
        return ScanPipeline.Arrival(
            id: scan, tenant: conversation.tenant, code: code, symbology: nil, at: moment, scanner: scanner,
            actor: Actor(kind: .counter, name: signedOn?.name ?? station, person: signedOn?.id),
            origin: Origin(face: .scanner, lane: id, scanner: scanner, scan: scan),
            terminator: isNews ? habits?.terminator?.rawValue ?? "" : nil)
    }

    /// Journals half a code, and says when a scanner seems to end its codes otherwise than it did.
    func takeBroken(_ bytes: [UInt8], _ reason: String, _ conversation: inout Conversation) async {
        let answer = await context.pipeline.journalBroken(
            arrival(KeptCode(bytes), at: context.clock.moment(), conversation), reason: reason,
            message: "Half a code: scan it again.", lane: conversation.lane, id: id,
            counted: conversation.scanner.counted)
        settle(answer, &conversation)
        tell(answer.result, conversation)
        conversation.scanner.unendedCodes =
            reason == BrokenReason.noTerminator ? conversation.scanner.unendedCodes + 1 : 0
        guard conversation.scanner.unendedCodes == 3, let description = conversation.scanner.connection?.description
        else { return }
        await note(
            ScannerProblem(
                code: "terminator",
                message: "\(description.displayName) used to end its codes with a key and no longer does.",
                hint: "If it was set up so: scanners.devices with its identity and terminator: none, then reload.",
                isRecovering: true, device: description), &conversation)
    }

    /// Counts a scan to its scanner, which also shows that it is well again, and lets the scanner sound.
    func tell(_ result: ScanResult, _ conversation: Conversation) {
        conversation.scanner.connection?.signal(result.outcome.signal)
        guard let scanner else { return }
        let isSettled = conversation.scanner.decoder?.isSettled ?? false
        context.scanners.update(scanner, of: conversation.tenant) { status in
            status.scans += 1
            status.lastScan = result.at
            guard status.state == .failing else { return }
            status.state = isSettled ? .ready : .settling
            status.problem = nil
        }
    }

    /// Shows whether what the scanner sends counts yet, and reads it by newer settings once no code is open.
    func settle(_ conversation: inout Conversation) {
        if let options = conversation.scanner.nextWedge, conversation.scanner.decoder?.isTyping == false {
            conversation.scanner.decoder?.wedge = options
            conversation.scanner.nextWedge = nil
        }
        guard let scanner, let decoder = conversation.scanner.decoder else { return }
        let isSettled = decoder.isSettled
        guard isSettled != conversation.scanner.isShownSettled else { return }
        conversation.scanner.isShownSettled = isSettled
        context.scanners.update(scanner, of: conversation.tenant) { status in
            switch status.state {
            case .ready where !isSettled: status.state = .settling
            case .settling where isSettled: status.state = .ready
            case .failing where isSettled && status.problem?.code.rawValue == "scanner.flood":
                status.state = .ready
                status.problem = nil
            default: break
            }
        }
    }

    // MARK: What is told

    /// Microseconds within which the same problem of a scanner is told once.
    static let repeatInterval: UInt64 = 60_000_000

    func note(_ problem: ScannerProblem, _ conversation: inout Conversation) async {
        let identity = problem.device?.identity ?? scanner ?? ""
        if let device = problem.device, context.scanners.description(of: identity) == nil {
            context.scanners.show(
                status(device, context.settings.configuration.scannerLayout, .failing), device, of: conversation.tenant)
        }
        showProblem(problem, conversation)
        context.scanners.update(identity, of: conversation.tenant) { $0.problems += 1 }
        context.logger.warning(
            "scanner problem",
            metadata: ["scanner": "\(identity)", "code": "\(problem.code)", "message": "\(problem.message)"])
        // A scanner that fails again and again is counted; the ledger does not grow with it.
        let uptime = context.clock.monotonic()
        let isRepeated = conversation.scanner.noted[problem.code].map { uptime < $0 + Self.repeatInterval } ?? false
        guard !isRepeated else { return }
        conversation.scanner.noted[problem.code] = uptime
        var facts = ["scanner": identity, "problem": problem.code]
        if let hint = problem.hint { facts["hint"] = hint }
        await record(.scannerFailed, problem.message, facts, conversation)
    }

    func showProblem(_ problem: ScannerProblem, _ conversation: Conversation) {
        let error = DepotError(.init(rawValue: "scanner." + problem.code), problem.message, hint: problem.hint)
        context.scanners.update(problem.device?.identity ?? scanner ?? "", of: conversation.tenant) { status in
            status.state = .failing
            status.problem = error
            status.since = context.clock.wall()
        }
    }

    private func status(
        _ description: ScannerDescription, _ layout: String, _ state: ScannerStatus.State
    ) -> ScannerStatus {
        ScannerStatus(
            identity: description.identity, lane: id, name: description.displayName,
            manufacturer: description.manufacturer, usbID: description.usbID, serial: description.serial,
            knownBy: description.knownBy,
            port: description.port, kind: description.kind.rawValue,
            layout: description.kind == .keyboardWedge ? layout : nil, state: state, since: context.clock.wall())
    }

    /// A scanner's fate is told even when it cannot be written: then in the log alone.
    private func record(
        _ kind: LedgerEvent.Kind, _ message: String, _ facts: [String: String], _ conversation: Conversation
    ) async {
        // For whom a scanner without a tenant was meant nobody knows.
        let tenant = conversation.scanner.isUnassigned ? .standard : conversation.tenant
        do {
            _ = try await context.store.record(
                kind, message: message, facts: facts,
                actor: Actor(kind: .station, name: context.settings.configuration.stationName),
                origin: Origin(face: .daemon, lane: id, scanner: facts["scanner"]), at: context.clock.wall(),
                tenant: tenant)
        } catch {
            context.logger.error("event not recorded", metadata: ["kind": "\(kind)", "message": "\(message)"])
        }
    }
}

extension ScanOutcome {
    /// What an operator hears from a scanner that can sound.
    var signal: ScannerSignal {
        switch self {
        case .applied, .shown: .done
        case .alreadySo, .duplicate: .repeated
        case .unknown, .unknownBadge: .unknown
        default: .refused
        }
    }
}

extension ScannerDescription {
    /// Its port names it.
    var isKnownByPort: Bool { identity.hasPrefix("port:") }

    /// What it is told from others by, `serial` or `port`; nil where it has no serial number of its own to choose.
    var knownBy: String? {
        serialName == nil ? nil : isKnownByPort ? ScannerKey.port.rawValue : ScannerKey.serial.rawValue
    }

    /// The product string, or the ids where there is none.
    var displayName: String {
        let name = product?.trimmingPrefix(while: { $0 == " " }) ?? ""
        return name.isEmpty ? "Scanner \(usbID)" : String(name)
    }
}
