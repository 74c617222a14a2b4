import DepotModel
import DepotStore
import Testing

/// Imports line by line.
struct ImportTests {
    /// The columns of most files.
    static let columns = Set(ImportColumn.allCases).subtracting([.defaultLocation, .expectedCheckin])

    private func row(
        _ line: Int, _ tag: String?, assignee: String? = nil, location: String? = nil, lifecycle: Lifecycle? = nil,
        columns: Set<ImportColumn> = ImportTests.columns, _ change: (inout AssetDraft) -> Void = { _ in }
    ) -> ImportRow {
        var draft = AssetDraft(tag: tag)
        change(&draft)
        return ImportRow(
            line: line, draft: draft, columns: columns, assignee: assignee, locationName: location,
            lifecycle: lifecycle)
    }

    private func asset(_ fixture: Fixture, _ tag: String) throws -> AssetDetails {
        try #require(try fixture.tenant.asset(tag: tag))
    }

    private func sentences(_ outcomes: [ImportOutcome<AssetID>]) -> [String] {
        outcomes.map { outcome in
            switch outcome {
            case .created: "created"
            case .updated: "updated"
            case .unchanged: "unchanged"
            case .failed(let line, let message): "\(line): \(message)"
            }
        }
    }

    @Test func aLineMakesAnAssetWithAllItNames() async throws {
        let fixture = try Fixture()
        let outcomes = try await fixture.tenant.importAssets(
            [
                row(2, " IT-1 ", assignee: "Sarah Chen", location: "Head Office") {
                    $0.name = "MacBook Pro 16"
                    $0.manufacturer = "Apple"
                    $0.modelName = "M3 Max"
                    $0.serial = "C02XL123456"
                    $0.category = "Laptop"
                    $0.purchaseDate = CalendarDate("2024-01-15")
                    $0.purchaseCost = Money("3499.00")
                    $0.warrantyExpiry = CalendarDate("2027-03-01")
                    $0.supplier = "Shop"
                    $0.company = "Acme"
                    $0.custom = ["Colour": "grey"]
                },
                row(3, "IT-2", assignee: "sarah CHEN", location: "head office", lifecycle: .deployed) {
                    $0.modelName = "m3 max"
                    $0.category = "LAPTOP"
                },
                row(4, "IT-3", assignee: "bob@depot.example", lifecycle: nil) { $0.category = "Tray" },
                row(5, "IT-4", lifecycle: .maintenance), row(6, "IT-5", lifecycle: .retired),
            ], request())
        #expect(sentences(outcomes) == Array(repeating: "created", count: 5))
        let first = try asset(fixture, "IT-1")
        #expect(first.assignee?.name == "Sarah Chen" && first.asset.lifecycle == .deployed)
        #expect(first.location?.name == "Head Office" && first.defaultLocation == first.location)
        #expect(first.model?.category?.name == "Laptop" && first.model?.manufacturer?.name == "Apple")
        #expect(
            first.supplier?.name == "Shop" && first.company?.name == "Acme" && first.asset.custom == ["Colour": "grey"])
        #expect(first.asset.checkoutCount == 1 && first.asset.version == 3 && first.asset.lastCheckout == noon)
        let second = try asset(fixture, "IT-2")
        #expect(second.holder == first.holder && second.location == first.location && second.model == first.model)
        let third = try asset(fixture, "IT-3")
        #expect(third.assignee?.email == "bob@depot.example" && third.model?.category?.name == "Tray")
        #expect(try asset(fixture, "IT-4").asset.lifecycle == .maintenance)
        #expect(try asset(fixture, "IT-5").asset.lifecycle == .retired)
        #expect(try fixture.tenant.people().total == 2 && fixture.tenant.locations().total == 1)
        #expect(try fixture.tenant.history(first.asset.id).map(\.kind) == [.created, .checkout, .edit])
        #expect(try fixture.tenant.assets(search("macbook apple")).total == 1)
        let report = try await fixture.store.verify()
        #expect(report.problems.isEmpty && report.events == fixture.commits.numbers.count)
        // every name that was made has its event
        let made = try fixture.store.events(since: EventNumber(rawValue: 0), limit: 100)
        #expect(made.filter { $0.kind == .administration }.count == 10)
    }

    @Test func anAssetThatIsThereIsChangedInTheColumnsOfTheFile() async throws {
        let fixture = try Fixture()
        let asset = try await fixture.asset("IT-1") {
            $0.name = "old"
            $0.serial = "S1"
            $0.notes = "kept"
            $0.modelName = "X1"
            $0.manufacturer = "Lenovo"
        }
        let same = row(2, "it-1", columns: [.name, .model, .manufacturer]) {
            $0.name = "old"
            $0.modelName = "x1"
            $0.manufacturer = "LENOVO"
        }
        #expect(try await fixture.tenant.importAssets([same], request()) == [.unchanged(asset.asset.id)])
        #expect(fixture.store.lastEvent.rawValue == 1)
        var changed = same
        changed.draft.name = "new words"
        changed.columns.insert(.serial)
        changed.columns.insert(.category)
        changed.draft.category = "Laptop"
        #expect(try await fixture.tenant.importAssets([changed], request()) == [.updated(asset.asset.id)])
        let now = try self.asset(fixture, "IT-1")
        #expect(now.asset.name == "new words" && now.asset.serial == nil && now.asset.notes == "kept")
        #expect(now.asset.tag == "IT-1" && now.model?.category?.name == "Laptop" && now.model?.id == asset.model?.id)
        #expect(try fixture.tenant.assets(search("new words")).total == 1)
        #expect(try fixture.tenant.assets(search("old")).total == 0)
        changed.draft.category = "Tablet"
        _ = try await fixture.tenant.importAssets([changed], request())
        let moved = try self.asset(fixture, "IT-1")
        #expect(moved.model?.category?.name == "Tablet" && moved.model?.name == "X1")
        #expect(moved.model?.manufacturer?.name == "Lenovo" && moved.model?.id != asset.model?.id)
        #expect(try await fixture.tenant.importAssets([changed], request()) == [.unchanged(asset.asset.id)])
        #expect(try await fixture.store.verify().problems.isEmpty)
    }

    @Test func stateAndHolderFollowTheFile() async throws {
        let fixture = try Fixture()
        _ = try await fixture.tenant.importAssets([row(1, "IT-1", assignee: "Ada")], request())
        let id = try asset(fixture, "IT-1").asset.id
        func take(_ row: ImportRow) async throws -> String {
            _ = try await fixture.tenant.importAssets([row], request())
            let now = try asset(fixture, "IT-1")
            return "\(now.asset.lifecycle.rawValue) \(now.holder?.name ?? "-") \(now.asset.status.name)"
        }
        let file: Set<ImportColumn> = [.status, .assignee]
        #expect(try await take(row(2, "IT-1", assignee: "Bob", columns: file)) == "deployed Bob Ready to Deploy")
        #expect(
            try await take(row(2, "IT-1", lifecycle: .deployed, columns: file)) == "deployed Bob Ready to Deploy")
        #expect(
            try await take(row(2, "IT-1", lifecycle: .maintenance, columns: file)) == "maintenance - Out for Repair")
        try await fixture.apply(.edit(["status_id": "1"]), id)
        #expect(try await take(row(2, "IT-1", lifecycle: .maintenance, columns: file)) == "maintenance - Pending")
        #expect(try await take(row(2, "IT-1", assignee: "Ada", columns: file)) == "deployed Ada Ready to Deploy")
        #expect(try await take(row(2, "IT-1", lifecycle: .retired, columns: file)) == "retired - Archived")
        #expect(try await take(row(2, "IT-1", lifecycle: .available, columns: file)) == "available - Ready to Deploy")
        #expect(
            try await take(row(2, "IT-1", assignee: "Ada", lifecycle: .deployed, columns: file))
                == "deployed Ada Ready to Deploy")
        #expect(try await take(row(2, "IT-1", columns: [.name])) == "deployed Ada Ready to Deploy")
        #expect(try await take(row(2, "IT-1", columns: file)) == "available - Ready to Deploy")
        let kinds = try fixture.tenant.history(id).map(\.kind)
        #expect(
            kinds == [
                .created, .checkout, .transfer, .checkin, .edit, .edit, .edit, .checkout, .checkin, .edit, .edit,
                .checkout,
                .checkin,
            ])
    }

    @Test func thePlaceInTheFileBeatsThePersons() async throws {
        let fixture = try Fixture()
        let room = try await fixture.location("Room")
        _ = try await fixture.tenant.createPerson(
            PersonDraft(name: "Ada", location: room.id),
            ChangeRequest(operation: operation(), actor: .test, origin: .test, at: noon))
        let rows = [
            row(2, "IT-1", assignee: "Ada", location: "Desk"), row(3, "IT-2", assignee: "Ada", columns: [.assignee]),
        ]
        _ = try await fixture.tenant.importAssets(rows, request())
        #expect(try asset(fixture, "IT-1").location?.name == "Desk" && asset(fixture, "IT-2").location?.name == "Room")
        #expect(sentences(try await fixture.tenant.importAssets(rows, request())) == ["unchanged", "unchanged"])
        #expect(try await fixture.store.verify().problems.isEmpty)
    }

    @Test func aBadLineIsTakenBackAloneAndNamed() async throws {
        let fixture = try Fixture()
        for _ in 0..<2 { _ = try await fixture.person("Twin") }
        let long = String(repeating: "x", count: 300)
        let outcomes = try await fixture.tenant.importAssets(
            [
                row(2, "IT-1"), row(3, nil), row(4, "  "), row(5, "IT-3", lifecycle: .deployed),
                row(6, "IT-4", assignee: "Ada", lifecycle: .retired), row(7, "IT-5", lifecycle: .deleted),
                row(8, "IT-6", assignee: "Twin"), row(9, "IT-7", location: "New place") { $0.serial = long },
                row(10, "IT-8") { $0.category = long }, row(11, "IT-9") { $0.warrantyMonths = -1 },
                row(12, "IT\u{7}"), row(13, "IT-10") { $0.notes = "a\0b" }, row(14, "IT-2", location: "Room"),
            ], request())
        #expect(
            outcomes.indices.filter { if case .failed = outcomes[$0] { false } else { true } } == [0, 12],
            "\(sentences(outcomes))")
        #expect(sentences(outcomes)[3] == "5: IT-3 is to be deployed, but the line does not say to whom.")
        #expect(sentences(outcomes)[4] == "6: IT-4 cannot be retired and assigned to Ada.")
        #expect(try fixture.tenant.assets(AssetQuery()).total == 2)
        #expect(try fixture.tenant.locations().rows.map(\.name) == ["Room"] && fixture.tenant.people().total == 2)
        #expect(try await fixture.store.verify().problems.isEmpty)
    }

    @Test func aTagTwiceInTheFileIsOneAsset() async throws {
        let fixture = try Fixture()
        let outcomes = try await fixture.tenant.importAssets(
            [
                row(2, "IT-1") { $0.name = "first" }, row(3, "it-1") { $0.name = "second" }, row(4, "IT-2"),
                row(5, "IT-1", location: "Lab") { $0.name = "third" },
            ], request())
        #expect(sentences(outcomes) == ["created", "updated", "created", "updated"])
        #expect(try fixture.tenant.assets(search("third")).total == 1)
        #expect(try fixture.tenant.assets(search("second")).total == 0)
        #expect(try await fixture.store.verify().problems.isEmpty)
    }

    @Test func aTagThatIsThereIsFoundAmongNewOnes() async throws {
        let fixture = try Fixture()
        for tag in ["m-5", "Ö-5", "a"] { _ = try await fixture.asset(tag) }
        func take(_ tags: [String]) async throws -> [String] {
            sentences(
                try await fixture.tenant.importAssets(
                    tags.enumerated().map { row($0.offset + 2, $0.element, columns: []) }, request()))
        }
        #expect(try await take(["n-1", "n-2"]) == ["created", "created"])
        #expect(try await take(["m-1", " M-5", "m-9"]) == ["created", "unchanged", "created"])
        #expect(try await take(["ö-4", "O\u{308}-5", "ö-6"]) == ["created", "unchanged", "created"])
        #expect(try await take(["k-2", "K-2", "A"]) == ["created", "unchanged", "unchanged"])
        #expect(try fixture.tenant.assets(AssetQuery()).total == 10)
    }

    @Test func aRetriedBatchChangesNothingAndAnswersTheSame() async throws {
        let fixture = try Fixture()
        _ = try await fixture.asset("IT-3") { $0.name = "three" }
        let rows = [
            row(2, "IT-1", assignee: "Ada", location: "Lab") { $0.category = "Laptop" }, row(3, "", location: "Never"),
            row(4, "IT-2") { $0.name = "two" }, row(5, "IT-3", columns: [.name]) { $0.name = "changed" },
            row(6, "IT-3", columns: [.name]) { $0.name = "changed" },
            row(7, "IT-4", assignee: "Ada", lifecycle: .retired),
        ]
        let request = request()
        let first = try await fixture.tenant.importAssets(rows, request)
        let events = fixture.store.lastEvent
        let later = try await fixture.tenant.importAssets([row(8, "IT-5")], request)
        #expect(sentences(later) == ["created"])
        try await fixture.apply(.edit(["name": "since"]), try asset(fixture, "IT-2").asset.id)
        #expect(try await fixture.tenant.importAssets(rows, request) == first)
        #expect(fixture.store.lastEvent.rawValue == events.rawValue + 2)
        #expect(try asset(fixture, "IT-2").asset.name == "since")
        #expect(try fixture.tenant.locations().total == 1)
    }

    @Test func aDryRunOfAnImportLeavesNothing() async throws {
        let fixture = try Fixture()
        let rows = [row(2, "IT-1", assignee: "Ada", location: "Lab") { $0.category = "Laptop" }, row(3, "")]
        let dry = try await fixture.tenant.dryRun().importAssets(rows, request())
        #expect(sentences(dry) == ["created", "3: An asset tag cannot be empty."])
        #expect(fixture.store.lastEvent.rawValue == 0 && fixture.commits.numbers.isEmpty)
        #expect(try fixture.tenant.assets(search("IT-1")).total == 0 && fixture.tenant.people().total == 0)
        #expect(try await fixture.tenant.importAssets(rows, request()) == dry)
        #expect(sentences(try await fixture.tenant.importAssets(rows, request()))[0] == "unchanged")
        #expect(try await fixture.store.verify().problems.isEmpty)
    }

    @Test func whatDoesNotFitUnderTheLimitIsRefusedWhole() async throws {
        let fixture = try Fixture()
        _ = try await fixture.asset("IT-1")
        try await fixture.tenant.set(.assetLimit, to: "3", actor: .test, origin: .test)
        let events = fixture.store.lastEvent
        let rows = (1...4).map { row($0, "IT-\($0)") { $0.name = "n" } }
        let refused = await refusal { _ = try await fixture.tenant.importAssets(rows, request()) }
        #expect(refused?.code == .assetLimit && refused?.facts["limit"] == "3")
        #expect(fixture.store.lastEvent == events)
        let fitting = try await fixture.tenant.importAssets(Array(rows.prefix(3)), request())
        #expect(sentences(fitting) == ["updated", "created", "created"])
        let lines = [row(1, "IT-1"), row(1, "IT-2")]
        #expect(await failure { _ = try await fixture.tenant.importAssets(lines, request()) }?.code == .badRequest)
    }
}
