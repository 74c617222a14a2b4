import BarcodeData
import DepotModel
import DepotStore
import DepotWorkflow
import HIDDecoding
import Logging

/// The reading of a lane's scanner, as part of the lane's conversation.
struct ScannerReading {
    /// The scanner that is plugged in, with its signal function.
    var connection: ScannerConnection?
    /// The decoder, or nil while no scanner is plugged in or it must not be read.
    var decoder: ScannerDecoder?
    /// The options to apply once no code is in progress.
    var nextWedge: WedgeOptions?
    /// The profile of the scanner while it is unplugged.
    var profile = ScannerProfile()
    /// The terminator in the database.
    var storedTerminator: Terminator?
    /// The port in the database.
    var storedPort: String?
    /// A Boolean value that is true if the scanner's tenant does not exist, so that it is not read.
    var isUnassigned = false
    /// The times of the last report of each problem by its code, in microseconds.
    var lastReported: [String: UInt64] = [:]
    /// The time of the last report that the scanner is read again, in microseconds.
    var reconnectReportedAt: UInt64?
    /// A Boolean value that is true if the scanner's published state says that its next code counts.
    var isPublishedSettled = false
    /// The number of consecutive codes that broke because their terminator did not come.
    var unterminatedCodes = 0
    /// The lane's newest row, on which identical scans are counted.
    var counted: CountedScan?
    /// The row of the newest flood.
    var flood: FloodRow?
}

extension Lane {
    /// Handles a notice about the scanner. Each lane commits its own events, so that no scanner waits for another.
    func handle(notice: ScannerNotice, _ conversation: inout Conversation) async {
        switch notice {
        case .connected(let connection):
            let isBack = conversation.scanner.decoder != nil
            conversation.scanner.connection = connection
            await connect(&conversation, isBack: isBack)
        case .interrupted(let interruption, let moment):
            conversation.scanner.decoder?.interrupt(interruption, at: moment)
            refreshScannerState(&conversation)
        case .problem(let problem): await report(problem, &conversation)
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
            // Before anything is read, so that the first code is recorded in the right ledger.
            await changeTenant(&conversation)
            let layout = try begin(connection, &conversation)
            conversation.scanner.isPublishedSettled = false
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
            await report(
                ScannerProblem(
                    code: "descriptor", message: error.message, hint: error.hint, isRecovering: false,
                    device: description), &conversation)
            return
        }
        refreshScannerState(&conversation)
        if conversation.scanner.storedPort != description.port {
            // The port shows which of two units with one serial number the lane had before.
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
            if let reconnectReportedAt = conversation.scanner.reconnectReportedAt,
                uptime < reconnectReportedAt + Self.repeatInterval
            {
                return
            }
            conversation.scanner.reconnectReportedAt = uptime
        }
        let what = isBack ? "is read again" : "is plugged in"
        await record(.scannerConnected, "\(description.displayName) \(what).", facts, conversation)
    }

    /// Starts reading the scanner and returns the name of its keyboard layout.
    private func begin(_ connection: ScannerConnection, _ conversation: inout Conversation) throws(DepotError) -> String
    {
        let description = connection.description
        let (options, layout) = try context.wedge(of: description)
        if conversation.scanner.decoder == nil {
            do throws(DescriptorError) {
                conversation.scanner.decoder = try ScannerDecoder(
                    description, wedge: options, profile: conversation.scanner.profile)
            } catch {
                throw DepotError(.internal, "Its report descriptor cannot be used: \(error).")
            }
        }
        conversation.scanner.nextWedge = options
        conversation.scanner.decoder?.attach(at: connection.at)
        return layout
    }

    /// Stops reading a scanner whose tenant does not exist, since its scans must not be recorded in another ledger.
    private func refuse(_ description: ScannerDescription, _ conversation: inout Conversation) async {
        await stopReading(&conversation)
        conversation.scanner.isUnassigned = true
        let device = context.settings.configuration.device(description.identity, serial: description.serialName)
        let slug = device?.tenant ?? ""
        context.scanners.show(
            status(description, context.settings.configuration.scannerLayout, .failing), description, of: .standard)
        await report(
            ScannerProblem(
                code: "tenant", message: "\(description.displayName) is not read: there is no tenant “\(slug)”.",
                hint: "depotctl tenant create \(slug), or correct scanners.devices and reload", isRecovering: true,
                device: description), &conversation)
    }

