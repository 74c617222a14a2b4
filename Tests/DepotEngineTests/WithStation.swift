import DepotEngine
import DepotModel
import DepotStore
import Foundation
import HIDDecoding
import Logging

/// Runs the body with a station on a database of its own, whose file goes away afterwards.
///
/// - Parameters:
///   - now: the time of day for what has no time of its caller.
///   - busyMilliseconds: how long a write waits for another program; nil: as long as usual.
func withStation(
    _ configuration: DepotEngine.Configuration = .init(), clock: StationClock = .system,
    now: @escaping @Sendable () -> Timestamp = StationClock.system.wall, busyMilliseconds: Int32? = nil,
    _ body: (_ station: Station, _ store: DepotStore, _ hub: EventHub, _ path: String) async throws -> Void
) async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("depot-engine-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    var settings = DepotStore.Settings(path: folder.appendingPathComponent("depot.sqlite").path, station: "s")
    if let busyMilliseconds { settings.busyMilliseconds = busyMilliseconds }
    let hub = EventHub()
    let store = try DepotStore(settings, now: now, onCommit: { hub.publish($0) })
    let station = try await Station(
        configuration: configuration, store: store, events: hub, clock: clock, layouts: { _ in .us },
        logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    try await body(station, store, hub, settings.path)
    await station.stop()
    await store.close()
}
