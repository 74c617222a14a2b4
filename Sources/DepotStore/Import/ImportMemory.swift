import DepotModel
import Sheets

/// Everything that the batches of one import leave for its account, and what the later batches of a dry run must know of
/// the earlier ones, which were rolled back.
// @unchecked: the batches of an import run on the writer's queue one after another, and the account is taken after the
// last one.
final class ImportMemory: @unchecked Sendable {
    /// A location that was made, in names, because the ids of a dry run are assigned again.
    struct MadeLocation {
        var name: String
        var code: String?
        var parent: String?
    }

    /// Everything of one batch.
    struct Batch {
        var made: [(kind: MadeKind, name: String, key: String)] = []
        var people: [(keys: [String], draft: PersonDraft, location: String?)] = []
        var locations: [(keys: [String], location: MadeLocation)] = []
        /// The categories that models have received.
        var categories: [CatalogueID: String] = [:]
        var serials: [(key: String, tag: String)] = []
        var warnings: [(line: Int, message: String)] = []
        var checkouts = 0
        var returns = 0
        var created = 0
    }

    let isDryRun: Bool
    private let change: ChangeRequest
    private(set) var total = Batch()
    /// The number of all warnings, of which ``total`` has the first ones.
    private(set) var warningCount = 0
    private var known: Set<String> = []
    private var people: [String: Int] = [:]
    private var locations: [String: Int] = [:]
    private var serials: [String: String] = [:]

    init(_ change: ChangeRequest, isDryRun: Bool) {
        self.change = change
        self.isDryRun = isDryRun
    }

    /// Returns the request for a write of a dry run that an earlier batch had done.
    func request() -> ChangeRequest {
        var request = change
        request.operation = .random()
        return request
    }

    /// Adds a batch whose rows were taken.
    func add(_ batch: Batch) {
        total.checkouts += batch.checkouts
        total.returns += batch.returns
        total.created += batch.created
        warningCount += batch.warnings.count
        total.warnings += batch.warnings.prefix(ImportAccount.listed - total.warnings.count)
        for made in batch.made where known.insert("\(made.kind.rawValue) \(made.key)").inserted {
            total.made.append(made)
        }
        guard isDryRun else { return }
        total.categories.merge(batch.categories) { first, _ in first }
        for person in batch.people {
            total.people.append(person)
            for key in person.keys { people[key] = total.people.count - 1 }
        }
        for location in batch.locations {
            total.locations.append(location)
            for key in location.keys { locations[key] = total.locations.count - 1 }
        }
        for serial in batch.serials where serials[serial.key] == nil { serials[serial.key] = serial.tag }
    }

    /// Returns true if an earlier batch has made it.
    func hasMade(_ kind: MadeKind, _ key: String) -> Bool { known.contains("\(kind.rawValue) \(key)") }

    /// Returns a person that an earlier batch of a dry run has made, or nil.
    func person(_ key: String) -> (draft: PersonDraft, location: String?)? {
        people[key].map { (total.people[$0].draft, total.people[$0].location) }
    }

    /// Returns a location that an earlier batch of a dry run has made, or nil.
    func location(_ key: String) -> MadeLocation? { locations[key].map { total.locations[$0].location } }

    /// Returns the tag of an asset with the serial number that an earlier batch of a dry run has made, or nil.
    func tag(serial key: String) -> String? { serials[key] }

    /// Adds everything except the warnings, which know their lines only, to the account.
    func settle(_ account: inout ImportAccount) {
        account.checkouts = total.checkouts
        account.returns = total.returns
        for made in total.made { account.add(made: made.kind, made.name) }
    }
}
