import DepotEngine
import DepotModel
import DepotStore
import HIDDecoding
import Testing

/// Scans of one tenant never touch another: whose scanner it is says whose things its codes name.
@Suite struct TenantTests {
    private let actor = Actor(kind: .user, name: "tester")
    private let origin = Origin(face: .socket)

    /// A station on a database of its own. Every tenant has an asset IT-1 and a person with the badge BADGE:7.
    private struct Depot {
        let station: Station
        let store: DepotStore
        let scanner: ScannerPlayer

        func holder(_ tenant: TenantID) throws -> String? {
            try store.tenant(tenant).asset(tag: "IT-1")?.holder?.name
        }

        /// The lane of the scanner.
        func lane() throws -> LaneStatus {
            try #require(station.lanes().first { $0.scanner == scanner.description.identity })
        }

        func type(_ code: String) async { await scanner.type(code) }
    }

    private func withDepot(
        device tenant: String = "", _ body: (Depot, DepotEngine.Configuration) async throws -> Void
    ) async throws {
        try await withStation(configuration(tenant)) { station, store, _, _ in
            let depot = Depot(station: station, store: store, scanner: ScannerPlayer(station))
            try await stock(depot, .standard, "Sarah Chen")
            try await body(depot, configuration(""))
        }
    }

    private func configuration(_ tenant: String) -> DepotEngine.Configuration {
        var device = DepotEngine.Configuration.Device()
        device.identity = "usb:05e0:X"
        device.tenant = tenant
        var configuration = DepotEngine.Configuration()
        configuration.duplicateWindow = .zero
        configuration.devices = [device]
        return configuration
    }

    private func stock(_ depot: Depot, _ tenant: TenantID, _ person: String) async throws {
        let store = depot.store.tenant(tenant)
        _ = try await store.createPerson(
            PersonDraft(name: person, badge: "BADGE:7"), operation: depot.station.newOperation(), actor: actor,
            origin: origin, at: depot.station.now())
        _ = try await store.createAsset(
            AssetDraft(tag: "IT-1"), operation: depot.station.newOperation(), actor: actor, origin: origin,
            at: depot.station.now())
    }

    private func makeTenant(_ depot: Depot) async throws -> TenantID {
        let acme = try await depot.store.createTenant(slug: "acme", name: "Acme", actor: actor, origin: origin).id
        try await stock(depot, acme, "Tom Okafor")
        try await depot.station.tenantsChanged()
        return acme
    }

    private func scan(
        _ depot: Depot, _ code: String, lane: LaneID? = nil, _ tenant: TenantID
    ) async -> Result<ScanResult, DepotError> {
        await depot.station.scan(
            Array(code.utf8), lane: lane, id: nil, tenant: tenant, actor: actor, origin: origin)
    }

    @Test func aLaneKeepsNothingOfTheRequestThatMadeIt() async throws {
        try await withDepot { depot, _ in
            let acme = try await depot.store.createTenant(
                slug: "acme", name: "Acme", actor: actor, origin: origin)
            try await stock(depot, acme.id, "Tom Okafor")
            let request = ChangeRequest(
                operation: depot.station.newOperation(), actor: actor, origin: origin, at: depot.station.now())
            _ = try await depot.store.tenant().importAssets(
                (1...3000).map { ImportLine(ImportRow(line: $0, draft: AssetDraft(tag: "N-\($0)"), columns: [])) },
                request)
            var costly = AssetQuery()
            costly.predicate = .any(["qx", "zq", "xz", "wq", "vq", "yx", "jq", "kx"].map { .phrase($0) })
            let budget = ReadBudget.request(.short)
            func scan() async throws -> String? {
                try await depot.station.scan(
                    Array("IT-1".utf8), lane: nil, id: nil, tenant: acme.id, actor: actor, origin: origin
                ).get().asset?.asset.tag
            }
            try await ReadBudget.$current.withValue(budget) {
                let first = try await scan()
                #expect(first == "IT-1")
                _ = try? depot.store.tenant().assets(costly)
            }
            #expect(budget.isExceeded)
            #expect(try await scan() == "IT-1")
        }
    }

    @Test func typedScansStayWithTheirTenant() async throws {
        try await withDepot { depot, _ in
            let acme = try await makeTenant(depot)
            #expect(try await scan(depot, "BADGE:7", acme).get().holder?.name == "Tom Okafor")
            // The other tenant's typed lane has no holder.
            #expect(try await scan(depot, "IT-1", .standard).get().outcome == .refused)
            let moved = try await scan(depot, "IT-1", acme).get()
            #expect(moved.outcome == .applied)
            #expect(try depot.holder(acme) == "Tom Okafor")
            #expect(try depot.holder(.standard) == nil)
            let number = try #require(moved.event)
            #expect(try depot.store.event(number)?.tenant == acme)
            #expect(depot.station.lanes(of: .standard).map(\.holder?.name) == [nil])
            #expect(depot.station.lanes(of: acme).map(\.holder?.name) == ["Tom Okafor"])
            #expect(depot.station.lanes().allSatisfy { $0.scanner == nil && $0.name == "Typed" })
        }
    }

