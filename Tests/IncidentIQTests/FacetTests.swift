import DepotDialect
import DepotModel
import DepotStore
import DialectTestKit
import HTTPTypes
import Testing
import TextFormats

@testable import IncidentIQ

@Suite struct FacetTests {
    let site: Site

    init() async throws {
        site = try Site()
        for (index, cost) in ["100.00", "250.50", "999.99"].enumerated() {
            try await site.asset("A-\(index + 1)") {
                $0.name = "Device \(index + 1)"
                $0.orderNumber = "PO-7\(index)"
                $0.modelName = index == 2 ? "iPad" : "Chromebook 311"
                $0.category = index == 2 ? "Tablet" : "Chromebook"
                $0.manufacturer = index == 2 ? "Apple" : "Acer"
                $0.supplier = index == 0 ? "CDW" : nil
                $0.purchaseCost = Money(cost)
                $0.purchaseDate = CalendarDate(year: 2026, month: 11, day: 19 + index)
            }
        }
    }

    @Test func orWithinAFacetAndBetweenFacets() async throws {
        let two = #"{"Facet":"assettag","Value":"A-1"},{"Facet":"AssetTag","Value":"a-3"}"#
        #expect(await site.filtered(two) == ["A-1", "A-3"])
        #expect(await site.filtered(two + #",{"Facet":"assettype","Name":"Tablet"}"#) == ["A-3"])
        #expect(await site.filtered(#"{"Facet":"assettag","Values":["A-1","A-2"]}"#) == ["A-1", "A-2"])
        #expect(
            await site.filtered(
                #"{"Facet":"assettype","Name":"Chromebook"},{"Facet":"assettag","Value":"A-1","Negative":true}"#)
                == ["A-2"])
        let groups = #"""
            {"Facet":"assettag","Value":"A-1","GroupIndex":0},{"Facet":"vendor","Name":"nobody","GroupIndex":0},
            {"Facet":"manufacturer","Name":"apple","GroupIndex":1}
            """#
        #expect(await site.filtered(groups) == ["A-3"])
        #expect(await site.filtered(#"{"Facet":"assettag","Value":"A-1","Selected":false}"#) == ["A-1"])
        #expect(await site.filtered("") == ["A-1", "A-2", "A-3"])
        #expect(await site.tags("") == ["A-1", "A-2", "A-3"])
    }

    @Test func referencesByIdValueAndName() async throws {
        let list = await site.send(.get, "assets/types", access: .viewer)
        let types = list["Items"]?.array?.compactMap { $0.object } ?? []
        let tablet = try #require(types.first { $0["Name"]?.text == "Tablet" }?["AssetTypeId"]?.text)
        for filter in [
            #"{"Facet":"assettype","Id":"\#(tablet.uppercased())","Name":"something"}"#,
            #"{"Facet":"assettype","Value":"\#(tablet)"}"#, #"{"Facet":"modelcategory","Value":"tablet"}"#,
            #"{"Facet":"model","Name":"iPad"}"#, #"{"Facet":"manufacturer","Values":["Apple"]}"#,
        ] {
            #expect(await site.filtered(filter) == ["A-3"], "\(filter)")
        }
        #expect(await site.filtered(#"{"Facet":"vendor","Name":"CDW"}"#) == ["A-1"])
        #expect(await site.filtered(#"{"Facet":"vendor","IsUnassigned":true}"#) == ["A-2", "A-3"])
        #expect(await site.filtered(#"{"Facet":"user","IsUnassigned":true}"#) == ["A-1", "A-2", "A-3"])
        // a model's GUID is no asset type's
        let reply = await site.send(.get, "assets/models")
        let model = try #require(reply.text("Items", 0, "ModelId"))
        #expect(await site.filtered(#"{"Facet":"assettype","Id":"\#(model)"}"#) == [])
    }

    @Test func datesAndAmounts() async throws {
        // today is 2026-11-21
        let cases = [
            ("date:11/20/2026", ["A-2"]), ("date>=2026-11-20", ["A-2", "A-3"]), ("date<11/20/2026", ["A-1"]),
            ("daterange:11/19/2026-11/20/2026", ["A-1", "A-2"]), ("range:today", ["A-3"]),
            ("range:yesterday", ["A-2"]), ("lastdays:1", ["A-2", "A-3"]), ("value:2", ["A-1"]),
            ("range:month", ["A-1", "A-2", "A-3"]), ("range:nextweek", []),
        ]
        for (value, tags) in cases {
            #expect(await site.filtered(#"{"Facet":"purchaseddate","Value":"\#(value)"}"#) == tags, "\(value)")
        }
        for (value, tags) in [
            ("equals:250.5", ["A-2"]), ("lessthan:250.50", ["A-1"]), ("greaterthanequal:250.50", ["A-2", "A-3"]),
        ] {
            let found = await site.filtered(#"{"Facet":"purchasedprice","Value":"numoperator:\#(value)"}"#)
            #expect(found == tags, "\(value)")
        }
        for (facet, value) in [
            ("purchaseddate", "thisweek"), ("purchaseddate", "daterange:2026-11-01-2026-11-02"),
            ("purchaseddate", "lastdays:-1"), ("purchasedprice", "numoperator:about:7"), ("purchasedprice", "1e400"),
        ] {
            let reply = await site.send(.post, "assets", #"{"Filters":[{"Facet":"\#(facet)","Value":"\#(value)"}]}"#)
            #expect(reply.status == 400)
            #expect(reply.text("Errors", 0, "Field") == "Filters[0].Value")
        }
    }

    @Test func unknownFacetsAreNamedOrIgnored() async throws {
        let body = #"{"Filters":[{"Facet":"assettag","Value":"A-1"},{"Facet":"colour","Value":"red"}]}"#
        let reply = await site.send(.post, "assets", body)
        #expect(reply.status == 400)
        #expect(reply.text("Errors", 0, "Field") == "Filters[1].Facet")
        #expect(reply.text("Message")?.contains("colour") == true)
        #expect(await site.tags(body, lenient: true) == ["A-1"])
        #expect(await site.tags(#"{"Filters":[{"Facet":"colour","Value":"red"}]}"#, lenient: true).count == 3)
    }

    @Test func customFields() async throws {
        let field = try await site.change { inventory in
            var draft = CatalogueDraft(name: "MAC address")
            draft.attributes = ["key": "MAC"]
            return try inventory.create(.field, draft)
        }
        let asset = try #require(try site.store.asset(tag: "A-2"))
        let guid = RowGUID.guid(.field, field.id.rawValue)
        let set = await site.send(
            .post, "assets/\(asset.asset.uuid)",
            #"{"CustomFieldValues":[{"CustomFieldTypeId":"\#(guid)","Value":"00:11:22"}]}"#)
        #expect(set.text("Item", "CustomFieldValues", 0, "CustomFieldTypeId") == guid.description)
        #expect(set.text("Item", "CustomFieldValues", 0, "Value") == "00:11:22")
        #expect(try site.store.asset(tag: "A-2")?.asset.custom == ["MAC": "00:11:22"])
        for filter in [
            #"{"Facet":"customfieldtext","CustomFieldTypeId":"\#(guid)","Value":"11"}"#,
            #"{"Facet":"assetcustomfield","CustomFieldTypeId":"\#(guid)","Value":"00:11:22"}"#,
            #"{"Facet":"assetcustomfield","Name":"mac address","Value":"00:11:22"}"#,
        ] {
            #expect(await site.filtered(filter) == ["A-2"], "\(filter)")
        }
        let unknown = await site.send(
            .post, "assets/\(asset.asset.uuid)", #"{"CustomFieldValues":[{"Name":"shoe size","Value":"44"}]}"#)
        #expect(unknown.status == 400)
    }

    @Test func roomsBelongToTheirLocation() async throws {
        let school = try await site.location("School")
        let room = try await site.location("Room 1", parent: school.id)
        let asset = try #require(try site.store.asset(tag: "A-1"))
        let moved = await site.send(
            .post, "assets/location", #"{"AssetId":"\#(asset.asset.uuid)","LocationId":"\#(room.uuid)"}"#)
        #expect(moved.text("Item", "LocationId") == room.uuid.description)
        #expect(moved.text("Item", "LocationRoom", "Name") == "Room 1")
        #expect(await site.filtered(#"{"Facet":"location","Id":"\#(school.uuid)"}"#) == ["A-1"])
        #expect(await site.filtered(#"{"Facet":"room","Id":"\#(school.uuid)"}"#) == [])
        #expect(await site.send(.get, "assets/location/\(school.uuid)").total == 1)
        #expect(await site.send(.get, "assets/rooms/\(room.uuid)").total == 1)
        let rooms = await site.send(.get, "rooms")
        #expect(rooms.text("Items", 0, "LocationRoomId") == room.uuid.description)
        #expect(rooms.text("Items", 0, "LocationId") == school.uuid.description)
        #expect(rooms.total == 1)
    }

    @Test func statusTypesAreLabelsUnderIncidentIQsWords() async throws {
        let reply = await site.send(.get, "assets/status/types")
        let types = reply["Items"]?.array?.compactMap { $0.object } ?? []
        var ids: [String: String] = [:]
        for type in types { ids[try #require(type["Name"]?.text)] = type["AssetStatusTypeId"]?.text }
        #expect(types.count == 5)
        #expect(ids.keys.sorted() == ["Available", "Broken", "In Use", "Pending", "Retired"])
        let asset = try #require(try site.store.asset(tag: "A-1")).asset.uuid
        for name in ["Pending", "Broken", "Retired", "Available"] {
            let id = try #require(ids[name])
            let set = await site.send(.post, "assets/\(asset)/status/\(id)")
            #expect(set.text("Item", "Status", "Name") == name)
            #expect(set.text("Item", "StatusTypeId") == id)
            #expect(await site.filtered(#"{"Facet":"assetstatus","Id":"\#(id)"}"#).contains("A-1"))
            #expect(await site.filtered(#"{"Facet":"status","Name":"\#(name)"}"#).contains("A-1"))
        }
        let inUse = try #require(ids["In Use"])
        let refused = await site.send(.post, "assets/\(asset)/status/\(inUse)")
        #expect(refused.status == 400)
        #expect(refused.text("Errors", 0, "Field") == "StatusTypeId")
        let pending = try #require(ids["Pending"])
        _ = await site.send(.post, "assets/\(asset)/status/\(pending)")
        // Broken is the whole lifecycle, the label's own name only its own
        #expect(await site.filtered(#"{"Facet":"status","Name":"Broken"}"#) == ["A-1"])
        #expect(await site.filtered(#"{"Facet":"status","Name":"Out for Repair"}"#) == [])
    }

    @Test func sortsPagesCountsAndSearches() async throws {
        #expect(await site.tags("{}", "?$o=PurchasePrice%20desc") == ["A-3", "A-2", "A-1"])
        #expect(await site.tags("{}", "?$o=AssetTag&$d=Descending") == ["A-3", "A-2", "A-1"])
        #expect(await site.tags("{}", "?$s=2&$p=1") == ["A-3"])
        #expect(await site.tags(#"{"Paging":{"PageSize":1,"PageIndex":1}}"#) == ["A-2"])
        let beyond = await site.send(.post, "assets?$s=1000&$p=9223372036854775807", "{}")
        #expect(beyond.items == 0)
        #expect(beyond.total == 3)
        #expect(beyond.text("Paging", "PageIndex") == "9223372036854775807")
        for query in ["$s=0", "$s=x", "$p=-1", "$o=Colour", "$o=AssetTag%20sideways"] {
            #expect(await site.send(.post, "assets?\(query)", "{}").status == 400, "\(query)")
        }
        let count = await site.send(
            .post, "assets/count", #"{"Filters":[{"Facet":"assettype","Name":"Chromebook"}]}"#, access: .viewer)
        #expect(count.total == 2)
        #expect(count.items == 0)
        let search = await site.send(.post, "assets/search", #"{"Query":"ipad"}"#, access: .viewer)
        #expect(search.text("Items", 0, "AssetTag") == "A-3")
        let onlyTag = await site.send(.post, "assets/search", #"{"Query":"ipad","SearchAssetTag":true}"#)
        #expect(onlyTag.total == 0)
        #expect(await site.send(.get, "assets/assettag/search/-1%7C-3").total == 2)
        let asset = try #require(try site.store.asset(tag: "A-1"))
        let model = RowGUID.guid(.model, asset.asset.model?.rawValue ?? 0)
        let filter = await site.send(.get, "assets?$filter=(ModelId%20eq%20'\(model)')%20and%20AssetTag%20eq%20'A-1'")
        #expect(filter.total == 1)
        #expect(await site.send(.get, "assets?$filter=Colour%20eq%20'x'").status == 400)
    }
}
