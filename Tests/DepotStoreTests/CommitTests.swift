import DepotModel
import DepotStore
import GRDB
import Testing

/// Group commit: who wins, who is told, and what is left after a failure.
struct CommitTests {
    @Test func ofTwoRacingCheckoutsOneWinsAndTheOtherHearsOfTheWinner() async throws {
        let fixture = try Fixture()
        let people = [try await fixture.person("Ada"), try await fixture.person("Bob")]
        let asset = try await fixture.asset("IT-1").asset.id
        let results = await withTaskGroup(of: (String, Refusal?).self) { group in
            for person in people {
                group.addTask {
                    (person.name, await refusal { try await fixture.apply(.checkout(to: .person(person.id)), asset) })
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        let winner = try #require(results.first { $0.1 == nil })
        let loser = try #require(results.first { $0.1 != nil })
        #expect(loser.1?.code == .alreadyDeployed && loser.1?.facts["holder_name"] == winner.0)
        #expect(try fixture.tenant.asset(asset)?.holder?.name == winner.0)
    }

    @Test func thirtyTwoWritersLeaveAWholeChain() async throws {
        let fixture = try Fixture()
        let ada = try await fixture.person("Ada")
        var assets: [AssetID] = []
        for index in 0..<32 { assets.append(try await fixture.asset("IT-\(index)").asset.id) }
        let before = fixture.store.lastEvent.rawValue
        try await withThrowingTaskGroup(of: Void.self) { group in
            for asset in assets {
                group.addTask {
                    for _ in 0..<10 {
                        try await fixture.apply(.checkout(to: .person(ada.id)), asset)
                        // refused inside a batch of others: rolls back alone
                        let refused = await refusal { try await fixture.apply(.checkout(to: .person(ada.id)), asset) }
                        #expect(refused?.code == .alreadyDeployed)
                        try await fixture.apply(.checkin(), asset)
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(fixture.store.lastEvent.rawValue == before + 640)
        #expect(fixture.commits.numbers == Array(1...(before + 640)))
        let report = try await fixture.store.verify()
        #expect(report.problems.isEmpty && report.events == Int(before) + 640 && report.integrity == "ok")
        for asset in assets { #expect(try fixture.tenant.asset(asset)?.asset.version == 21) }
    }

    @Test func aRefusedCreationLeavesNothingBehind() async throws {
        let fixture = try Fixture()
        _ = try await fixture.asset("IT-1")
        let refused = await refusal {
            _ = try await fixture.asset("IT-2") {
                $0.manufacturer = "Lenovo"
                $0.modelName = "X1"
                $0.company = String(repeating: "x", count: 300)
            }
        }
        #expect(refused?.code == .invalidField)
        #expect(try fixture.tenant.references(.model).total == 0)
        #expect(try fixture.tenant.references(.manufacturer).total == 0)
        #expect(try fixture.tenant.asset(tag: "IT-2") == nil && fixture.store.lastEvent.rawValue == 1)
    }

    @Test func aFullDiskFailsEveryJobOfTheBatchAndTheStoreGoesOnAfterIt() async throws {
        let fixture = try Fixture()
        let asset = try await fixture.asset("IT-1").asset.id
        let pages = try #require(try await fixture.store.onWriter("PRAGMA page_count"))
        _ = try await fixture.store.onWriter("PRAGMA max_page_count = \(pages)")
        let notes = String(repeating: "n", count: 60_000)
        let errors = await withTaskGroup(of: DepotError?.self) { group in
            for _ in 0..<8 {
                group.addTask { await failure { try await fixture.apply(.edit(["notes": notes]), asset) } }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(errors.count == 8 && errors.allSatisfy { $0?.code == .storeUnavailable && $0?.hint != nil })
        #expect(fixture.store.lastEvent.rawValue == 1)
        #expect(try fixture.tenant.asset(asset)?.asset.version == 1)
        _ = try await fixture.store.onWriter("PRAGMA max_page_count = 1000000")
        let applied = try await fixture.apply(.edit(["notes": notes]), asset)
        #expect(applied.event.number.rawValue == 2 && applied.event.sequence == 2)
        #expect(fixture.commits.numbers == [1, 2])
        #expect(try await fixture.store.verify().problems.isEmpty)
    }

    @Test func aDatabaseThatCannotBeWrittenIsSaidSo() async throws {
        let fixture = try Fixture()
        let asset = try await fixture.asset("IT-1").asset.id
        _ = try await fixture.store.onWriter("PRAGMA query_only = 1")
        #expect(await failure { try await fixture.apply(.audit(), asset) }?.code == .storeUnavailable)
        _ = try await fixture.store.onWriter("PRAGMA query_only = 0")
        #expect(try await fixture.apply(.audit(), asset).event.number.rawValue == 2)
    }

    @Test func anotherProgramThatHoldsTheDatabaseIsSaidSo() async throws {
        let fixture = try Fixture(busyMilliseconds: 1)
        let asset = try await fixture.asset("IT-1").asset.id
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        let other = try DatabaseQueue(path: fixture.path, configuration: configuration)
        try await other.writeWithoutTransaction { try $0.execute(sql: "BEGIN IMMEDIATE") }
        let error = await failure { try await fixture.apply(.audit(), asset) }
        #expect(error?.code == .storeUnavailable && error?.message == "Another program has locked the database.")
        // reads go on meanwhile
        #expect(try fixture.tenant.asset(asset)?.asset.version == 1)
        try await other.writeWithoutTransaction { try $0.execute(sql: "ROLLBACK") }
        #expect(try await fixture.apply(.audit(), asset).event.number.rawValue == 2)
    }

    @Test func aScanAndItsTransitionAreOneTransaction() async throws {
        let fixture = try Fixture()
        let ada = try await fixture.person("Ada")
        let asset = try await fixture.asset("IT-1").asset.id
        let wanted = scan(
            "IT-1", outcome: .applied, intent: .init(asset: asset, kind: .checkout(to: .person(ada.id))))
        let first = try await fixture.tenant.commit(wanted)
        #expect(first.event.kind == .checkout && first.event.operation == wanted.id && first.refusal == nil)
        #expect(first.event.origin.scan == wanted.id && first.event.origin.lane == LaneID(rawValue: 1))
        #expect(first.number.rawValue == 1 && first.asset?.holder?.name == "Ada")
        let row = try #require(try fixture.store.scans(since: ScanNumber(rawValue: 0), limit: 10).first)
        #expect(row.id == wanted.id && row.event == first.event.number && row.outcome == .applied)
        #expect(row.raw == "49542d31" && row.text == "IT-1" && row.message == first.event.message)
        let again = try await fixture.tenant.commit(wanted)
        #expect(again.wasRepeat && again.number == first.number && again.event == first.event)
        #expect(try fixture.store.lastScan() == first.number)
    }

    @Test func aRefusedScanIsJournalledWithItsRefusal() async throws {
        let fixture = try Fixture()
        let asset = try await fixture.asset("IT-1").asset.id
        let wanted = scan(
            "IT-1", outcome: .applied,
            intent: .init(asset: asset, kind: .checkout(to: .person(PersonID(rawValue: 9)))))
        let receipt = try await fixture.tenant.commit(wanted)
        #expect(receipt.refusal?.code == .unknownHolder && receipt.event.outcome == .refused)
        #expect(receipt.event.kind == .scan && receipt.event.asset?.tag == "IT-1")
        let row = try #require(try fixture.store.scans(since: ScanNumber(rawValue: 0), limit: 10).first)
        #expect(row.outcome == .refused && row.reason == "unknown_holder" && row.message == receipt.refusal?.message)
        let again = try await fixture.tenant.commit(wanted)
        #expect(again.wasRepeat && again.refusal?.code == .unknownHolder && again.event == receipt.event)
        let back = try await fixture.tenant.commit(
            scan("IT-1", outcome: .applied, intent: .init(asset: asset, kind: .checkin())))
        #expect(back.refusal?.code == .notDeployed && back.event.outcome == .alreadySo)
        let figures = try fixture.store.figures(since: noon)
        #expect(figures.scans == 2 && figures.refusals == 1 && figures.transitions == 1 && figures.assets == 1)
        _ = try await fixture.tenant.commit(scan("?", outcome: .unknown, message: "What is that?"))
        #expect(try fixture.store.figures(since: noon).scans == 3)
        #expect(try fixture.store.figures(since: noon.advanced(byMilliseconds: 1)).scans == 0)
    }

    @Test func rawBytesOfAnyKindAreJournalled() async throws {
        let fixture = try Fixture()
        var wanted = scan("", outcome: .invalidText, message: "Not text.")
        wanted.raw = (0...255).map { UInt8($0) }
        wanted.text = nil
        _ = try await fixture.tenant.commit(wanted)
        wanted.id = operation()
        wanted.raw = []
        _ = try await fixture.tenant.commit(wanted)
        let rows = try fixture.store.scans(since: ScanNumber(rawValue: 0), limit: 10)
        #expect(rows[0].raw.hasPrefix("000102") && rows[0].raw.count == 512 && rows[0].text == nil)
        #expect(rows[1].raw.isEmpty)
    }

    @Test func jobsQueuedBeforeCloseAreCommitted() async throws {
        let fixture = try Fixture()
        let asset = try await fixture.asset("IT-1").asset.id
        let outcomes = await withTaskGroup(of: DepotError?.self) { group in
            for _ in 0..<50 { group.addTask { await failure { try await fixture.apply(.audit(), asset) } } }
            group.addTask {
                await fixture.store.close()
                return nil
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        let turnedAway = outcomes.compactMap { $0 }
        #expect(turnedAway.allSatisfy { $0.code == .busy })
        let store = try Fixture.open(.init(path: fixture.path, station: "depot-1"))
        #expect(store.lastEvent.rawValue == Int64(1 + 50 - turnedAway.count))
        #expect(try await store.verify().problems.isEmpty)
        await store.close()
    }
}
