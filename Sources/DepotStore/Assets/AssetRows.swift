import DepotModel
import FoundationEssentials
import TextFormats

/// The queries for an asset with the names behind its ids: one statement, in which every join is by row id.
enum AssetRows {
    private static let columns = """
        SELECT a.id, a.tenant_id, a.uuid, a.tag, a.serial, a.name, a.status_id, s.name, s.type,
            a.model_id, m.name, m.number, m.manufacturer_id, mf.name, m.category_id, c.name,
            a.holder_person_id, p.name, p.email, p.employee_number, p.deleted_at,
            a.holder_location_id, hl.name, hl.code, hl.deleted_at,
            a.holder_asset_id, ha.tag, ha.name, ha.deleted_at, ha.location_id,
            a.location_id, l.name, a.default_location_id, dl.name,
            a.purchase_date, a.purchase_cost, a.order_number, a.supplier_id, su.name, a.company_id, co.name,
            a.warranty_months, a.warranty_expiry, a.last_checkout, a.expected_checkin, a.last_checkin,
            a.last_audit, a.next_audit, a.checkout_count, a.checkin_count, a.notes, a.custom,
            a.created_at, a.updated_at, a.deleted_at, a.version, a.requestable, a.byod, a.end_of_life,
            l.uuid, dl.uuid, hl.uuid, p.uuid, p.username, p.location_id, p.attributes, a.blocked
        """
    private static let joins = """
        JOIN status_label s ON s.id = a.status_id
        LEFT JOIN model m ON m.id = a.model_id
        LEFT JOIN manufacturer mf ON mf.id = m.manufacturer_id
        LEFT JOIN category c ON c.id = m.category_id
        LEFT JOIN person p ON p.id = a.holder_person_id
        LEFT JOIN location hl ON hl.id = a.holder_location_id
        LEFT JOIN asset ha ON ha.id = a.holder_asset_id
        LEFT JOIN location l ON l.id = a.location_id
        LEFT JOIN location dl ON dl.id = a.default_location_id
        LEFT JOIN supplier su ON su.id = a.supplier_id
        LEFT JOIN company co ON co.id = a.company_id

        """
    /// Takes the tenant and the id.
    static let byID = Query(columns + " FROM asset a " + joins + "WHERE a.tenant_id = ? AND a.id = ?")
    /// Takes the tenant and the folded tag; deleted assets are excluded.
    static let byTag = Query(
        columns + " FROM asset a " + joins + "WHERE a.tenant_id = ? AND a.tag_key = ? AND a.deleted_at IS NULL")
    /// Takes the tenant and the folded serial number; deleted assets are excluded.
    static let bySerial = Query(
        columns + " FROM asset a " + joins
            + "WHERE a.tenant_id = ? AND a.serial_key = ? AND a.deleted_at IS NULL ORDER BY a.id")
    /// Takes the tenant and the identity.
    static let byUUID = Query(columns + " FROM asset a " + joins + "WHERE a.tenant_id = ? AND a.uuid = ?")

    /// Takes a JSON array of ids and the tenant; the rows are in the array's order.
    static let byIDs = Query(
        columns + " FROM json_each(?) AS page CROSS JOIN asset a ON a.id = page.value " + joins
            + "WHERE a.tenant_id = ?")

    /// Returns the assets with these ids in this order, as many as fit on a page; ids of other tenants are skipped.
    static func details(
        _ ids: [Int64], _ tenant: TenantID, _ connection: SQLConnection
    ) throws(SQLFailure) -> RowPage<AssetDetails> {
        guard !ids.isEmpty else { return RowPage(rows: [], isTruncated: false) }
        return try connection.page(byIDs, [.utf8(LedgerJSON.encode(ids)), .row(tenant)], details)
    }

    /// Returns the asset in a row of one of these queries.
    static func details(_ row: Row) -> AssetDetails {
        let status = StatusLabel(
            id: StatusLabelID(rawValue: row.int(6)), name: row.text(7),
            type: StatusType(rawValue: row.text(8)) ?? .undeployable)
        var asset = Asset(
            id: AssetID(rawValue: row.int(0)), tenant: TenantID(rawValue: row.int(1)), uuid: row.uniqueID(2),
            tag: row.text(3), status: status, createdAt: row.time(52))
        asset.serial = row.optionalText(4)
        asset.name = row.optionalText(5)
        let model = model(row)
        let holder = holder(row)
        let location = reference(row, 30, 31)
        let defaultLocation = reference(row, 32, 33)
        let supplier = reference(row, 37, 38)
        let company = reference(row, 39, 40)
        asset.model = model?.id
        asset.holder = holder?.holder
        asset.location = location.map { LocationID(rawValue: $0.id) }
        asset.defaultLocation = defaultLocation.map { LocationID(rawValue: $0.id) }
        asset.supplier = supplier.map { CatalogueID(rawValue: $0.id) }
        asset.company = company.map { CatalogueID(rawValue: $0.id) }
        asset.purchaseDate = row.date(34)
        asset.purchaseCost = row.optionalInt(35).map { Money(tenThousandths: $0) }
        asset.orderNumber = row.optionalText(36)
        asset.warrantyMonths = row.optionalInt(41).map { Int($0) }
        asset.warrantyExpiry = row.date(42)
        asset.lastCheckout = row.optionalTime(43)
        asset.expectedCheckin = row.date(44)
        asset.lastCheckin = row.optionalTime(45)
        asset.lastAudit = row.optionalTime(46)
        asset.nextAudit = row.date(47)
        asset.checkoutCount = Int(row.int(48))
        asset.checkinCount = Int(row.int(49))
        asset.notes = row.optionalText(50)
        asset.custom = row.isNull(51) ? [:] : decodeCustom(row.bytes(51))
        asset.updatedAt = row.time(53)
        asset.deletedAt = row.optionalTime(54)
        asset.version = row.int(55)
        asset.isRequestable = row.int(56) != 0
        asset.isBYOD = row.int(57) != 0
        asset.endOfLife = row.date(58)
        asset.blocked = row.optionalText(66)
        return AssetDetails(
            asset: asset, model: model, holder: holder, location: location, defaultLocation: defaultLocation,
            supplier: supplier, company: company, assignee: assignee(row),
            locationUUID: location == nil ? nil : row.uniqueID(59),
            defaultLocationUUID: defaultLocation == nil ? nil : row.uniqueID(60),
            holderLocationUUID: row.isNull(21) ? nil : row.uniqueID(61))
    }

