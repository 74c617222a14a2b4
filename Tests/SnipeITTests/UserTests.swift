import DepotDialect
import DepotModel
import DepotStore
import DialectTestKit
import HTTPTypes
import SnipeIT
import Testing
import TextFormats

@Suite struct UserTests {
    private static let mia = """
        {"first_name":"Mia","last_name":"Berg","username":"mberg","password":"a secret","password_confirmation":
        "a secret","email":"mia@example.org","employee_num":"E-7",
        "jobtitle":"Nurse & more","department_id":4,"activated":true}
        """

    @Test func aUserIsAPersonWithEveryField() async throws {
        let depot = try Depot()
        let place = try await depot.location("Ward 3")
        let made = try await depot.call(.post, "/users", Self.mia)
        #expect(made.messages == "User was successfully created.")
        #expect(made["payload", "name"].text == "Mia Berg")
        #expect(made["payload", "jobtitle"].text == "Nurse &amp; more")
        #expect(made["payload", "activated"] == .bool(true))
        #expect(made["payload", "department", "id"].integer == 4)
        let id = try #require(made["payload", "id"].integer)
        let person = try #require(try depot.tenant.person(PersonID(rawValue: id)))
        #expect((person.name, person.username, person.email) == ("Mia Berg", "mberg", "mia@example.org"))
        #expect(person.employeeNumber == "E-7")

        let changed = try await depot.call(
            .patch, "/users/\(id)", #"{"last_name":"Thal","location_id":"\#(place.id)","notes":"x"}"#)
        #expect(changed.messages == "User was successfully updated.")
        let read = try await depot.call(.get, "/users/\(id)")
        #expect(read["name"].text == "Mia Thal")
        #expect(read["first_name"].text == "Mia")
        #expect(read["location", "name"].text == "Ward 3")
        #expect(read["employee_num"].text == "E-7")
        #expect(read["assets_count"].integer == 0)
        #expect(try await depot.call(.get, "/locations/\(place.id)")["users_count"].integer == 1)
    }

    @Test func aPasswordIsWantedAndForgotten() async throws {
        let depot = try Depot()
        let missing = try await depot.call(.post, "/users", #"{"last_name":"Berg"}"#)
        for field in ["first_name", "username", "password"] {
            let label = field == "first_name" ? "first name" : field
            #expect(missing["messages", field, "0"].text == "The \(label) field is required.")
        }
        let unconfirmed = try await depot.call(
            .post, "/users", #"{"first_name":"A","username":"a","password":"hush-hush"}"#)
        #expect(unconfirmed["messages", "password", "0"].text == "The password field confirmation does not match.")
        let made = try await depot.call(
            .post, "/users",
            #"{"first_name":"A","username":"a","password":"hush-hush","password_confirmation":"hush-hush"}"#)
        #expect(made.isSuccess)
        let id = try #require(made["payload", "id"].integer)
        #expect(try await depot.call(.patch, "/users/\(id)", #"{"password":"hush-hush"}"#).isSuccess)
        let person = try #require(try depot.tenant.person(PersonID(rawValue: id)))
        let events = try depot.tenant.activity(person: person.id).rows
        #expect(!events.isEmpty)
        for text in ["\(person)", "\(events)", made.text] { #expect(!text.contains("hush")) }
    }

    @Test func aUsernameIsUnique() async throws {
        let depot = try Depot()
        #expect(try await depot.call(.post, "/users", Self.mia).isSuccess)
        let twice = try await depot.call(.post, "/users", Self.mia)
        #expect(twice["messages", "username", "0"].text == "The username must be unique.")
        let other = try await depot.call(
            .post, "/users", #"{"first_name":"B","username":"b","password":"p","password_confirmation":"p"}"#)
        let id = try #require(other["payload", "id"].integer)
        let taken = try await depot.call(.patch, "/users/\(id)", #"{"username":"MBERG"}"#)
        #expect(taken["messages", "username", "0"].text == "The username must be unique.")
    }

    @Test func theIndexFiltersAndSearches() async throws {
        let depot = try Depot()
        let place = try await depot.location("Ward 3")
        #expect(try await depot.call(.post, "/users", Self.mia).isSuccess)
        let ana = try await depot.person("Ana Lopez") { draft in
            (draft.email, draft.username, draft.location) = ("ana@example.org", "alopez", place.id)
        }
        for query in [
            "username=MBERG", "email=mia@example.org", "employee_num=e-7", "first_name=mia", "last_name=Berg",
            "search=mia%20berg", "search=mberg", "search=a%20b", "search=E-7",
        ] {
            #expect(try await depot.call(.get, "/users?\(query)").names == ["Mia Berg"], "\(query)")
        }
        #expect(try await depot.call(.get, "/users?location_id=\(place.id)").names == ["Ana Lopez"])
        #expect(try await depot.call(.get, "/users?company_id=1").total == 0)
        #expect(try await depot.call(.get, "/users?location_id=x").total == 0)
        // as one client pages: the parameters in the body of a GET
        let body = try await depot.call(.get, "/users", #"{"search":"lopez","limit":1,"offset":0}"#)
        #expect(body.names == ["Ana Lopez"])
        #expect(body["rows", "0", "first_name"].text == "Ana")
        #expect(body["rows", "0", "last_name"].text == "Lopez")

        #expect(try await depot.call(.delete, "/users/\(ana.id)").messages == "User was successfully deleted.")
        #expect(try await depot.call(.get, "/users").names == ["Mia Berg"])
        #expect(try await depot.call(.get, "/users?deleted=true").names == ["Ana Lopez"])
        #expect(try await depot.call(.patch, "/users/\(ana.id)", "{}").messages == "User not found")
        #expect(try await depot.call(.post, "/users/\(ana.id)/restore").isSuccess)
        #expect(try await depot.call(.get, "/users").total == 2)
        let live = try await depot.call(.post, "/users/\(ana.id)/restore")
        #expect(live.messages == "The User was not deleted and therefore cannot be restored")
    }

    @Test func whoHoldsSomethingIsNotDeleted() async throws {
        let depot = try Depot()
        let person = try await depot.person("Ana Lopez")
        let asset = try await depot.asset("T-1")
        _ = try await depot.tenant.change(depot.request()) {
            try $0.apply(.checkout(to: .person(person.id)), to: asset.id)
        }
        let refused = try await depot.call(.delete, "/users/\(person.id)")
        #expect(refused["messages", "assigned_assets", "0"].text?.contains("still has an asset") == true)
        let assets = try await depot.call(.get, "/users/\(person.id)/assets")
        #expect(assets.tags == ["T-1"])
        #expect(assets["rows", "0", "assigned_to", "id"].integer == person.id.rawValue)
        #expect(try await depot.call(.get, "/users/\(person.id)")["assets_count"].integer == 1)
        #expect(try await depot.call(.get, "/users/\(person.id)/licenses").total == 0)
        #expect(try await depot.call(.get, "/users/777/assets").messages == "User not found")
    }

    @Test func theTokenIsAUser() async throws {
        let depot = try Depot()
        let me = try await depot.call(.get, "/users/me")
        #expect(me.status == 200)
        #expect(me["id"].integer != nil)
        #expect(me["username"].text == "client")
        #expect(me["permissions", "superuser"].text == "1")
    }

    @Test func aManagerIsSomebodyElseAndStays() async throws {
        let depot = try Depot()
        let boss = try await depot.person("Bo Ss")
        let made = try await depot.call(.post, "/users", Self.mia)
        let id = try #require(made["payload", "id"].integer)
        let set = try await depot.call(.patch, "/users/\(id)", #"{"manager_id":\#(boss.id)}"#)
        #expect(set["payload", "manager", "name"].text == "Bo Ss")
        let own = try await depot.call(.patch, "/users/\(id)", #"{"manager_id":\#(id)}"#)
        #expect(own["status"].text == "error")
        let nobody = try await depot.call(.patch, "/users/\(id)", #"{"manager_id":4711}"#)
        #expect(nobody["messages", "manager_id", "0"].text == "The selected manager id is invalid.")
        let refused = try await depot.call(.delete, "/users/\(boss.id)")
        #expect(refused["messages", "managed_users", "0"].text?.contains("still manages") == true)
    }

    @Test func selectlistTextsNameLastNameFirst() async throws {
        let depot = try Depot()
        #expect(try await depot.call(.post, "/users", Self.mia).isSuccess)
        let list = try await depot.call(.get, "/users/selectlist?search=mia")
        #expect(list["results", "0", "text"].text == "Berg, Mia (mberg) - #E-7")
        #expect(list["pagination", "per_page"].integer == 50)
    }

    @Test func aNewNameFromAnotherFaceWins() async throws {
        let depot = try Depot()
        let made = try await depot.call(.post, "/users", Self.mia)
        let id = PersonID(rawValue: try #require(made["payload", "id"].integer))
        _ = try await depot.tenant.change(depot.request()) { inventory in
            var draft = PersonDraft(try #require(try inventory.person(id)))
            draft.name = "Mia van Thal"
            return try inventory.updatePerson(id, draft)
        }
        let read = try await depot.call(.get, "/users/\(id)")
        #expect(read["name"].text == "Mia van Thal")
        #expect(read["last_name"].text == "Thal")
    }
}
