import DepotModel
import DepotStore
import Testing

/// Conditions of lists: what each finds, and that its negation finds the rest.
struct AssetListTests {
    /// Six assets, `1` to `6`, that differ in everything.
    private static func stock() async throws -> Fixture {
        let fixture = try Fixture()
        let tenant = fixture.tenant
        let lab = try await fixture.location("Lab Größe 100%")
        let hall = try await fixture.location("Hall_7")
        let ada = try await tenant.createPerson(
            PersonDraft(
                name: "Ada Lovelace", email: "ada@depot.example", employeeNumber: "E-77", badge: "badge-9",
                username: "countess", location: lab.id, attributes: ["first_name": "Augusta", "last_name": "King"]),
            operation: operation(), actor: .test, origin: .test, at: noon)
        _ = try await tenant.make("AB-0001") {
            $0.serial = "SER-1"
            $0.name = "Notebook one"
            $0.modelName = "ThinkPad"
            $0.modelNumber = "20U9"
            $0.manufacturer = "Lenovo"
            $0.category = "Laptop"
            $0.company = "Acme"
            $0.supplier = "Shop"
            $0.purchaseDate = CalendarDate("2024-01-15")
            $0.purchaseCost = Money("3499.00")
            $0.orderNumber = "PO 7/2026"
            $0.custom = ["Colour": "Deep Red", "mac": "aa:bb"]
            $0.isRequestable = true
        }
        let second = try await tenant.make("AB-0002") {
            $0.serial = "ser-2"
            $0.name = "NOTEBOOK two 50%"
            $0.modelName = "ThinkPad"
            $0.modelNumber = "20U9"
            $0.manufacturer = "Lenovo"
            $0.defaultLocation = lab.id
            $0.purchaseDate = CalendarDate("2025-06-01")
            $0.purchaseCost = Money("0.5")
            $0.nextAudit = CalendarDate("2027-01-01")
        }
        let third = try await tenant.make("AB-0003") {
            $0.name = "Tray"
            $0.modelName = "Tray"
            $0.category = "Furniture"
            $0.location = hall.id
            $0.notes = "under_score \"quoted\" größe"
            $0.isBYOD = true
        }
        let fourth = try await tenant.make("AB-0004") { $0.statusName = "Archived" }
        _ = try await tenant.make("AB-0005") { $0.statusName = "Pending" }
        let sixth = try await tenant.make("AB-0006") { $0.notes = "gone laptop" }
        try await fixture.apply(.checkout(to: .person(ada.id)), second.asset.id)
        try await fixture.apply(.checkout(to: .location(hall.id)), third.asset.id)
        try await fixture.apply(.delete, sixth.asset.id)
        #expect(fourth.asset.id < sixth.asset.id)
        return fixture
    }