    private func stopReading(_ conversation: inout Conversation) async {
        await handle(decoded: conversation.scanner.decoder?.disconnect() ?? [], &conversation)
        if let decoder = conversation.scanner.decoder { conversation.scanner.profile = decoder.profile }
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

    /// Adopts another identity. ``Station/saveIdentityChanges()`` writes it, together with the others of the serial.
    private func identify(_ description: ScannerDescription, _ conversation: inout Conversation) {
        // Its status stands under the name by which it was plugged in, whatever the lane is called meanwhile.
        let old = conversation.scanner.connection?.description.identity ?? scanner ?? ""
        conversation.scanner.connection?.description = description
        show { status in
            status.scanner = description.identity
            status.name = context.name(scanner: description.identity, storedName)
        }
        context.scanners.rename(old, to: description, of: conversation.tenant)
    }

    // MARK: Settings

    /// Applies the settings of a reload or a change of tenants, also to the scanner that is plugged in.
    func applySettings(_ conversation: inout Conversation) async {
        show { $0.name = context.name(scanner: $0.scanner, storedName) }
        show(conversation)
        applyHomeMode(&conversation)
        guard let scanner else { return }
        let connection = conversation.scanner.connection
        do throws(DepotError) {
            let tenant = try context.tenant(of: scanner, serial: connection?.description.serialName)
            switch (tenant, connection) {
            case (nil, let connection?):
                if !conversation.scanner.isUnassigned { await refuse(connection.description, &conversation) }
            case (nil, nil): return
            case (_?, _?) where conversation.scanner.decoder == nil: await connect(&conversation, isBack: false)
            // The settings of a port are known only when a scanner is plugged into it.
            case (_?, nil) where scanner.hasPrefix("port:") && context.settings.configuration.device(scanner) == nil:
                return
            case (let tenant?, let connection):
                conversation.nextTenant = tenant
                guard let connection, conversation.scanner.decoder?.wedge != nil else { return }
                let (options, layout) = try context.wedge(of: connection.description)
                conversation.scanner.nextWedge = options
                context.scanners.update(scanner, of: conversation.tenant) { $0.layout = layout }
                refreshScannerState(&conversation)
            }
        } catch {
            context.logger.error(
                "lane keeps its settings", metadata: ["lane": "\(id)", "error": "\(error.message)"])
        }
    }

    // MARK: Codes

    /// Returns a whole code with the time at which it was read.
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
        let profile = conversation.scanner.decoder?.profile
        let isNews = profile.map { $0.terminator != conversation.scanner.storedTerminator } ?? false
        return ScanPipeline.Arrival(
            id: scan, tenant: conversation.tenant, code: code, symbology: nil, at: moment, scanner: scanner,
            actor: Actor(kind: .counter, name: signedOn?.name ?? station, person: signedOn?.id),
            origin: Origin(face: .scanner, lane: id, scanner: scanner, scan: scan),
            terminator: isNews ? profile?.terminator?.rawValue ?? "" : nil)
    }

    /// Journals an incomplete code, and reports a scanner that seems to end its codes differently from before.
    func handleBroken(_ bytes: [UInt8], _ reason: String, _ conversation: inout Conversation) async {
        let answer = await context.pipeline.journalBroken(
            arrival(KeptCode(bytes), at: context.clock.moment(), conversation), reason: reason,
            message: "Only part of the code arrived; scan it again.", lane: conversation.lane, id: id,
            record: conversation.record,
            counted: conversation.scanner.counted)
        apply(answer, &conversation)
        signal(answer.result, conversation)
        conversation.scanner.unterminatedCodes =
            reason == BrokenReason.noTerminator ? conversation.scanner.unterminatedCodes + 1 : 0
        guard conversation.scanner.unterminatedCodes == 3,
            let description = conversation.scanner.connection?.description
        else { return }
        await report(
            ScannerProblem(
                code: "terminator",
                message: "\(description.displayName) used to end its codes with a key and no longer does.",
                hint: "If that is intended, give it terminator: none in scanners.devices, then reload.",
                isRecovering: true, device: description), &conversation)
    }

    /// Signals the result at the scanner and counts the scan, which also shows that the scanner has recovered.
    func signal(_ result: ScanResult, _ conversation: Conversation) {
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

    /// Publishes whether the scanner's next code counts, and applies pending options once no code is in progress.
    func refreshScannerState(_ conversation: inout Conversation) {
        if let options = conversation.scanner.nextWedge, conversation.scanner.decoder?.isTyping == false {
            conversation.scanner.decoder?.wedge = options
            conversation.scanner.nextWedge = nil
        }
        guard let scanner, let decoder = conversation.scanner.decoder else { return }
        let isSettled = decoder.isSettled
        guard isSettled != conversation.scanner.isPublishedSettled else { return }
        conversation.scanner.isPublishedSettled = isSettled
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

    // MARK: Problems and events

    /// The time within which the same problem of a scanner is reported once, in microseconds.
    static let repeatInterval: UInt64 = 60_000_000

    func report(_ problem: ScannerProblem, _ conversation: inout Conversation) async {
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
        // A scanner that keeps failing must not make the ledger grow; its problems are only counted.
        let uptime = context.clock.monotonic()
        let isRepeated =
            conversation.scanner.lastReported[problem.code].map { uptime < $0 + Self.repeatInterval } ?? false
        guard !isRepeated else { return }
        conversation.scanner.lastReported[problem.code] = uptime
        var facts = ["scanner": identity, "problem": problem.code]
        if let hint = problem.hint { facts["hint"] = hint }
        await record(.scannerFailed, problem.message, facts, conversation)
    }

    /// Publishes a problem as the scanner's state.
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

    /// Records an event of the scanner, or logs it if it cannot be written.
    private func record(
        _ kind: LedgerEvent.Kind, _ message: String, _ facts: [String: String], _ conversation: Conversation
    ) async {
        // The tenant of an unassigned scanner is unknown.
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
    /// The signal that a scanner gives for the outcome.
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
    /// A Boolean value that is true if the port identifies the scanner.
    var isKnownByPort: Bool { identity.hasPrefix("port:") }

    /// The key that tells the scanner from others, `serial` or `port`, or nil if it has no serial number of its own.
    var knownBy: String? {
        serialName == nil ? nil : isKnownByPort ? ScannerKey.port.rawValue : ScannerKey.serial.rawValue
    }

    /// The product string, or the USB ids if there is none.
    var displayName: String {
        let name = product?.trimmingPrefix(while: { $0 == " " }) ?? ""
        return name.isEmpty ? "Scanner \(usbID)" : String(name)
    }
}
