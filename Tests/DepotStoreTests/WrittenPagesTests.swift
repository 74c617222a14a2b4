import DepotModel
import DepotStore
import Foundation
import Testing

/// How much of the disk a transition costs. Counts of pages and bytes, never times.
struct WrittenPagesTests {
    /// A database whose b-trees have depth, in which every asset was moved before.
    private struct Depot {
        let fixture: Fixture
        let assets: [AssetID]
        let people: [Holder]

        init(assets count: Int = 3000, people: Int = 150) async throws {
            fixture = try Fixture()
            var made: [Holder] = []
            for number in 1...people {
                made.append(.person(try await fixture.person("Person \(number)", badge: "B\(number)").id))
            }
            let holders = made
            self.people = holders
            let rows = (1...count).map { number in
                var draft = AssetDraft(tag: "A\(100_000 + number)")
                draft.serial = "SN-\(number * 7919 % 1_000_003)"
                draft.name = "Laptop \(number)"
                draft.modelName = "Model \(number % 20)"
                return ImportRow(line: number, draft: draft, columns: [.serial, .name, .model])
            }
            let request = ChangeRequest(operation: operation(), actor: .test, origin: .test, at: noon)
            assets = try await fixture.tenant.importAssets(rows, request).compactMap {
                if case .created(let asset) = $0 { asset } else { nil }
            }
            try await everyAsset { number in .checkout(to: holders[number % holders.count]) }
            try await everyAsset { _ in .checkin() }
            // what is measured begins with an empty log, and no checkpoint falls into it
            _ = try await fixture.store.onWriter("PRAGMA wal_checkpoint(RESTART)")
            _ = try await fixture.store.onWriter("PRAGMA wal_autocheckpoint = 0")
            // the first after that begins the log again; and what follows many events has just been done
            repeat {
                try await fixture.apply(.audit(location: nil, next: nil, moves: false), assets[0])
            } while try await fixture.store.onWriter(
                "SELECT (SELECT number FROM event_subject_end) < (SELECT max(number) FROM event)") == "1"
        }

        func everyAsset(_ kind: @escaping @Sendable (Int) -> Transition.Kind) async throws {
            let tenant = fixture.tenant
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (number, asset) in assets.enumerated() {
                    group.addTask { _ = try await tenant.apply(Self.asked(kind(number)), to: asset) }
                }
                try await group.waitForAll()
            }
        }

        /// As a person at a computer asks: with an address, a request and a time of their own.
        static func asked(_ kind: Transition.Kind) -> Transition {
            // operations rise, as everybody's do
            let at = Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
            let id = UniqueID.version7(at: at, random: (.random(in: .min ... .max), .random(in: .min ... .max)))
            var origin = Origin(face: .station)
            (origin.address, origin.request) = ("192.0.2.17", id.description)
            return Transition(
                operation: id, kind: kind, actor: Actor(kind: .token, name: "front desk"), origin: origin, at: at)
        }

        /// The frames in the log (sqlite.org/fileformat2.html §4.1); a page that is written twice counts twice.
        var frames: Int {
            get throws {
                let log = try Data(contentsOf: URL(fileURLWithPath: fixture.path + "-wal"))
                let salt = log.dropFirst(16).prefix(8)
                return stride(from: 32, to: log.count, by: 24 + 4096).prefix { frame in
                    log.dropFirst(frame + 8).prefix(8) == salt
                }.count
            }
        }

        /// How many frames each of thirty writes.
        func written(_ body: (Int) async throws -> Void) async throws -> [Int] {
            var counts: [Int] = []
            for number in 0..<30 {
                let before = try frames
                try await body(number)
                counts.append(try frames - before)
            }
            return counts
        }
    }

    /// The median, and the mean with those where a page is full and another begins.
    @Test func aTransitionWritesFewPages() async throws {
        let depot = try await Depot()
        let (assets, people) = (depot.assets, depot.people)
        func asset(_ number: Int) -> AssetID { assets[number * 1009 % assets.count] }
        let fixture = depot.fixture
        func written(_ kind: (Int) -> Transition.Kind) async throws -> [Int] {
            try await depot.written { _ = try await fixture.tenant.apply(Depot.asked(kind($0)), to: asset($0)) }
        }
        let checkouts = try await written { .checkout(to: people[$0]) }
        let transfers = try await written { .transfer(to: people[$0 + 60]) }
        let loans = try await written { _ in .transfer(to: .asset(assets[500])) }
        let checkins = try await written { _ in .checkin() }
        let audits = try await written { _ in .audit(location: nil, next: nil, moves: false) }
        _ = try await fixture.store.lane(forScanner: "usb:1")
        let scans = try await depot.written { number in
            var wanted = scan(
                "A", id: Depot.asked(.checkin()).operation, outcome: .applied,
                intent: .init(asset: asset(number), kind: .checkout(to: people[number])))
            // As long as that of a session with fifty changes.
            wanted.laneState = { event, _, _ in String(repeating: "1234567,", count: 150) + "\(event.number)" }
            _ = try await fixture.tenant.commit(wanted)
        }
        let walk = try await fixture.tenant.change(
            ChangeRequest(operation: operation(), actor: .test, origin: .test, at: noon)
        ) { try $0.startAudit(AuditDraft(scope: .filter(AuditFilter(lifecycle: .deployed)))) }
        let sightings = try await depot.written { number in
            var sighting = scan("A", id: Depot.asked(.checkin()).operation, outcome: .applied)
            sighting.audit = .countAsset(asset(number), in: walk.id, place: nil)
            _ = try await fixture.tenant.commit(sighting)
        }
        for (counts, limit) in [
            (sightings, 6),
            (checkouts, 8), (transfers, 8), (loans, 8), (checkins, 8), (audits, 6), (scans, 10),
        ] {
            #expect(counts.sorted()[counts.count / 2] <= limit, "\(counts)")
            #expect(counts.reduce(0, +) <= counts.count * limit, "\(counts)")
        }
    }

    /// With what follows the commits: the index of events, and nothing else.
    @Test func manyTransitionsWriteFewPagesEach() async throws {
        let depot = try await Depot()
        let before = try depot.frames
        for number in 0..<512 {
            let checkout = Depot.asked(.checkout(to: depot.people[number % 150]))
            _ = try await depot.fixture.tenant.apply(checkout, to: depot.assets[number * 1009 % depot.assets.count])
        }
        _ = try await depot.fixture.store.onWriter("SELECT 1")
        let frames = try depot.frames - before
        #expect(frames < 512 * 6, "\(frames)")
        let figures = try depot.fixture.store.figures(since: noon)
        #expect(figures.writtenTransitions > 512 && figures.writtenBytes > Int64(frames) * 4096)
    }

    @Test func aCheckoutTakesFewBytes() async throws {
        let depot = try await Depot()
        let (fixture, people) = (depot.fixture, depot.people)
        func size() async throws -> Int {
            try await fixture.store.onWriter("SELECT page_count * 4096 FROM pragma_page_count").flatMap { Int($0) } ?? 0
        }
        let before = try await size()
        try await depot.everyAsset { .checkout(to: people[$0 % people.count]) }
        let bytes = (try await size() - before) / depot.assets.count
        #expect(bytes > 0 && bytes <= 700, "\(bytes)")
    }
}
