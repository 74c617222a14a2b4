import DepotModel
import DepotStore
import Foundation
import GRDB
import Synchronization

/// A store in a folder of its own, which is removed with it.
final class Fixture: Sendable {
    let folder: String
    let store: DepotStore
    /// The numbers of each commit's events, as `onCommit` heard them.
    let commits: Heard
    var path: String { folder + "/depot.sqlite" }

    /// What `onCommit` was told.
    final class Heard: Sendable {
        let batches = Mutex<[[Int64]]>([])
        let events = Mutex<[StoredEvent]>([])
        var stored: [StoredEvent] { events.withLock { $0 } }
        var numbers: [Int64] { batches.withLock { $0.flatMap { $0 } } }
    }

    /// - Parameter prepare: called with the folder before the store is opened.
    init(
        station: String = "depot-1", busyMilliseconds: Int32 = 200, prepare: (String) throws -> Void = { _ in }
    ) throws {
        folder = NSTemporaryDirectory() + "depot-store-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try prepare(folder)
        commits = Heard()
        var settings = DepotStore.Settings(path: folder + "/depot.sqlite", station: station)
        settings.busyMilliseconds = busyMilliseconds
        store = try Fixture.open(settings, commits)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    static func open(_ settings: DepotStore.Settings, _ heard: Heard = Heard()) throws -> DepotStore {
        try DepotStore(settings, now: { noon }) { events in
            heard.batches.withLock { $0.append(events.map(\.number.rawValue)) }
            heard.events.withLock { $0 += events }
        }
    }

    /// Closes the store and opens the same file again.
    func reopened() async throws -> DepotStore {
        await store.close()
        return try Fixture.open(DepotStore.Settings(path: path, station: "depot-1"))
    }

    var tenant: TenantStore { store.tenant() }

    func asset(_ tag: String, _ change: (inout AssetDraft) -> Void = { _ in }) async throws -> AssetDetails {
        try await tenant.make(tag, change)
    }

    func person(_ name: String, badge: String? = nil) async throws -> Person {
        try await tenant.createPerson(
            PersonDraft(name: name, badge: badge),
            ChangeRequest(operation: operation(), actor: .test, origin: .test, at: noon))
    }

    func location(_ name: String, code: String? = nil, parent: LocationID? = nil) async throws -> Location {
        try await tenant.createLocation(
            LocationDraft(name: name, code: code, parent: parent),
            ChangeRequest(operation: operation(), actor: .test, origin: .test, at: noon))
    }

    @discardableResult
    func apply(_ kind: Transition.Kind, _ asset: AssetID, version: Int64? = nil) async throws -> Applied {
        try await tenant.apply(transition(kind, version: version), to: asset)
    }

    /// The file as another program sees it.
    func raw<Value>(_ body: (Database) throws -> Value) throws -> Value {
        try DatabaseQueue(path: path).writeWithoutTransaction(body)
    }
}

extension TenantStore {
    func make(_ tag: String?, _ change: (inout AssetDraft) -> Void = { _ in }) async throws -> AssetDetails {
        var draft = AssetDraft(tag: tag)
        change(&draft)
        let applied = try await createAsset(
            draft, ChangeRequest(operation: operation(), actor: .test, origin: .test, at: noon))
        guard let asset = applied.asset else { throw DepotError(.internal, "no asset") }
        return asset
    }
}

extension Actor {
    static let test = Actor(kind: .user, name: "tester")
}

extension Origin {
    static let test = Origin(face: .socket)
}

/// 2026-11-21T12:00:00Z.
let noon = Timestamp(milliseconds: 1_795_262_400_000)

func operation() -> UniqueID {
    .version7(at: noon, random: (.random(in: .min ... .max), .random(in: .min ... .max)))
}

func transition(_ kind: Transition.Kind, version: Int64? = nil, operation id: UniqueID? = nil) -> Transition {
    Transition(
        operation: id ?? operation(), kind: kind, actor: .test, origin: .test, at: noon, expectedVersion: version)
}

func scan(
    _ code: String, id: UniqueID? = nil, outcome: ScanOutcome = .shown, message: String = "",
    intent: ScanCommit.Intent? = nil
) -> ScanCommit {
    ScanCommit(
        id: id ?? operation(), at: noon, lane: LaneID(rawValue: 1), scanner: "usb:1", raw: Array(code.utf8), text: code,
        symbology: "]Q1", interpretation: "tag \(code)", outcome: outcome, message: message, actor: .test,
        origin: Origin(face: .scanner), intent: intent)
}

/// The refusal that `body` ends in.
func refusal(_ body: () async throws -> Void) async -> Refusal? {
    do {
        try await body()
        return nil
    } catch CommitFailure.refused(let refusal) {
        return refusal
    } catch {
        return nil
    }
}

/// The error that `body` ends in, other than a refusal.
func failure(_ body: () async throws -> Void) async -> DepotError? {
    do {
        try await body()
        return nil
    } catch CommitFailure.failed(let error) {
        return error
    } catch {
        return error as? DepotError
    }
}

extension TenantStore {
    /// Imports rows that nobody has read before.
    func importAssets(_ rows: [ImportRow], _ request: ChangeRequest) async throws(CommitFailure) -> [ImportOutcome<
        AssetID
    >] {
        try await importAssets(rows.map(ImportLine.init), request)
    }
}
