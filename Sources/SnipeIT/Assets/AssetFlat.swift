import DepotDialect
import DepotModel
import TextFormats

/// The flat object in the answer to a write: the raw columns of the table.
///
/// Clients compare `payload[k]` with the value that they sent for `k`, so sent values are unchanged. Ids are always numbers.
struct AssetFlat {
    let details: AssetDetails
    let columns: [CustomColumn]
    /// The accepted values as sent.
    let sent: Sent

    private static let ids: Set<String> = [
        "model_id", "status_id", "company_id", "location_id", "rtd_location_id", "supplier_id",
        "assigned_user", "assigned_asset", "assigned_location",
    ]

    func write(to json: inout JSONWriter) {
        let asset = details.asset
        json.object { json in
            json.member("id", asset.id)
            text("name", asset.name, &json)
            text("asset_tag", asset.tag, &json)
            number("model_id", asset.model?.rawValue, &json)
            text("serial", asset.serial, &json)
            number("status_id", asset.status.id.rawValue, &json)
            number("company_id", asset.company?.rawValue, &json)
            number("location_id", asset.location?.rawValue, &json)
            number("rtd_location_id", asset.defaultLocation?.rawValue, &json)
            number("supplier_id", asset.supplier?.rawValue, &json)
            text("order_number", asset.orderNumber, &json)
            text("notes", asset.notes, &json)
            text("purchase_date", asset.purchaseDate.map { "\($0)T00:00:00.000000Z" }, &json)
            text("purchase_cost", asset.purchaseCost?.description, &json)
            number("warranty_months", asset.warrantyMonths.map(Int64.init), &json)
            number("requestable", asset.isRequestable ? 1 : 0, &json)
            number("byod", asset.isBYOD ? 1 : 0, &json)
            writeHolder(asset, &json)
            json.null("created_by")
            json.member("last_checkout", asset.lastCheckout.map(plainTime))
            json.member("last_checkin", asset.lastCheckin.map(plainTime))
            text("expected_checkin", asset.expectedCheckin?.description, &json)
            text("last_audit_date", asset.lastAudit.map(plainTime), &json)
            text("next_audit_date", asset.nextAudit?.description, &json)
            text("asset_eol_date", asset.endOfLife?.description, &json)
            json.member("eol_explicit", asset.endOfLife != nil)
            json.member("checkin_counter", asset.checkinCount)
            json.member("checkout_counter", asset.checkoutCount)
            json.member("requests_counter", 0)
            for column in columns { text(column.column, asset.custom[column.key], &json) }
            json.member("created_at", microsecondTime(asset.createdAt))
            json.member("updated_at", microsecondTime(asset.updatedAt))
            json.member("deleted_at", asset.deletedAt.map(microsecondTime))
            writeModel(&json)
        }
    }

    private func writeHolder(_ asset: Asset, _ json: inout JSONWriter) {
        let id: Int64?
        let type: String?
        switch asset.holder {
        case .person(let person): (id, type) = (person.rawValue, "App\\Models\\User")
        case .location(let location): (id, type) = (location.rawValue, "App\\Models\\Location")
        case .asset(let holder): (id, type) = (holder.rawValue, "App\\Models\\Asset")
        case .other, nil: (id, type) = (nil, nil)
        }
        json.member("assigned_to", id)
        json.member("assigned_type", type)
        for key in ["assigned_user", "assigned_asset", "assigned_location"] where sent.has(key) {
            number(key, nil, &json)
        }
    }

    private func writeModel(_ json: inout JSONWriter) {
        json.key("model")
        guard let model = details.model else { return json.null() }
        json.object { json in
            json.member("id", model.id)
            json.member("name", model.name)
            json.member("model_number", model.number)
            json.member("manufacturer_id", model.manufacturer?.id)
            json.member("category_id", model.category?.id)
        }
    }

    private func text(_ key: String, _ text: String?, _ json: inout JSONWriter) {
        json.key(escaping: key)
        if let value = sent[key] { json.value(value) } else { json.value(text) }
    }

    private func number(_ key: String, _ number: Int64?, _ json: inout JSONWriter) {
        json.key(escaping: key)
        if let value = sent[key] {
            if Self.ids.contains(key), let id = value.integer { json.value(id) } else { json.value(value) }
        } else if let number {
            json.value(number)
        } else {
            json.null()
        }
    }
}
