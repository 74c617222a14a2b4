import DepotAPI
import DepotDialect
import DepotModel
import Foundation
import HTTPTypes
import NIOCore
import Testing
import TextFormats

@testable import DepotHTTP

/// What is written by hand is what the wire types encode.
@Suite struct StationJSONTests {
    private static var full: AssetDetails {
        let at = Timestamp(milliseconds: 1_705_312_200_123)
        var asset = Asset(
            id: AssetID(rawValue: 42), tenant: .standard, uuid: UniqueID(high: 1, low: 2), tag: "IT-\"42\"/é",
            status: StatusLabel(id: StatusLabelID(rawValue: 2), name: "Ready", type: .deployable), createdAt: at)
        asset.serial = "S"
        asset.name = "Line\nbreak"
        asset.holder = .location(LocationID(rawValue: 3))
        asset.purchaseDate = at.date
        asset.purchaseCost = Money("3499.1250")
        asset.orderNumber = "O"
        asset.warrantyMonths = 24
        asset.warrantyExpiry = at.date
        asset.endOfLife = at.date
        asset.isRequestable = true
        asset.lastCheckout = at
        asset.expectedCheckin = at.date
        asset.lastCheckin = at
        asset.lastAudit = at
        asset.nextAudit = at.date
        asset.checkoutCount = 3
        asset.notes = "N"
        asset.blocked = "being recalled"
        asset.custom = ["MAC": "a:b"]
        asset.deletedAt = at
        let reference = Reference(id: 7, name: "R")
        return AssetDetails(
            asset: asset,
            model: ModelReference(
                id: CatalogueID(rawValue: 1), name: "M", number: "N1", manufacturer: reference, category: reference),
            holder: HolderDescription(
                holder: .location(LocationID(rawValue: 3)), name: "Room", detail: "LOC:3", isDeleted: true,
                location: LocationID(rawValue: 3)),
            location: reference, defaultLocation: reference, supplier: reference, company: reference)
    }

    private static var bare: AssetDetails {
        let at = Timestamp(milliseconds: 0)
        let label = StatusLabel(id: StatusLabelID(rawValue: 1), name: "Pending", type: .pending)
        return AssetDetails(
            asset: Asset(
                id: AssetID(rawValue: 1), tenant: .standard, uuid: UniqueID(high: 1, low: 2), tag: "T", status: label,
                createdAt: at))
    }

    @Test func anAssetIsWrittenAsItsWireTypeEncodesIt() throws {
        for details in [Self.full, Self.bare] {
            var json = JSONWriter()
            json.value(details)
            let own = try JSONSerialization.jsonObject(with: Data(json.bytes)) as? NSDictionary
            let encoded = try JSONSerialization.jsonObject(with: try WireJSON.encode(details)) as? NSDictionary
            #expect(own != nil && own == encoded)
        }
    }

    @Test func aBucketFillsEvenly() throws {
        let limiter = RateLimiter()
        let start = NIODeadline.now()
        for left in (0..<60).reversed() { #expect(try limiter.take("a", limit: 60, at: start)?.remaining == left) }
        do throws(RequestError) {
            _ = try limiter.take("a", limit: 60, at: start)
            Issue.record("a request too many was let through")
        } catch {
            #expect(error.status == 429 && error.headers[.retryAfter] == "1")
        }
        #expect(try limiter.take("b", limit: 60, at: start)?.remaining == 59)
        #expect(try limiter.take("a", limit: 60, at: start + .seconds(2))?.remaining == 1)
        #expect(try limiter.take("a", limit: 60, at: start + .hours(1))?.remaining == 59)
        #expect(try limiter.take("c", limit: 0, at: start) == nil)
    }
}
