import DepotDialect
import DepotModel
import DepotStore
import DialectTestKit
import HTTPTypes
import IssueAsset
import Testing
import TextFormats

@Suite struct IssueAssetTests {
    let fixture: Fixture

    init() throws { fixture = try Fixture() }

    private let john = """
        "employee_name": "John Doe", "employee_email": "john.doe@example.com", "asset_type": "Laptop",
        "asset_model": "Dell XPS 13"
        """

    private func issue(_ more: String = "") async -> DialectReply {
        await fixture.send(.post, "/api/assets", "{\(john)\(more)}")
    }

    private func record(_ id: Int64) async -> JSONObject? {
        let list = await fixture.send(.get, "/api/assets/search")
        return list.json.array?.first { $0.object?["id"]?.integer == id }?.object
    }

    @Test func thePagesOwnExample() async throws {
        let reply = await issue(#", "comments": "Urgent requirement""#)
        #expect(reply.status == 201)
        let id = try #require(reply["id"]?.integer)
        #expect(reply.text == #"{"message":"Asset issued","id":\#(id)}"#)
        let asset = try #require(try fixture.tenant.asset(AssetID(rawValue: id)))
        #expect(asset.model?.name == "Dell XPS 13")
        #expect(asset.model?.category?.name == "Laptop")
        #expect(asset.assignee?.email == "john.doe@example.com")
        #expect(asset.asset.lifecycle == .deployed)
        let checkout = try #require(try fixture.tenant.history(asset.asset.id).last)
        #expect(checkout.kind == .checkout)
        #expect(checkout.note == "Urgent requirement")
        let second = await issue()
        #expect(second["id"]?.integer != id)
        #expect(try fixture.tenant.people(RowQuery()).total == 1)
        #expect(try fixture.tenant.entries(.model).total == 1)
    }

    @Test func whatIsMissingIsNamedInOrder() async throws {
        let text = "Missing fields: employee_name, employee_email, asset_type, asset_model"
        let all = await fixture.send(.post, "/api/assets", "{}")
        #expect(all.status == 400)
        #expect(all.text == #"{"error":"\#(text)","detail":"\#(text)"}"#)
        let some = await fixture.send(
            .post, "/api/assets",
            #"{"asset_model": "", "employee_email": " ", "asset_type": null, "employee_name": "J"}"#)
        #expect(some["error"] == .string("Missing fields: employee_email, asset_type"))
        #expect(try fixture.tenant.assets(AssetQuery()).total == 0)
        for body in [
            #"{"employee_name": []}"#, #"{\#(john), "comments": {}}"#, #"{\#(john), "asset_tag": "\u0000"}"#, "{",
        ] {
            #expect(await fixture.send(.post, "/api/assets", body).status == 400)
        }
        #expect(try fixture.tenant.people(RowQuery()).total == 0)
    }

    @Test func onlyItsOwnBodiesAreTaken() async {
        let route = fixture.routes.first { $0.method == .post && $0.path == "/api/assets" }
        let update = fixture.routes.first { $0.method == .put }
        func fits(_ route: DialectRoute?, _ body: String) -> Bool? {
            route?.fits?(try? JSONValue(parsing: Array(body.utf8)))
        }
        #expect(fits(route, "{}") == true)
        #expect(fits(route, #"{"foo": 1}"#) == true)
        #expect(fits(route, #"{"asset_tag": "1", "asset_model": "x"}"#) == true)
        #expect(fits(route, #"{"asset_tag": "1"}"#) == false)
        #expect(fits(route, #"{"name": "1", "comments": ""}"#) == false)
        #expect(fits(route, "[]") == false)
        #expect(fits(update, #"{"comments": "x"}"#) == true)
        #expect(fits(update, #"{"comments": "x", "notes": ""}"#) == false)
        #expect(fits(update, "{}") == false)
    }

    @Test func aTagOrSerialBindsAnItemThatIsThere() async throws {
        let bound = try await fixture.asset("IT-7", serial: "SN7")
        let reply = await issue(#", "asset_tag": "it-7""#)
        #expect(reply["id"]?.integer == bound.rawValue)
        let again = await issue(#", "asset_tag": "IT-7""#)
        #expect(again.status == 409)
        #expect(again["error"]?.text?.hasPrefix("IT-7 has been checked out to John Doe") == true)
        #expect(await fixture.send(.post, "/api/assets/\(bound)/return").status == 200)
        #expect(await issue(#", "serial": "sn7""#)["id"]?.integer == bound.rawValue)
        let new = await issue(#", "asset_tag": "NEW-1", "serial": "SN8""#)
        let id = try #require(new["id"]?.integer)
        let made = try #require(try fixture.tenant.asset(AssetID(rawValue: id))).asset
        #expect(made.tag == "NEW-1")
        #expect(made.serial == "SN8")
        _ = try await fixture.asset("IT-8", serial: "SN9")
        _ = try await fixture.asset("IT-9", serial: "SN9")
        #expect(await issue(#", "serial": "SN9""#).status == 409)
        #expect(await issue(#", "asset_tag": "IT-8", "serial": "SN1""#).status == 409)
    }

    @Test func aRefusalLeavesNobodyBehind() async throws {
        let tag = try await fixture.asset("IT-7")
        _ = try await fixture.tenant.apply(
            Transition(
                operation: newOperation(), kind: .edit(["status_id": fixture.label(.archived)]), actor: .me,
                origin: Origin(face: .socket), at: noon),
            to: tag)
        #expect(await issue(#", "asset_tag": "IT-7""#).status == 409)
        #expect(try fixture.tenant.people(RowQuery()).total == 0)
    }

    @Test func aRetryIssuesOnce() async throws {
        let id = newOperation()
        let first = await fixture.send(.post, "/api/assets", "{\(john)}", operation: id)
        let second = await fixture.send(.post, "/api/assets", "{\(john)}", operation: id)
        #expect(first.text == second.text)
        #expect(try fixture.tenant.assets(AssetQuery()).total == 1)
    }

    @Test func aReturnIsRepeatedWithoutChange() async throws {
        let id = try #require(await issue()["id"]?.integer)
        let first = await fixture.send(.post, "/api/assets/\(id)/return")
        #expect(first.status == 200)
        #expect(first.text == #"{"message":"Asset returned"}"#)
        let record = await record(id)
        let again = await fixture.send(.post, "/api/assets/\(id)/return")
        #expect(again.status == 200)
        #expect(again.headers[.eTag] == first.headers[.eTag])
        #expect(await self.record(id) == record)
        let unknown = await fixture.send(.post, "/api/assets/999/return")
        #expect(unknown.status == 404)
        #expect(unknown["error"] == .string("Asset not found"))
        #expect(await fixture.send(.post, "/api/assets/x/return").status == 404)
    }

    @Test func recordsAreFoundByStatusAndTime() async throws {
        let first = try #require(await issue(#", "comments": "c""#)["id"]?.integer)
        let second = try #require(await issue()["id"]?.integer)
        _ = try await fixture.asset("NEVER-ISSUED")
        _ = await fixture.send(.post, "/api/assets/\(first)/return", at: noon.advanced(byMilliseconds: 1000))
        func ids(_ query: String) async -> [Int64?] {
            await fixture.send(.get, "/api/assets/search" + query).json.array?.map { $0.object?["id"]?.integer } ?? []
        }
        #expect(await ids("") == [first, second])
        #expect(await ids("?sort=asc") == [second, first])
        #expect(await ids("?status=Issued") == [second])
        #expect(await ids("?status=Returned&sort=asc") == [first])
        #expect(await ids("?status=issued") == [first, second])
        let row = try #require(await record(first))
        #expect(
            row.members.map(\.key) == [
                "id", "employee_name", "employee_email", "asset_type", "asset_model", "comments", "issued_at",
                "returned_at", "status", "last_updated", "asset_tag", "serial",
            ])
        #expect(row["employee_name"] == .string("John Doe"))
        #expect(row["employee_email"] == .string("john.doe@example.com"))
        #expect(row["comments"] == .string("c"))
        #expect(row["issued_at"] == .string("2026-11-21T12:00:00.000Z"))
        #expect(row["returned_at"] == .string("2026-11-21T12:00:01.000Z"))
        #expect(row["last_updated"] == row["returned_at"])
        #expect(await record(second)?["returned_at"] == .null)
    }

    @Test func whatMayBeChangedIsChanged() async throws {
        let id = try #require(await issue()["id"]?.integer)
        for method in [HTTPRequest.Method.patch, .put] {
            let none = await fixture.send(method, "/api/assets/\(id)", #"{"employee_name": "x"}"#)
            #expect(none.status == 400)
            #expect(none["error"] == .string("No updatable fields provided"))
        }
        let reply = await fixture.send(
            .patch, "/api/assets/\(id)", #"{"comments": "<b>", "asset_model": "XPS 15"}"#)
        #expect(reply.status == 200)
        #expect(reply["comments"] == .string("<b>"))
        #expect(reply["asset_model"] == .string("XPS 15"))
        #expect(reply["asset_type"] == .string("Laptop"))
        let other = await fixture.send(.put, "/api/assets/\(id)", #"{"asset_type": "Tablet"}"#)
        #expect(other["asset_model"] == .string("XPS 15"))
        #expect(other["asset_type"] == .string("Tablet"))
        #expect(await fixture.send(.patch, "/api/assets/\(id)", #"{"comments": "y"}"#, version: 1).status == 412)
        #expect(await fixture.send(.patch, "/api/assets/999", #"{"comments": "y"}"#).status == 404)
    }

    @Test func aPersonsDevices() async throws {
        let id = try #require(await issue()["id"]?.integer)
        _ = await fixture.send(.post, "/api/assets/\(id)/return")
        _ = await fixture.send(
            .post, "/api/assets",
            """
            {"employee_name": "John", "employee_email": "JOHN.DOE@example.com", "asset_type": "Phone",
             "asset_model": "Pixel"}
            """)
        let history = await fixture.send(.get, "/api/device-history/john.doe%40example.com")
        #expect(history.text == #"{"email":"john.doe@example.com","count":2,"models":["Dell XPS 13","Pixel"]}"#)
        let nobody = await fixture.send(.get, "/api/device-history/nobody")
        #expect(nobody.text == #"{"email":"nobody","count":0,"models":[]}"#)
    }

    @Test func emptyTypeAndModelAreTaken() async throws {
        func made(_ type: String, _ model: String) async throws -> JSONObject? {
            let reply = await fixture.send(
                .post, "/api/assets",
                """
                {"employee_name": "J", "employee_email": "j@example.com", "asset_type": "\(type)",
                 "asset_model": "\(model)"}
                """)
            return await record(try #require(reply["id"]?.integer))
        }
        for (type, model) in [("", ""), ("Laptop", ""), ("Phone", "X"), ("Laptop", "X"), ("Phone", "X")] {
            let row = try await made(type, model)
            #expect(row?["asset_type"] == .string(type))
            #expect(row?["asset_model"] == .string(model))
        }
    }
}
