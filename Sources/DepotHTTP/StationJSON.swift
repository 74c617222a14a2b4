import DepotDialect
import DepotModel
import DepotStore
import HTTPTypes
import Hummingbird
import NIOCore
import TextFormats

// Assets and events are most of the output, and `JSONEncoder` takes ten times as long. A test compares the two.
extension JSONWriter {
    /// Writes an asset as `AssetDetails` encodes it.
    mutating func value(_ details: AssetDetails) {
        let asset = details.asset
        object { json in
            json.member("id", asset.id)
            json.member("tenant_id", asset.tenant)
            json.member("uuid", asset.uuid.description)
            json.member("asset_tag", asset.tag)
            json.member("serial", asset.serial)
            json.member("name", asset.name)
            json.write(details.model)
            json.object("status") { json in
                json.member("id", asset.status.id)
                json.member("name", asset.status.name)
                json.member("type", asset.status.type.rawValue)
            }
            json.member("lifecycle", asset.lifecycle.rawValue)
            json.write(details.holder)
            json.member("location", details.location)
            json.member("default_location", details.defaultLocation)
            json.member("purchase_date", asset.purchaseDate?.description)
            json.member("purchase_cost", asset.purchaseCost?.description)
            json.member("order_number", asset.orderNumber)
            json.member("supplier", details.supplier)
            json.member("company", details.company)
            json.member("warranty_months", asset.warrantyMonths.map { Int64($0) })
            json.member("warranty_expiry", asset.warrantyExpiry?.description)
            json.member("end_of_life", asset.endOfLife?.description)
            json.member("requestable", asset.isRequestable)
            json.member("byod", asset.isBYOD)
            json.member("last_checkout", asset.lastCheckout?.description)
            json.member("expected_checkin", asset.expectedCheckin?.description)
            json.member("last_checkin", asset.lastCheckin?.description)
            json.member("last_audit", asset.lastAudit?.description)
            json.member("next_audit", asset.nextAudit?.description)
            json.member("checkout_count", asset.checkoutCount)
            json.member("checkin_count", asset.checkinCount)
            json.member("notes", asset.notes)
            json.member("blocked", asset.blocked)
            json.object("custom") { json in
                for (name, value) in asset.custom {
                    json.key(escaping: name)
                    json.value(value)
                }
            }
            json.member("created_at", asset.createdAt.description)
            json.member("updated_at", asset.updatedAt.description)
            json.member("deleted_at", asset.deletedAt?.description)
            json.member("version", asset.version)
        }
    }

    /// Writes an event as the ledger stores it.
    mutating func value(_ event: LedgerEvent) { raw(LedgerJSON.encode(event)) }

    private mutating func write(_ model: ModelReference?) {
        guard let model else { return null("model") }
        object("model") { json in
            json.member("id", model.id)
            json.member("name", model.name)
            json.memberIfPresent("number", model.number)
            if let manufacturer = model.manufacturer { json.member("manufacturer", manufacturer) }
            if let category = model.category { json.member("category", category) }
        }
    }

    private mutating func write(_ holder: HolderDescription?) {
        guard let holder else { return null("holder") }
        object("holder") { json in
            json.member("holder", holder.holder.description)
            json.member("name", holder.name)
            json.memberIfPresent("detail", holder.detail)
            json.member("deleted", holder.isDeleted)
            if let location = holder.location { json.member("location_id", location) }
        }
    }

    private mutating func member(_ name: StaticString, _ reference: Reference?) {
        guard let reference else { return null(name) }
        object(name) { json in
            json.member("id", reference.id)
            json.member("name", reference.name)
        }
    }
}

/// Returns a response whose JSON the closure writes.
func reply(
    version: Int64? = nil, _ status: HTTPResponse.Status = .ok, _ write: (inout JSONWriter) -> Void
) -> Response {
    var json = JSONWriter(reserving: 2048)
    write(&json)
    var headers: HTTPFields = [.contentType: "application/json"]
    if let version { headers[.eTag] = "\"\(version)\"" }
    return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: json.bytes)))
}