    private static func assignee(_ row: Row) -> Assignee? {
        guard let id = row.optionalInt(16) else { return nil }
        let attributes = row.isNull(65) ? [:] : decodeCustom(row.bytes(65))
        return Assignee(
            id: PersonID(rawValue: id), uuid: row.uniqueID(62), name: row.text(17), username: row.optionalText(63),
            email: row.optionalText(18), employeeNumber: row.optionalText(19), firstName: attributes["first_name"],
            lastName: attributes["last_name"])
    }

    private static func model(_ row: Row) -> ModelReference? {
        guard let id = row.optionalInt(9) else { return nil }
        return ModelReference(
            id: CatalogueID(rawValue: id), name: row.text(10), number: row.optionalText(11),
            manufacturer: reference(row, 12, 13), category: reference(row, 14, 15))
    }

    private static func holder(_ row: Row) -> HolderDescription? {
        if let id = row.optionalInt(16) {
            return HolderDescription(
                holder: .person(PersonID(rawValue: id)), name: row.text(17),
                detail: row.optionalText(18) ?? row.optionalText(19), isDeleted: !row.isNull(20),
                location: row.optionalInt(64).map { LocationID(rawValue: $0) })
        }
        if let id = row.optionalInt(21) {
            let location = LocationID(rawValue: id)
            return HolderDescription(
                holder: .location(location), name: row.text(22), detail: row.optionalText(23),
                isDeleted: !row.isNull(24), location: location)
        }
        if let id = row.optionalInt(25) {
            return HolderDescription(
                holder: .asset(AssetID(rawValue: id)), name: row.text(26), detail: row.optionalText(27),
                isDeleted: !row.isNull(28), location: row.optionalInt(29).map { LocationID(rawValue: $0) })
        }
        return nil
    }

    private static func reference(_ row: Row, _ id: Int32, _ name: Int32) -> Reference? {
        row.optionalInt(id).map { Reference(id: $0, name: row.text(name)) }
    }
}

/// Returns the stored form of custom fields, a JSON object of strings, or null if there are none.
func encodeCustom(_ custom: [String: String]) -> SQLValue {
    custom.isEmpty ? .null : .utf8(LedgerJSON.encode(custom))
}

/// Returns the custom fields that ``encodeCustom(_:)`` stored.
func decodeCustom(_ json: [UInt8]) -> [String: String] {
    (try? JSONValue.strings(parsing: json)) ?? [:]
}

/// The queries for holders with their descriptions.
enum HolderRows {
    private static let person = Query(
        "SELECT name, email, employee_number, deleted_at, location_id FROM person WHERE tenant_id = ? AND id = ?")
    private static let location = Query("SELECT name, code, deleted_at FROM location WHERE tenant_id = ? AND id = ?")
    private static let asset = Query(
        "SELECT tag, name, deleted_at, location_id FROM asset WHERE tenant_id = ? AND id = ?")
    private static let chain = Query(
        """
        WITH RECURSIVE chain(id) AS (
            VALUES (?1) UNION
            SELECT holder_asset_id FROM asset JOIN chain USING (id) WHERE holder_asset_id IS NOT NULL
        )
        SELECT EXISTS (SELECT 1 FROM chain WHERE id = ?2)
        """)

    /// Returns the description of a holder, deleted or not, or nil if the tenant has no such holder.
    static func describe(
        _ holder: Holder, _ tenant: TenantID, _ connection: SQLConnection
    ) throws(SQLFailure) -> HolderDescription? {
        switch holder {
        case .person(let id):
            try connection.first(person, [.row(tenant), .row(id)]) { row in
                HolderDescription(
                    holder: holder, name: row.text(0), detail: row.optionalText(1) ?? row.optionalText(2),
                    isDeleted: !row.isNull(3), location: row.optionalInt(4).map { LocationID(rawValue: $0) })
            }
        case .location(let id):
            try connection.first(location, [.row(tenant), .row(id)]) { row in
                HolderDescription(
                    holder: holder, name: row.text(0), detail: row.optionalText(1), isDeleted: !row.isNull(2),
                    location: id)
            }
        case .asset(let id):
            try connection.first(asset, [.row(tenant), .row(id)]) { row in
                HolderDescription(
                    holder: holder, name: row.text(0), detail: row.optionalText(1), isDeleted: !row.isNull(2),
                    location: row.optionalInt(3).map { LocationID(rawValue: $0) })
            }
        case .other: nil
        }
    }

    /// Returns true if `holder` is `asset`, or is held by it directly or through others.
    static func isHeld(_ holder: Holder, by asset: AssetID, _ connection: SQLConnection) throws(SQLFailure) -> Bool {
        guard case .asset(let id) = holder else { return false }
        return try connection.first(chain, [.row(id), .row(asset)]) { $0.int(0) != 0 } ?? false
    }
}
