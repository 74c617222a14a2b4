import DepotModel
import DepotStore
import Sheets
import Testing

/// Imports of whole sheets.
struct SheetImportTests {
    private let fixture: Fixture

    init() throws { fixture = try Fixture() }

    private func file(_ bytes: [UInt8]) throws -> SheetFile {
        let file = try SheetFile()
        for start in stride(from: 0, to: bytes.count, by: 65_536) {
            try file.append(bytes[start..<min(start + 65_536, bytes.count)])
        }
        return file
    }

    private func take(
        _ text: String, _ kind: SheetKind = .assets, isDryRun: Bool = false,
        _ change: (inout ImportRules) -> Void = { _ in }
    ) async throws -> ImportAccount {
        var rules = ImportRules()
        change(&rules)
        let account = try await fixture.tenant.dryRun(isDryRun).importSheet(
            kind, file(Array(text.utf8)), rules, request())
        #expect(account.created + account.updated + account.unchanged + account.refused == account.rows)
        return account
    }

    private func messages(_ account: ImportAccount) -> [String] {
        account.errors.map { "\($0.row)/\($0.line): \($0.message)" }
    }

    private func asset(_ tag: String) throws -> AssetDetails { try #require(try fixture.tenant.asset(tag: tag)) }

    @Test func theAccountHasEverything() async throws {
        _ = try await fixture.person("Ada Lovelace", badge: "B-7")
        let text = """
            asset_tag,serial,assigned_to,location,model,manufacturer,category,supplier,status,Colour
            T-1,S1,b-7,Lab,X1,Lenovo,Laptop,Shop,,red
            T-2,s1,,Lab,x1,LENOVO,laptop,,retired,
            T-3,S3,Nobody Known,,,,,,nonsense,
            T-1,,,,,,,,,
            """
        let account = try await take(text)
        #expect(account.rows == 4 && account.created == 2 && account.refused == 2)
        #expect(account.checkouts == 1 && account.returns == 0)
        #expect(
            account.made.mapValues(\.names) == [
                "locations": ["Lab"], "models": ["X1"], "manufacturers": ["Lenovo"], "categories": ["Laptop"],
                "suppliers": ["Shop"],
            ])
        #expect(
            account.warnings == [
                SheetNote(row: 3, line: 3, message: "The serial number “s1” of T-2 is that of T-1, too.")
            ])
        #expect(account.assumed.unused == ["Colour"])
        #expect(messages(account)[1] == "5/5: The asset tag “T-1” is on line 2 already.")
        #expect(messages(account)[0].hasPrefix("4/4: Invalid status 'nonsense': use one of available, deployed"))
        #expect(try fixture.tenant.people().total == 1)
        let last = fixture.store.lastEvent
        let again = try await take(text)
        #expect(again.unchanged == 2 && again.made.isEmpty && again.checkouts == 0 && fixture.store.lastEvent == last)
    }

    @Test(arguments: [
        "B-7", "alovelace", "1007", "ADA@example.com", "Lovelace, Ada", " ada  lovelace ", "Ada\u{A0}Lovelace",
    ])
    func aPersonIsFoundByWhateverIdentifiesOne(_ text: String) async throws {
        let ada = try await fixture.tenant.createPerson(
            PersonDraft(
                name: "Ada Lovelace", email: "ada@example.com", employeeNumber: "1007", badge: "B-7",
                username: "alovelace"),
            ChangeRequest(operation: operation(), actor: .test, origin: .test, at: noon))
        let account = try await take("asset_tag\tassigned_to\nT-1\t\(text)\n") { $0.making = [] }
        #expect(account.created == 1, "\(messages(account))")
        #expect(try asset("T-1").asset.holder == .person(ada.id) && fixture.tenant.people().total == 1)
    }

    @Test func aPersonIsNeverInvented() async throws {
        for _ in 0..<2 { _ = try await fixture.person("Twin") }
        _ = try await fixture.tenant.createPerson(
            PersonDraft(name: "Sarah Chen", email: "sarah@example.com"),
            ChangeRequest(operation: operation(), actor: .test, origin: .test, at: noon))
        let text =
            "asset_tag,assigned_to,email\nA,S. Chen,\nB,Twin,\nC,Sarah Chen,other@example.com\nD,,sarah@example.com\n"
        let account = try await take(text) { $0.making = [.models] }
        #expect(
            messages(account) == [
                "2/2: There is no such person: “S. Chen”.",
                "3/3: There are several people called “Twin”; name one by e-mail address, badge or number.",
                "4/4: There is no such person: “Sarah Chen”.",
            ])
        #expect(try asset("D").holder?.name == "Sarah Chen" && fixture.tenant.people().total == 3)
        let made = try await take(text)
        #expect(made.made["people"]?.names == ["S. Chen", "Sarah Chen"] && made.checkouts == 2)
    }

    @Test func blankCellsLeaveAloneAndWordsTakeBack() async throws {
        _ = try await take("asset_tag,name,serial,assigned_to,location\nA,one,S1,Ada,Lab\nB,two,S2,Ada,Lab\n")
        let blank = try await take("asset_tag,name,serial,assigned_to,location\nA,,,,\nB,new,,,\n")
        #expect(blank.unchanged == 1 && blank.updated == 1 && blank.returns == 0)
        #expect(
            try asset("B").holder?.name == "Ada" && asset("B").asset.serial == "S2"
                && asset("B").location?.name == "Lab")
        let words = try await take("asset_tag,serial,assigned_to\nA,-,available\nB,,-\n")
        #expect(words.updated == 2 && words.returns == 2)
        #expect(try asset("A").asset.serial == nil && asset("A").holder == nil && asset("B").holder == nil)
    }

    @Test func signsThatNobodySeesMakeNothingElse() async throws {
        _ = try await take("asset_tag,model,location,category\nIT-1,M 1,Head Office,Lap top\n")
        let account = try await take(
            "asset_tag,model,location,category,name\n\u{200B}IT-1,M\u{A0}1,Head  Office,Lap\u{A0} top,x\n\u{FEFF}IT-2,M 1,Head\u{A0}Office,Lap top,\n"
        )
        #expect(account.updated == 1 && account.created == 1 && account.made.isEmpty, "\(account)")
        #expect(try asset("IT-2").asset.tag == "IT-2")
    }

    @Test func modesTakeWhatTheySay() async throws {
        _ = try await take("asset_tag,name\nA,a\n")
        let text = "asset_tag,name\nA,b\nB,b\n"
        let create = try await take(text) { $0.mode = .create }
        #expect(
            create.created == 1
                && messages(create) == [
                    "2/2: There is an asset with the tag “A” already, and only new ones are taken."
                ])
        let update = try await take("asset_tag,name\nA,b\nC,b\n") { $0.mode = .update }
        #expect(
            update.updated == 1
                && messages(update) == [
                    "3/3: There is no asset with the tag “C”, and only existing ones are changed."
                ])
        let nothing = try await take("asset_tag,model,location\nD,M,\nE,,Lab\n") { $0.making = [] }
        #expect(messages(nothing) == ["2/2: There is no model “M”.", "3/3: There is no location “Lab”."])
    }

    @Test func peopleAndLocationsAreImported() async throws {
        let places = try await take(
            "name,code,parent\nHead Office,HQ,\nRoom 1,R1,Head Office\nRoom 1,R2,Annex\n", .locations)
        #expect(places.created == 3 && places.made["locations"]?.names == ["Annex"], "\(messages(places))")
        let text = """
            First Name,Last Name,Email,Username,Employee Number,Badge,Location
            Ada,Lovelace,ada@example.com,ada,1,B1,HQ
            Ada,Lovelace,,,2,B2,R1
            ,,x@example.com,,,,
            """
        let people = try await take(text, .people) { $0.making = [] }
        #expect(people.created == 2 && messages(people) == ["4/4: name is missing"])
        #expect(try await take(text, .people).unchanged == 2)
        let changed = try await take(
            "name,employee_number,email,location\n\"Lovelace, Ada\",2,ada2@example.com,-\nAda Lovelace,,,\n", .people)
        #expect(
            changed.updated == 1
                && messages(changed) == [
                    "3/3: There are several people called “Ada Lovelace”; name one by e-mail address or number."
                ])
        let twin = try #require(try fixture.tenant.person(email: "ada2@example.com"))
        #expect(twin.employeeNumber == "2" && twin.location == nil && twin.name == "Ada Lovelace")
    }

    /// Whatever a station has, its export changes nothing and makes the same in an empty station.
    @Test(arguments: [false, true])
    func exportsComeBackUnchanged(isGuarded: Bool) async throws {
        let office = try await fixture.location("Head Office", code: "HQ")
        for _ in 0..<2 { _ = try await fixture.location("Room 1", parent: office.id) }
        _ = try await fixture.location("-")
        let ada = try await fixture.tenant.createPerson(
            PersonDraft(name: "Ada", email: "=a@example.com", location: office.id),
            ChangeRequest(operation: operation(), actor: .test, origin: .test, at: noon))
        let twins = [try await fixture.person("Twin"), try await fixture.person("Twin", badge: "available")]
        _ = try await fixture.person("B-1", badge: "Ada")
        let texts = [
            "=1+1", "'=1", "-", "\\-", " lead", "trail \n", "a\r\nb", "\u{2028}x", "a,b;\"c\"", "available", "@x",
        ]
        for (number, text) in texts.enumerated() {
            let made = try await fixture.asset("T-\(number)") {
                $0.name = "n"
                $0.serial = text
                $0.custom = ["Col  our": text, "=f": "y"]
                $0.modelName = number % 2 == 0 ? "M" : nil
                $0.category = "Laptop"
                $0.defaultLocation = office.id
                $0.purchaseCost = Money("1234.5")
                $0.purchaseDate = CalendarDate("2024-02-03")
                $0.warrantyMonths = 36
            }
            try await fixture.apply(.edit(["notes": text, "name": text]), made.asset.id)
            if number < 3 {
                let holder = number == 0 ? ada.id : twins[number - 1].id
                try await fixture.apply(
                    .checkout(to: .person(holder), expectedCheckin: CalendarDate("2027-01-01")), made.asset.id)
            }
        }
        let last = fixture.store.lastEvent
        for kind in SheetKind.allCases {
            let (bytes, rows) = try await export(kind, isGuarded: isGuarded)
            var rules = ImportRules()
            rules.making = []
            let account = try await fixture.tenant.importSheet(kind, file(bytes), rules, request())
            #expect(account.unchanged == rows && account.refused == 0, "\(kind): \(messages(account))")
        }
        #expect(fixture.store.lastEvent == last)
    }

    private func export(_ kind: SheetKind, isGuarded: Bool) async throws -> (bytes: [UInt8], rows: Int) {
        var bytes: [UInt8] = []
        try await SheetExport(fixture.tenant).forEach(kind, .csv, isGuarded: isGuarded) { bytes += $0 }
        let rows =
            switch kind {
            case .assets: try fixture.tenant.assets(AssetQuery()).total
            case .people: try fixture.tenant.people().total
            case .locations: try fixture.tenant.locations().total
            }
        return (bytes, rows)
    }

    /// A dry run of several batches answers to the word what the import answers.
    @Test func aDryRunOfManyRowsAnswersAsTheImport() async throws {
        var text = "asset_tag,serial,model,category,location,assigned_to,email\n"
        for number in 1...9000 {
            text +=
                "T-\(number % 8990),S-\(number % 8000),M\(number % 5),C\(number % 4001 == 0 ? 1 : 0),L\(number % 4100),"
            text +=
                number % 3 == 0
                ? "P \(number % 50),p\(number % 50)@example.com\n"
                : number % 3 == 1 ? ",p\(number % 50)@example.com\n" : ",\n"
        }
        var trial = try await take(text, isDryRun: true)
        #expect(try fixture.tenant.assets(AssetQuery()).total == 0 && fixture.store.lastEvent.rawValue == 0)
        let real = try await take(text)
        #expect(real.created == 8990 && real.warningCount > 900)
        trial.isDryRun = false
        #expect(trial == real)
        let people =
            "name,email,location\n" + (1...5000).map { "P\($0 % 4500),q\($0 % 4500)@example.com,L\($0)\n" }.joined()
        var trialOfPeople = try await take(people, .people, isDryRun: true)
        trialOfPeople.isDryRun = false
        #expect(try await take(people, .people) == trialOfPeople)
    }

    /// However a file is damaged, every row is accounted for, and the import is what the dry run said.
    @Test func everyRowOfADamagedFileIsAccountedFor() async throws {
        var random = SystemRandomNumberGenerator()
        for round in 0..<40 {
            var bytes = Array("asset_tag;serial;name;purchase_cost;purchase_date;status;location\r\n".utf8)
            for number in 1...60 {
                bytes += Array(
                    "R\(round)-\(number);S\(number);\"a; \(number)\";1.234,\(number % 90 + 10);\(number % 28 + 1).1.2024;;Lab\r\n"
                        .utf8)
            }
            for _ in 0..<Int.random(in: 0...25, using: &random) {
                let at = Int.random(in: 70..<bytes.count, using: &random)
                switch Int.random(in: 0...3, using: &random) {
                case 0: bytes[at] = UInt8.random(in: .min ... .max, using: &random)
                case 1: bytes.insert(UInt8(ascii: "\""), at: at)
                case 2: bytes.remove(at: at)
                default: bytes.insert(contentsOf: bytes[max(70, at - 40)..<at], at: at)
                }
            }
            if Bool.random(using: &random) { bytes.removeLast(Int.random(in: 0..<500, using: &random)) }
            let layout = try file(bytes).layout(.assets, SheetOptions())
            var trial = try await fixture.tenant.dryRun().importSheet(.assets, file(bytes), ImportRules(), request())
            let account = try await fixture.tenant.importSheet(.assets, file(bytes), ImportRules(), request())
            trial.isDryRun = false
            #expect(trial == account)
            #expect(account.created + account.updated + account.unchanged + account.refused == account.rows)
            #expect(account.rows == layout.rows)
        }
        #expect(try await fixture.store.verify().problems == [])
    }
}