    @Test func aLaneOfAnotherTenantDoesNotExist() async throws {
        try await withDepot(device: "acme") { depot, _ in
            let acme = try await makeTenant(depot)
            await depot.scanner.connect()
            let lane = try depot.lane().id
            #expect(depot.station.tenant(ofLane: lane) == acme)
            guard case .failure(let error) = await scan(depot, "IT-1", lane: lane, .standard) else {
                Issue.record("it was taken")
                return
            }
            #expect(error.code == .notFound)
            #expect(try await scan(depot, "IT-1", lane: lane, acme).get().outcome == .refused)
            await #expect(throws: CommitFailure.self) {
                _ = try await depot.station.setMode(
                    .lookup, lane: lane, tenant: .standard, actor: actor, origin: origin)
            }
            #expect(try depot.lane().mode == .counter)
        }
    }

    @Test func aScannerOfATenantThatIsNotThereIsNotRead() async throws {
        try await withDepot(device: "acme") { depot, _ in
            await depot.scanner.connect()
            await depot.type("IT-1")
            #expect(try depot.store.scans(since: ScanNumber(rawValue: 0), limit: 10).isEmpty)
            let status = try #require(depot.station.scanners().first)
            #expect(status.state == .failing)
            #expect(status.problem?.message.contains("“acme”") == true)
            let failed = try depot.store.events(since: EventNumber(rawValue: 0), limit: 100).filter {
                $0.kind == .scannerFailed
            }
            #expect(failed.map { $0.message?.contains("“acme”") } == [true])
            // It is told once, however often somebody reloads.
            try await depot.station.tenantsChanged()
            #expect(depot.station.scanners().first?.problems == 1)

            // Made, the tenant has its scanner, without a replug.
            let acme = try await makeTenant(depot)
            await depot.scanner.silence()
            #expect(depot.station.scanners(of: acme).map(\.state) == [.ready])
            await depot.type("BADGE:7")
            await depot.type("IT-1")
            #expect(try depot.holder(acme) == "Tom Okafor")
            #expect(try depot.holder(.standard) == nil)
        }
    }

    @Test func aConversationNeverCrossesToAnotherTenant() async throws {
        try await withDepot { depot, _ in
            let acme = try await makeTenant(depot)
            await depot.scanner.connect()
            await depot.type("DEPOT:OPERATOR:BADGE:7")
            await depot.type("BADGE:7")
            _ = try await depot.station.reload(configuration("acme"))
            // Somebody stands at the counter: the lane stays whose it is until he is done.
            await depot.type("IT-1")
            #expect(try depot.holder(.standard) == "Sarah Chen")
            #expect(depot.station.scanners(of: acme).isEmpty)
            await depot.type("DEPOT:DONE")
            await depot.station.checkLanes()
            let lane = try depot.lane()
            #expect(depot.station.tenant(ofLane: lane.id) == acme && lane.tenant == "acme")
            #expect(lane.operatorName == nil && lane.holder == nil && lane.last == nil)
            // What was done before is not theirs to undo.
            await depot.type("DEPOT:UNDO")
            #expect(try depot.holder(.standard) == "Sarah Chen")
            await depot.type("BADGE:7")
            #expect(try depot.lane().holder?.name == "Tom Okafor")
            await depot.type("IT-1")
            #expect(try depot.holder(acme) == "Tom Okafor")
            #expect(try depot.store.lanes().first { $0.id == lane.id }?.tenant == acme)
        }
    }

    @Test func watchersAreWokenForTheirOwnLanesOnly() async throws {
        try await withDepot { depot, _ in
            let acme = try await makeTenant(depot)
            let theirs = depot.station.events.subscribe(to: acme)
            _ = try await scan(depot, "BADGE:7", .standard).get()
            _ = try await scan(depot, "BADGE:7", acme).get()
            depot.station.events.close()
            var holders: [String?] = []
            for await case .lane(let lane) in theirs { holders.append(lane.holder?.name) }
            #expect(holders == ["Tom Okafor"])
        }
    }

    @Test func theAuditIntervalIsEveryTenants() async throws {
        try await withDepot { depot, plain in
            let acme = try await makeTenant(depot)
            #expect(try depot.store.tenant(acme).setting(.auditInterval) == "365")
            var newer = plain
            newer.auditIntervalDays = 30
            _ = try await depot.station.reload(newer)
            #expect(try depot.store.tenant(acme).setting(.auditInterval) == "30")
            #expect(try depot.store.tenant().setting(.auditInterval) == "30")
        }
    }
}
