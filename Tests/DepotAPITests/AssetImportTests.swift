import DepotAPI
import DepotModel
import Testing

@Suite struct AssetImportTests {
    private func complaint(_ header: [String], _ row: [String]? = nil) -> String? {
        do throws(DepotError) {
            let columns = try AssetImport(header: header)
            if let row { _ = try columns.request(row) }
            return nil
        } catch {
            return error.message
        }
    }

    @Test func importRows() throws {
        let columns = try AssetImport(header: ["asset_tag", " purchase_cost", "purchase_date", "custom.colour", "name"])
        let request = try columns.request([" IT-1 ", "1450.5", "2026-11-21", "red", ""])
        #expect(request.tag == "IT-1")
        #expect(request.purchaseCost == Money("1450.50"))
        #expect(request.purchaseDate == CalendarDate("2026-11-21"))
        #expect(request.custom == ["colour": "red"])
        #expect(request.name == nil)
    }

    @Test func importComplaints() {
        #expect(complaint(["serial"]) == "Line 1: the column “asset_tag” is missing.")
        #expect(complaint(["asset_tag", "asset_tag"]) == "Line 1: two columns “asset_tag”.")
        #expect(complaint(["asset_tag", "holder"]) == "Line 1: unknown column “holder”.")
        #expect(complaint(["asset_tag", "operation"]) == "Line 1: unknown column “operation”.")
        #expect(complaint(["asset_tag", "name"], ["a"]) == "1 field, the header has 2.")
        #expect(complaint(["asset_tag", "name"], [" ", "x"]) == "asset_tag is empty.")
        #expect(
            complaint(["asset_tag", "purchase_date"], ["a", "21.11.2026"])
                == "purchase_date: “21.11.2026” is not a day (YYYY-MM-DD).")
        #expect(
            complaint(["asset_tag", "purchase_cost"], ["a", "1,450"])
                == "purchase_cost: “1,450” is not an amount such as 1450.00.")
        #expect(
            complaint(["asset_tag", "warranty_months"], ["a", "1201"])
                == "warranty_months: “1201” is not a number of months from 0 to 1200.")
        #expect(complaint(["asset_tag", "status_id"], ["a", "0"]) == "status_id: “0” is not an id.")
    }
}
