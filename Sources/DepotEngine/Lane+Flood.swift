import BarcodeData
import DepotModel
import DepotStore
import HIDDecoding
import Logging

/// The journal row of a flood, on which the codes that are not read are counted.
struct FloodRow: Sendable {
    var tenant: TenantID
    var number: ScanNumber
    /// The time of the last count in microseconds.
    var at: UInt64
    /// The number of codes that are not written yet.
    var uncounted = 0
}

extension Lane {
    /// Journals a flood once; one that follows soon is counted on the same row.
    func handleFlood(_ bytes: [UInt8], _ conversation: inout Conversation) async {
        guard let description = conversation.scanner.connection?.description else { return }
        let uptime = context.clock.monotonic()
        if let flood = conversation.scanner.flood, uptime < flood.at + Self.repeatInterval {
            showProblem(Self.floodProblem(description), conversation)
            await countUnread(1, &conversation)
            return
        }
        let answer = await context.pipeline.journalBroken(
            arrival(KeptCode(bytes), at: context.clock.moment(), conversation), reason: "the scanner sends without end",
            message: "The scanner keeps sending; it will not be read until it has been quiet for a second.",
            lane: conversation.lane, id: id, record: conversation.record)
        apply(answer, &conversation)
        signal(answer.result, conversation)
        conversation.scanner.flood = answer.result.number.map {
            FloodRow(tenant: conversation.tenant, number: $0, at: uptime)
        }
        await report(Self.floodProblem(description), &conversation)
    }

    private static func floodProblem(_ description: ScannerDescription) -> ScannerProblem {
        ScannerProblem(
            code: "flood", message: "\(description.displayName) keeps sending without a pause.",
            hint: "Release its trigger; if it continues, unplug it.", isRecovering: true, device: description)
    }

    /// Counts codes that were not read on the row of the flood.
    func countUnread(_ codes: Int, _ conversation: inout Conversation) async {
        if conversation.scanner.flood == nil { await handleFlood([], &conversation) }
        guard var flood = conversation.scanner.flood else { return }
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
