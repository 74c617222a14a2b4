import DepotDialect
import DepotModel
import DepotStore
import DialectTestKit
import HTTPTypes
import SnipeIT
import Testing
import TextFormats

@Suite struct FieldTests {
    @Test func aFieldHasAColumnThatNeverChanges() async throws {
        let depot = try Depot()
        let missing = try await depot.call(.post, "/fields", #"{"name":"MAC Address"}"#)
        #expect(missing["messages", "element", "0"].text == "The element field is required.")
        #expect(missing["messages", "format", "0"].text == "The format field is required.")
        let bad = try await depot.call(.post, "/fields", #"{"name":"A","element":"slider","format":"ANY"}"#)
        #expect(bad["messages", "element", "0"].text == "The selected element is invalid.")
        let made = try await depot.call(
            .post, "/fields",
            #"{"name":"MAC Address","element":"listbox","format":"ANY","field_values":"a\r\nb<c>","help_text":"h"}"#)
        #expect(made.messages == "Field created successfully.")
        let id = try #require(made["payload", "id"].integer)
        #expect(made["payload", "db_column"].text == "_snipeit_mac_address_\(id)")
        let renamed = try await depot.call(.put, "/fields/\(id)", #"{"name":"Wi-Fi"}"#)
        #expect(renamed.messages == "Field successfully updated.")
        let read = try await depot.call(.get, "/fields/\(id)")
        #expect(read["db_column_name"].text == "_snipeit_mac_address_\(id)")
        #expect(read["name"].text == "Wi-Fi")
        #expect(read["type"].text == "listbox")
        #expect(read["field_values_array"].array?.map(\.text) == ["a", "b&lt;c&gt;"])
    }

    @Test func fieldsAreAssociatedWithFieldsetsInOrder() async throws {
        let depot = try Depot()
        let mac = try await depot.entry(.field, "MAC")
        let wifi = try await depot.entry(.field, "Wi-Fi")
        let set = try await depot.call(.post, "/fieldsets", #"{"name":"Phones"}"#)
        let id = try #require(set["payload", "id"].integer)
        for field in [mac, wifi] {
            let reply = try await depot.call(.post, "/fields/\(field.id)/associate", #"{"fieldset_id":"\#(id)"}"#)
            #expect(reply.messages == "Fieldset successfully updated.")
            #expect(reply["payload", "id"].integer == id)
        }
        // again changes nothing
        #expect(try await depot.call(.post, "/fields/\(mac.id)/associate", #"{"fieldset_id":\#(id)}"#).isSuccess)
        #expect(try await depot.call(.get, "/fieldsets/\(id)/fields").names == ["MAC", "Wi-Fi"])
        let category = try await depot.entry(.category, "Phones")
        let model = try await depot.call(
            .post, "/models", #"{"name":"P1","category_id":\#(category.id),"fieldset_id":\#(id)}"#)
        #expect(model["payload", "fieldset_id"].integer == id)
        let read = try await depot.call(.get, "/fieldsets/\(id)")
        #expect(read["fields", "total"].integer == 2)
        #expect(read["models", "rows", "0", "name"].text == "P1")
        let values = try await depot.call(.get, "/models/\(model["payload", "id"].text ?? "")")
        #expect(values["default_fieldset_values", "1", "name"].text == "Wi-Fi")

        #expect(try await depot.call(.delete, "/fieldsets/\(id)").messages == "Fieldset is still in use.")
        #expect(try await depot.call(.delete, "/fields/\(mac.id)").messages == "Field is still in use.")
        #expect(try await depot.call(.post, "/fields/\(mac.id)/disassociate", #"{"fieldset_id":\#(id)}"#).isSuccess)
        #expect(try await depot.call(.get, "/fieldsets/\(id)/fields").names == ["Wi-Fi"])
        #expect(try await depot.call(.delete, "/fields/\(mac.id)").messages == "Field successfully deleted.")
        let unknown = try await depot.call(.post, "/fields/\(wifi.id)/associate", #"{"fieldset_id":777}"#)
        #expect(unknown.messages == "CustomFieldset not found")
        let gone = try await depot.call(.post, "/fields/\(mac.id)/associate", #"{"fieldset_id":\#(id)}"#)
        #expect(gone.messages == "CustomField not found")
    }

    @Test func listsOfFieldsHaveNoPagesUnlessAsked() async throws {
        let depot = try Depot()
        for number in 0..<60 { _ = try await depot.entry(.field, "Field \(number)") }
        #expect(try await depot.call(.get, "/fields").names.count == 60)
        #expect(try await depot.call(.get, "/fields?limit=7").names.count == 7)
    }

    @Test func theHistoryNamesACustomFieldByItsColumn() async throws {
        let depot = try Depot()
        let field = try await depot.entry(.field, "MAC")
        #expect(try await depot.call(.patch, "/fields/\(field.id)", #"{"name":"Wi-Fi"}"#).isSuccess)
        let asset = try await depot.asset("T-1")
        _ = try await depot.tenant.change(depot.request()) { inventory in
            try inventory.apply(.edit(["custom.MAC": "00:11", "default_location_id": nil]), to: asset.id)
        }
        let history = try await depot.call(.get, "/reports/activity?item_type=asset&item_id=\(asset.id)")
        #expect(history["rows", "0", "log_meta", "_snipeit_mac_\(field.id)", "new"].text == "00:11")
    }
}
