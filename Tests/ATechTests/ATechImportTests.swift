import DepotDialect
import DepotModel
import DepotStore
import DialectTestKit
import HTTPTypes
import Testing
import TextFormats

@testable import ATech

@Suite struct ATechImportTests {
    let fixture: Fixture

    init() throws { fixture = try Fixture() }

    private func errors(_ reply: DialectReply) -> [String] {
        (reply["errors"]?.array ?? []).map { error in
            "\(error.object?["row"]?.text ?? "?"): \(error.object?["error"]?.text ?? "?")"
        }
    }

    @Test func rowsAreCreatedUpdatedAndReported() async throws {
        await fixture.asset("IT-1")
        let csv = """
            Asset_Tag,NAME,status,assigned_to,purchase_cost,purchase_date,category,location\r
            IT-1,First,available,,"$1,450.00",01/03/2024,Laptop,Head Office\r
            IT-2,"Second, ""big""\r
            one",,Sarah Chen,,25/12/2024,Laptop,Head Office\r
            IT-3,Third,in use,,,,,\r
            \r
            ,no tag,,,,,,\r
            IT-4,Fourth,retired,,,2024-02-30,,\r
            IT-5,Fifth,maintenance,,7,24/12/2024,,
            """
        let reply = await fixture.importFile(csv)
        #expect(reply.status == 200)
        #expect(reply["created"]?.integer == 2)
        #expect(reply["updated"]?.integer == 1)
        #expect(
            errors(reply) == [
                "5: Invalid status 'in use'", "7: asset_tag is missing", "8: Invalid purchase_date '2024-02-30'",
            ])
        let list = await fixture.send(.get, "/api/assets")
        #expect(list.column("asset_tag") == ["IT-1", "IT-2", "IT-5"])
        #expect(list.column("name") == ["First", "Second, \"big\"\r\none", "Fifth"])
        #expect(list.column("status") == ["available", "deployed", "maintenance"])
        #expect(list.column("purchase_date") == ["2024-03-01", "2024-12-25", "2024-12-24"])
        #expect(list.column("purchase_cost") == ["1450.00", nil, "7.00"])
        #expect(list.json.array?.first?.object?["category"]?.object?["name"] == .string("Laptop"))
        #expect(await fixture.send(.get, "/api/employees").column("name") == ["Sarah Chen"])
        let again = await fixture.importFile(csv)
        #expect(again["created"]?.integer == 0)
        #expect(again["updated"]?.integer == 3)
        #expect(again["unchanged"]?.integer == 3)
        #expect(again["rows"]?.integer == 6)
    }

    @Test func theAnswerNamesWhatWasMadeAndWhatWasLeftAside() async throws {
        let csv =
            "Serial Number,Model Name,Purchase Date,Asset Name,Asset Tag,assigned_to,location,Colour\n"
            + "S1,M1,2024-01-02,N1,T1,Sarah Chen,Attic,red\nS1,M1,2024-01-02,N2,T2,Sarah Chen,Attic,\n"
        let reply = await fixture.importFile(csv)
        #expect(reply["created"]?.integer == 2 && reply["checkouts"]?.integer == 2)
        let made = reply["made"]?.object
        #expect(made?["people"]?.object?["names"] == .array([.string("Sarah Chen")]))
        #expect(made?["locations"]?.object?["count"]?.integer == 1 && made?["models"]?.object?["count"]?.integer == 1)
        #expect(reply["unused_columns"] == .array([.string("Colour")]))
        #expect(reply["warnings"]?.array?.first?.object?["row"]?.integer == 3)
        let list = await fixture.send(.get, "/api/assets")
        #expect(list.column("serial") == ["S1", "S1"] && list.column("model") == ["M1", "M1"])
        let none = await fixture.importFile(
            "asset_tag,location\nT3,Cellar\n", target: "/api/assets/import/csv?make=people")
        #expect(errors(none) == ["2: There is no location “Cellar”."])
        #expect(await fixture.importFile("asset_tag\nT3\n", target: "/api/assets/import/csv?colour=red").status == 422)
    }

    @Test func theFormMayComeInAnyPieces() async throws {
        let csv = "\u{FEFF}asset_tag,name\r\n\"P-1\",\"a \"\"q\"\" é\"\r\nP-2,--XX is no boundary\r\n"
        for chunk in [1, 2, 3, 7, 64] {
            let reply = await fixture.importFile(csv, isDryRun: true, chunk: chunk)
            #expect(reply.status == 200)
            #expect(reply["created"]?.integer == 2)
        }
        #expect(await fixture.importFile(csv, chunk: 1)["created"]?.integer == 2)
        let names = await fixture.send(.get, "/api/assets").column("name")
        #expect(names == ["a \"q\" é", "--XX is no boundary"])
    }

    @Test func aDryRunBySettingQueryOrFieldChangesNothing() async throws {
        let csv = "asset_tag,location\nT-1,Attic\nT-2,Attic\n"
        let field = "--XX\r\nContent-Disposition: form-data; name=dry_run\r\n\r\ntrue\r\n"
        for reply in [
            await fixture.importFile(csv, isDryRun: true),
            await fixture.importFile(csv, target: "/api/assets/import/csv?dry_run=true"),
            await fixture.importFile(csv, fields: field),
        ] {
            #expect(reply["created"]?.integer == 2)
            #expect(errors(reply) == [])
        }
        #expect(await fixture.send(.get, "/api/assets").text == "[]")
        #expect(await fixture.send(.get, "/api/locations").text == "[]")
    }

    @Test func aDryRunOfManyBatchesCountsAsTheRealOne() async throws {
        let rows = (1...9000).map { "T-\($0 % 8500),Place \($0 % 5000),Person \($0 % 7)" }.joined(separator: "\n")
        let trial = await fixture.importFile("asset_tag,location,assigned_to\n" + rows, isDryRun: true)
        let real = await fixture.importFile("asset_tag,location,assigned_to\n" + rows)
        #expect(real["created"]?.integer == 8500 && errors(real).count == 500)
        #expect(errors(real).first == "8502: The asset tag “T-1” is on line 2 already.")
        #expect(trial.text == real.text)
    }

    @Test func whatIsNoCSVIsRefusedAsAWhole() async throws {
        #expect(await fixture.importFile("%PDF-1.4\n").detail?.contains("PDF") == true)
        #expect(await fixture.importFile(bytes: [0xFF, 0xFE, 0x61, 0x00]).status == 400)
        #expect(await fixture.importFile("").status == 400)
        #expect(await fixture.importFile("name,serial\nA,B\n").status == 400)
        #expect(await fixture.importFile("asset_tag,Asset_Tag\nA,B\n").status == 400)
        let type = "multipart/form-data; boundary=\"XX\""
        let part = "--XX\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nasset_tag\r\nA"
        let field = "--XX\r\nContent-Disposition: form-data; name=\"other\"\r\n\r\nx\r\n--XX--"
        for (body, type) in [
            (part, type), (part + "\r\n--XX", type), (field, type), (part + "\r\n--XX--", "text/csv"),
            (part + "\r\n" + part + "\r\n--XX--", type), ("--XX\r\n\r\nno name\r\n--XX--", type),
        ] {
            let reply = await fixture.send(.post, "/api/assets/import/csv", body, type: type)
            #expect(reply.status == 422)
        }
        #expect(await fixture.send(.get, "/api/assets").text == "[]")
        #expect(await fixture.send(.post, "/api/assets/import/csv", part + "\r\n--XX--", type: type).status == 200)
        #expect(await fixture.send(.get, "/api/assets").column("asset_tag") == ["A"])
    }

    @Test func anExportComesBackUnchanged() async throws {
        let laptop = await fixture.category("Laptop")
        let office = await fixture.location("Head Office")
        let sarah = await fixture.employee("Sarah Chen", email: "sarah@example.com")
        let twin = await fixture.employee("Omar Diaz", email: "omar.1@example.com")
        _ = await fixture.employee("Omar Diaz", email: "omar.2@example.com")
        let evil = #""=cmd()|'x', \"q\"\n+1\t@ -2""#
        await fixture.asset(
            "IT-1",
            #""notes": \#(evil), "category_id": \#(laptop), "location_id": \#(office), "purchase_cost": "0.125""#)
        let second = await fixture.asset("IT-2", #""manufacturer": "Dell", "model": "7440", "serial": "=S""#)
        let third = await fixture.asset("IT-3")
        await fixture.asset("IT-4", status: "retired")
        _ = await fixture.send(.post, "/api/assets/\(second)/checkout", #"{"employee_id": \#(sarah)}"#)
        _ = await fixture.send(.post, "/api/assets/\(third)/checkout", #"{"employee_id": \#(twin)}"#)
        let export = await fixture.send(.get, "/api/assets/export/csv")
        #expect(export.headers[.contentType] == "text/csv; charset=utf-8")
        #expect(export.headers[.contentDisposition] == "attachment; filename=\"assets.csv\"")
        let expected = [
            "asset_tag,name,manufacturer,model,serial,category,location,status,assigned_to,purchase_date,"
                + "purchase_cost,warranty_expiry,notes",
            "IT-1,IT-1,,,,Laptop,Head Office,available,,,0.1250,,\"=cmd()|'x', \"\"q\"\"\n+1\t@ -2\"",
            "IT-2,IT-2,Dell,7440,=S,,,deployed,Sarah Chen,,,,",
            "IT-3,IT-3,,,,,,deployed,omar.1@example.com,,,,",
            "IT-4,IT-4,,,,,,retired,,,,,", "",
        ]
        #expect(export.text == expected.joined(separator: "\r\n"))
        let again = await fixture.importFile(export.text)
        #expect(again["updated"]?.integer == 4)
        #expect(again["unchanged"]?.integer == 4)
        #expect(errors(again) == [])
        let some = await fixture.send(.get, "/api/assets/export/csv?status=retired&q=it&sort=name")
        #expect(some.text.split(separator: "\r\n").count == 2)
        #expect(await fixture.send(.get, "/api/assets/export/csv?status=x").status == 422)
    }

    @Test func tooManyErrorsEndTheList() async throws {
        let rows = (1...10_005).map { "T-\($0),nope" }.joined(separator: "\n")
        let reply = await fixture.importFile("asset_tag,status\n" + rows)
        let errors = errors(reply)
        #expect(errors.count == 10_001)
        #expect(errors[0] == "2: Invalid status 'nope'")
        #expect(errors[10_000] == "0: 5 more rows have errors, which are not listed.")
    }
}