    private static func tags(
        _ fixture: Fixture, _ predicate: AssetPredicate?, _ change: (inout AssetQuery) -> Void = { _ in }
    ) throws -> String {
        var query = AssetQuery()
        query.predicate = predicate
        change(&query)
        let found = try fixture.tenant.assets(query)
        if query.limit >= 50, query.offset == 0 { #expect(found.total == found.rows.count) }
        return found.rows.map { String($0.asset.tag.suffix(1)) }.joined()
    }

    /// Every condition with the assets it finds.
    private static let cases: [(AssetPredicate, String)] = [
        (.all([]), "12345"), (.any([]), ""), (.any([.requestable, .byod]), "13"), (.all([.isHeld, .byod]), "3"),
        (.row(.asset, [1, 3, 99]), "13"), (.row(.asset, []), ""), (.row(.model, [1]), "12"),
        (.row(.model, [2, 1]), "123"),
        (.row(.category, [1]), "12"), (.row(.category, [1, 2]), "123"), (.row(.manufacturer, [1]), "12"),
        (.row(.status, [2]), "123"), (.row(.company, [1]), "1"), (.row(.supplier, [1]), "1"),
        (.row(.location, [1]), "2"), (.row(.defaultLocation, [1]), "2"), (.row(.holderPerson, [1]), "2"),
        (.row(.holderLocation, [2]), "3"), (.row(.holderAsset, [1]), ""), (.row(.model, Array(1...40_000)), "123"),
        (.missing(.model), "45"), (.missing(.category), "45"), (.missing(.manufacturer), "345"),
        (.missing(.status), ""), (.missing(.location), "145"), (.missing(.holderPerson), "1345"),
        (.equals(.tag, " ab-0002 "), "2"), (.equals(.serial, "SER-2"), "2"), (.equals(.name, "notebook TWO 50%"), "2"),
        (.equals(.name, "Notebook"), ""), (.equals(.orderNumber, "po 7/2026"), "1"),
        (.equals(.purchaseCost, "3499"), "1"),
        (.equals(.purchaseDate, "2024-01-15"), "1"), (.equals(.notes, "UNDER_SCORE \"QUOTED\" GRÖSSE"), ""),
        (.equals(.notes, "UNDER_SCORE \"quoted\" GRÖßE"), "3"), (.contains(.tag, "b-0"), "12345"),
        (.contains(.tag, "02"), "2"), (.contains(.serial, "ER-"), "12"), (.contains(.name, "OTEBOO"), "12"),
        (.contains(.name, "%"), "2"), (.contains(.name, "book%two"), ""), (.contains(.notes, "r_s"), "3"),
        (.contains(.notes, "Größe"), "3"), (.contains(.notes, "\"quoted\""), "3"), (.contains(.notes, "notebook"), ""),
        (.contains(.orderNumber, "o 7/"), "1"), (.contains(.orderNumber, "laptop"), ""),
        (.contains(.purchaseCost, "99.0"), "1"), (.contains(.purchaseCost, "0.50"), "2"),
        (.contains(.purchaseDate, "-06-"), "2"), (.contains(.lastCheckout, "2026-11-21"), "23"),
        (.contains(.created, "2026-11"), "12345"), (.contains(.created, "x"), ""),
        (.related(.model, contains: "hinkp"), "12"), (.related(.model, contains: "20u"), "12"),
        (.related(.category, contains: "APTO"), "12"), (.related(.manufacturer, contains: "l"), "12"),
        (.related(.status, contains: "arch"), "4"), (.related(.company, contains: "acme"), "1"),
        (.related(.supplier, contains: "%"), ""), (.related(.location, contains: "GRÖßE 100%"), "2"),
        (.related(.defaultLocation, contains: "lab"), "2"), (.related(.holderLocation, contains: "l_7"), "3"),
        (.related(.holderPerson, contains: "lovelace"), "2"), (.related(.holderPerson, contains: "augusta"), "2"),
        (.related(.holderPerson, contains: "Ki"), "2"), (.related(.holderPerson, contains: "@depot"), "2"),
        (.related(.holderPerson, contains: "e-7"), "2"), (.related(.holderPerson, contains: "ount"), "2"),
        (.related(.holderPerson, contains: "badge"), ""), (.related(.asset, contains: "AB-0001"), "1"),
        (.custom("Colour", equals: "deep red"), "1"), (.custom("mac", equals: "deep red"), ""),
        (.custom("colour", equals: "deep red"), ""), (.customContains("Colour", "P R"), "1"),
        (.customContains("mac", "b"), "1"), (.customContains("mac", "red"), ""),
        (.date(.purchase, from: CalendarDate("2024-01-15"), through: CalendarDate("2024-12-31")), "1"),
        (.date(.purchase, from: nil, through: nil), "12"),
        (.date(.purchase, from: CalendarDate("2025-01-01"), through: nil), "2"),
        (.date(.nextAudit, from: nil, through: CalendarDate("2027-01-01")), "2"),
        (.date(.created, from: CalendarDate("2026-11-21"), through: CalendarDate("2026-11-21")), "12345"),
        (.date(.created, from: CalendarDate("2026-11-22"), through: CalendarDate("9999-12-31")), ""),
        (.date(.lastCheckout, from: CalendarDate("2026-11-01"), through: nil), "23"),
        (.date(.purchase, from: CalendarDate("2025-01-01"), through: CalendarDate("2024-01-01")), ""),
        (.hasDate(.nextAudit), "2"), (.hasDate(.lastCheckout), "23"), (.hasDate(.endOfLife), ""),
        (.cost(from: Money("0.5"), through: Money("1")), "2"), (.cost(from: Money("100"), through: nil), "1"),
        (.lifecycle([.available]), "1"), (.lifecycle([.deployed, .retired]), "234"), (.lifecycle([.maintenance]), "5"),
        (.lifecycle([]), ""), (.lifecycle([.deleted]), ""), (.statusType([.archived, .pending]), "45"),
        (.statusType([]), ""), (.isHeld, "23"), (.requestable, "1"), (.byod, "3"),
        (.words("lenovo notebook"), "12"), (.words("laptop"), ""), (.words("ab SE"), "12"),
        (.phrase("notebook one"), "1"), (.phrase("one notebook"), ""), (.phrase("k t"), "2"), (.phrase("LAPTOP"), "12"),
        (.phrase("po 7/2026"), "1"), (.phrase("deep red"), "1"), (.phrase("20u9"), "12"), (.phrase("archived"), "4"),
        (.phrase("acme"), "1"), (.phrase("shop"), "1"), (.phrase("größe"), "23"), (.phrase("Hall_7"), "3"),
        (.phrase("ada lovelace"), "2"), (.phrase("countess"), "2"), (.phrase("king"), "2"), (.phrase("E-77"), "2"),
        (.phrase("3499"), "1"), (.phrase("2025-06"), "2"), (.phrase("2027-01-01"), "2"), (.phrase("9.0"), "1"),
        (.phrase("ab"), "12345"), (.phrase("\""), "3"), (.phrase("%"), "2"), (.phrase(""), "12345"),
        (.phrase("a\0b"), ""), (.phrase("badge-9"), ""), (.phrase(String(repeating: "notebook", count: 2000)), ""),
    ]

    @Test func everyConditionFindsItsAssetsAndItsNegationTheRest() async throws {
        let fixture = try await Self.stock()
        for (predicate, expected) in Self.cases {
            #expect(try Self.tags(fixture, predicate) == expected, "\(predicate)")
            let rest = "12345".filter { !expected.contains($0) }
            #expect(try Self.tags(fixture, .not(predicate)) == rest, "not \(predicate)")
            #expect(try Self.tags(fixture, .not(.not(predicate))) == expected, "not not \(predicate)")
            #expect(try Self.tags(fixture, .any([predicate, .row(.asset, [4])])).contains("4"))
            let both = try Self.tags(fixture, .all([predicate, .phrase("ab-000"), .words("AB-0")])) { $0.sort = .tag }
            #expect(both == expected, "and \(predicate)")
        }
    }

    @Test func deletedAssetsAreShownWhereTheyAreAskedFor() async throws {
        let fixture = try await Self.stock()
        #expect(try Self.tags(fixture, nil) { $0.deleted = .only } == "6")
        #expect(try Self.tags(fixture, nil) { $0.deleted = .with } == "123456")
        #expect(try Self.tags(fixture, .phrase("laptop")) { $0.deleted = .with } == "126")
        #expect(try Self.tags(fixture, .lifecycle([.deleted, .retired])) { $0.deleted = .with } == "46")
        #expect(try Self.tags(fixture, .lifecycle([.available])) { $0.deleted = .with } == "1")
    }

    @Test func listsRunInTheOrderThatIsAskedFor() async throws {
        let fixture = try await Self.stock()
        func order(_ sort: AssetQuery.Sort, descending: Bool = false) throws -> String {
            try Self.tags(fixture, nil) {
                $0.sort = sort
                $0.descending = descending
            }
        }
        #expect(try order(.createdAt, descending: true) == "54321" && order(.tag, descending: true) == "54321")
        #expect(try order(.manufacturer) == "34512" && order(.holder, descending: true) == "32541")
        #expect(try order(.custom("Colour"), descending: true) == "15432" && order(.purchaseCost) == "34521")
        #expect(try order(.requestable, descending: true) == "15432")
        for sort in AssetQuery.Sort.allCases + [.custom("x")] {
            #expect(AssetQuery.Sort(rawValue: sort.rawValue) == sort)
            #expect(try order(sort).count == 5)
            let page = try Self.tags(fixture, nil) {
                ($0.sort, $0.limit, $0.offset) = (sort, 2, 1)
            }
            #expect(try order(sort).dropFirst().prefix(2) == page)
        }
        #expect(AssetQuery.Sort(rawValue: "custom.") == nil && AssetQuery.Sort(rawValue: "; DROP") == nil)
    }

    @Test func totalsFollowEveryChange() async throws {
        let fixture = try Fixture()
        for index in 1...5 { _ = try await fixture.asset("IT-\(index)") }
        func total(_ search: String?) throws -> Int {
            var query = AssetQuery()
            (query.search, query.limit) = (search, 2)
            return try fixture.tenant.assets(query).total
        }
        let before = try [total(nil), total(nil), total("it-"), total("it-4")]
        #expect(before == [5, 5, 5, 1])
        _ = try await fixture.asset("IT-6")
        #expect(try total(nil) == 6 && total("it-") == 6)
        _ = try await fixture.tenant.dryRun().make("IT-7")
        #expect(try total(nil) == 6 && total("it-") == 6)
        var query = AssetQuery()
        (query.limit, query.offset) = (2, 100)
        #expect(try fixture.tenant.assets(query).total == 6)
    }

    @Test func rareTextsAreFoundAmongMany() async throws {
        let fixture = try Fixture()
        let rows = (1...900).map { index -> ImportRow in
            var draft = AssetDraft(tag: "IT-\(10_000 + index)")
            draft.name = "Notebook \(index)"
            return ImportRow(line: index, draft: draft, columns: [.name])
        }
        _ = try await fixture.tenant.importAssets(rows, request())
        for text in ["IT-10777", "otebook 777", "t-10777", "10777"] {
            #expect(try fixture.tenant.assets(search(text)).rows.map(\.asset.tag) == ["IT-10777"], "\(text)")
            #expect(try Self.tags(fixture, .phrase(text)) == "7", "\(text)")
        }
        #expect(try Self.tags(fixture, .phrase("it-10 777")) == "")
        #expect(try Self.tags(fixture, .phrase("777 notebook")) == "")
        #expect(try fixture.tenant.assets(search("NOTEBOOK")).total == 900)
    }

    @Test func conditionsTooDeepAreRefused() async throws {
        let fixture = try Fixture()
        var query = AssetQuery()
        query.predicate = (0..<5000).reduce(AssetPredicate.isHeld) { deep, _ in .not(deep) }
        #expect(throws: DepotError.self) { _ = try fixture.tenant.assets(query) }
        query.predicate = .any((0..<3000).map { .equals(.tag, "IT-\($0)") })
        _ = try await fixture.asset("IT-2999")
        #expect(try fixture.tenant.assets(query).total == 1)
    }

    @Test func aWalkMeetsEveryAssetOnceInTheOrderOfTheQuery() async throws {
        let fixture = try await Self.stock()
        var pages: [[String]] = []
        var query = AssetQuery()
        (query.limit, query.sort) = (1, .tag)
        try await fixture.tenant.walk(query, page: 2) { rows in
            pages.append(rows.map { String($0.asset.tag.suffix(1)) })
            // what is written between two pages waits for no reader
            if pages.count == 1 { _ = try await fixture.asset("AA-\(pages.count)") }
        }
        #expect(pages == [["1", "2"], ["3", "4"], ["5"]])
        pages = []
        query.predicate = .phrase("notebook")
        try await fixture.tenant.walk(query, page: 500) { pages.append($0.map { String($0.asset.tag.suffix(1)) }) }
        #expect(pages == [["1", "2"]])
    }

    @Test func anAssetIsFoundByWhereItBelongsWhereverItIs() async throws {
        let fixture = try Fixture()
        let (lab, hall) = (try await fixture.location("Lab"), try await fixture.location("Hall"))
        func make(_ tag: String, belongs: LocationID?, is place: LocationID?) async throws {
            let made = try await fixture.asset(tag) {
                $0.defaultLocation = belongs
                $0.location = place
            }
            guard made.asset.location != place else { return }
            try await fixture.apply(.edit(["location_id": place?.description]), made.asset.id)
        }
        try await make("HOME", belongs: lab.id, is: lab.id)
        try await make("AWAY", belongs: lab.id, is: hall.id)
        try await make("LOST", belongs: lab.id, is: nil)
        try await make("GUEST", belongs: hall.id, is: lab.id)
        try await make("STRAY", belongs: nil, is: lab.id)
        let wanted = ["HOME", "AWAY", "LOST"]
        func found(_ predicate: AssetPredicate) throws -> [String] {
            var query = AssetQuery()
            query.predicate = predicate
            return try fixture.tenant.assets(query).rows.map(\.asset.tag)
        }
        #expect(try found(.row(.defaultLocation, [lab.id.rawValue])) == wanted)
        #expect(try found(.row(.defaultLocation, [lab.id.rawValue, hall.id.rawValue])) == wanted + ["GUEST"])
        #expect(try found(.not(.row(.defaultLocation, [lab.id.rawValue]))) == ["GUEST", "STRAY"])
        #expect(try found(.related(.defaultLocation, contains: "LAB")) == wanted)
        #expect(try found(.phrase("lab")) == wanted + ["GUEST", "STRAY"])
        #expect(try fixture.tenant.assetCounts(at: lab.id).belonging == 3)
        // and after it came home
        let lost = try #require(try fixture.tenant.asset(tag: "LOST"))
        try await fixture.apply(.edit(["location_id": lab.id.description]), lost.asset.id)
        #expect(try found(.row(.defaultLocation, [lab.id.rawValue])) == wanted)
        #expect(try fixture.tenant.assetCounts(at: lab.id).belonging == 3)
    }
}
