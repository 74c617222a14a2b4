import BarcodeData
import DepotModel
import DepotStore
import HIDDecoding
import Logging

/// The row of the journal that says that a scanner sends without end, on which what is not read is counted.
struct FloodRow: Sendable {
    var tenant: TenantID
    var number: ScanNumber
    /// When something was counted last, in microseconds.
    var at: UInt64
    /// What could not be written yet.
    var uncounted = 0
}

extension Lane {
    /// Journals once that the scanner sends without end. Where it does so again soon, that is counted.
    func takeFlood(_ bytes: [UInt8], _ conversation: inout Conversation) async {
        guard let description = conversation.scanner.connection?.description else { return }
        let uptime = context.clock.monotonic()
        if let flood = conversation.scanner.flood, uptime < flood.at + Self.repeatInterval {
            showProblem(Self.floodProblem(description), conversation)
            await takeUnread(1, &conversation)
            return
        }
        let answer = await context.pipeline.journalBroken(
            arrival(KeptCode(bytes), at: context.clock.moment(), conversation), reason: "the scanner sends without end",
            message: "The scanner sends without end; it is not read until it is quiet for a second.",
            lane: conversation.lane, id: id)
        settle(answer, &conversation)
        tell(answer.result, conversation)
        conversation.scanner.flood = answer.result.number.map {
            FloodRow(tenant: conversation.tenant, number: $0, at: uptime)
        }
        await note(Self.floodProblem(description), &conversation)
    }

    private static func floodProblem(_ description: ScannerDescription) -> ScannerProblem {
        ScannerProblem(
            code: "flood", message: "\(description.displayName) sends without end.",
            hint: "Release its trigger; if it goes on, unplug it.", isRecovering: true, device: description)
    }

    /// Counts codes of a scanner that sends without end on the row that says so.
    func takeUnread(_ codes: Int, _ conversation: inout Conversation) async {
        guard var flood = conversation.scanner.flood else {
            await takeFlood([], &conversation)
            conversation.scanner.flood?.uncounted = codes
            return
        }
        flood.uncounted += codes
        flood.at = context.clock.monotonic()
        do throws(CommitFailure) {
            try await context.store.tenant(flood.tenant).countRepeat(of: flood.number, by: flood.uncounted)
            flood.uncounted = 0
        } catch {
            // counted with the next
            context.logger.error("codes not counted", metadata: ["lane": "\(id)", "error": "\(error)"])
        }
        conversation.scanner.flood = flood
        guard let scanner else { return }
        context.scanners.update(scanner, of: conversation.tenant) { status in
            status.scans += codes
            status.lastScan = context.clock.wall()
        }
    }
}
