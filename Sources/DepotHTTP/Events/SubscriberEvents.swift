import DepotAPI
import DepotDialect
import DepotEngine
import DepotModel
import DepotStore
import NIOCore

/// The events of the ledger as one subscriber receives them.
struct SubscriberEvents: Sendable {
    let station: Station
    /// The tenant whose events are shown, or nil for all.
    let tenant: TenantID?
    let view: ScreenView
    /// The maximum number of events in a batch.
    let limit: Int
    /// The executor for everything that takes longer than copying bytes.
    let reads: any TaskExecutor

    /// Returns the messages of the next events and the number of the last one, or nil if there are no more. The buffer
    /// is empty if the subscriber sees none of them.
    func next(after cursor: EventNumber) async throws -> (buffer: ByteBuffer, last: EventNumber)? {
        if !view.isScreen, let found = station.events.cached(after: cursor) { return batch(found) }
        return try await withTaskExecutorPreference(reads) {
            batch(
                try station.events.cached(after: cursor) ?? station.store.eventBodies(since: cursor, limit: limit))
        }
    }

    private func batch(_ found: [StoredEvent]) -> (buffer: ByteBuffer, last: EventNumber)? {
        guard let last = found.prefix(limit).last else { return nil }
        var buffer = ByteBuffer()
        for event in found.prefix(limit) where tenant == nil || event.tenant == tenant {
            guard let json = view.event(event) else { continue }
            buffer.writeString("id: \(event.number)\n")
            EventStream.write(StationAPI.StreamName.event, json, to: &buffer)
        }
        return (buffer, last.number)
    }
}
