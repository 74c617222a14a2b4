import DepotEngine
import DepotModel
import DepotStore

/// A realistic database, created by the store itself: every row has its event, its search row and its hash.
struct Seed: Sendable {
    /// The folder of the database `depot.sqlite`.
    let folder: String
    /// The number of assets `IT-0000001`, `IT-0000002`, …
    let assets: Int
    /// The only person.
    let person: PersonID
    /// The token of an operator.
    let token: String
    /// The token of an administrator.
    let administrator: String

    static let personName = "Ada Lovelace"
    static let badge = "BADGE:4711"
    private static let station = Actor(kind: .station, name: "bench")
    private static let origin = Origin(face: .daemon)

    /// Returns the tag of the asset with a number from 1; all tags have the same length.
    static func tag(_ number: Int) -> String {
        let digits = String(number)
        return "IT-" + String(repeating: "0", count: max(0, 7 - digits.count)) + digits
    }

    /// Creates the database in an existing folder.
    static func create(in folder: String, assets: Int) async throws -> Seed {
        let store = try DepotStore(
            .init(path: folder + "/depot.sqlite", station: "bench"), now: StationClock.system.wall
        ) { _ in }
        do {
            let seed = try await fill(store, folder, assets)
            await store.close()
            return seed
        } catch {
            await store.close()
            throw error
        }
    }

    /// Adds the person, the tokens and the assets to an open store.
    static func fill(_ store: DepotStore, _ folder: String, _ assets: Int) async throws -> Seed {
        let tenant = store.tenant()
        let person = try await tenant.createPerson(
            PersonDraft(name: personName, badge: badge),
            ChangeRequest(
                operation: operation(), actor: station, origin: origin,
                at: StationClock.system.wall()))
        let token = try await store.createToken(
            name: "bench", role: .operator, tenant: .standard, expires: nil, actor: station, origin: origin)
        let administrator = try await store.createToken(
            name: "bench-admin", role: .admin, tenant: .standard, expires: nil, actor: station, origin: origin)
        // As many at a time as the writer commits together.
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 1...max(1, assets) {
                if number > 256 { try await group.next() }
                group.addTask { try await add(number, to: tenant) }
            }
            try await group.waitForAll()
        }
        return Seed(
            folder: folder, assets: assets, person: person.id, token: token.secret,
            administrator: administrator.secret)
    }

    private static func add(_ number: Int, to tenant: TenantStore) async throws {
        var draft = AssetDraft(tag: tag(number))
        draft.serial = "SN" + String(number &* 2_654_435_761 & 0xFFFF_FFFF, radix: 36, uppercase: true)
        draft.name = "Notebook \(number)"
        draft.modelName = "Model \(number % 40)"
        draft.manufacturer = "Maker \(number % 8)"
        draft.category = "Notebooks"
        _ = try await tenant.createAsset(
            draft, ChangeRequest(operation: operation(), actor: station, origin: origin, at: StationClock.system.wall())
        )
    }

    private static func operation() -> UniqueID {
        var random = SystemRandomNumberGenerator()
        return .version7(at: StationClock.system.wall(), random: (random.next(), random.next()))
    }
}
