import DepotDialect
import DepotModel
import DepotStore
import HTTPTypes
import TextFormats

extension SnipeIT {
    /// The routes below `/hardware`, the most specific paths first.
    var hardwareRoutes: [DialectRoute] {
        readRoutes + dueRoutes
            + [
                .api(.post, "/hardware", .operator, handler: AssetWrites.create),
                .api(.post, "/hardware/audit", .operator, handler: Audits.auditByTag),
                .api(.post, "/hardware/checkinbytag", .operator, handler: Checkouts.checkinByTag),
                .api(.post, "/hardware/bytag/**", .operator, handler: Checkouts.byTag),
                .api(.post, "/hardware/:id/checkout", .operator, handler: Checkouts.checkout),
                .api(.post, "/hardware/:id/checkin", .operator, handler: Checkouts.checkin),
                .api(.post, "/hardware/:id/audit", .operator, handler: Audits.audit),
                .api(.post, "/hardware/:id/restore", .operator, handler: AssetWrites.restore),
                .api(.patch, "/hardware/:id", .operator, handler: AssetWrites.update),
                .api(.put, "/hardware/:id", .operator, handler: AssetWrites.update),
                .api(.delete, "/hardware/:id", .operator, handler: AssetWrites.delete),
            ]
    }

    private var readRoutes: [DialectRoute] {
        [
            .api(.get, "/hardware", .viewer) { try AssetList.answer($0, try await Sent($0)) },
            .api(.get, "/hardware/selectlist", .viewer, handler: SelectLists.assets),
            .api(.get, "/hardware/bytag/**", .viewer, handler: AssetList.byTag),
            .api(.get, "/hardware/byserial/**", .viewer, handler: AssetList.bySerial),
            .api(.get, "/hardware/:id", .viewer, handler: AssetList.byID),
            .api(.get, "/hardware/:id/licenses", .viewer, handler: AssetList.nothing),
            .api(.get, "/hardware/:id/files", .viewer, handler: AssetList.nothing),
            .api(.get, "/hardware/:id/assigned/accessories", .viewer, handler: AssetList.nothing),
            .api(.get, "/hardware/:id/assigned/assets", .viewer) { call in
                let asset = try AssetList.known(call)
                return try AssetList.answer(call, try await Sent(call), .row(.holderAsset, [asset.id.rawValue]))
            },
        ]
    }

    /// The routes of due assets: `audits`, also spelled `audit`, and `checkins`.
    private var dueRoutes: [DialectRoute] {
        let subjects: [(path: String, date: AssetDate)] = [
            ("audits", .nextAudit), ("audit", .nextAudit), ("checkins", .expectedCheckin),
        ]
        return subjects.flatMap { subject in
            Due.allCases.map { due in
                .api(.get, "/hardware/\(subject.path)/\(due.rawValue)", .viewer) { call in
                    try AssetList.answer(call, try await Sent(call), due.condition(on: subject.date, call.at.date))
                }
            }
        }
    }
}

/// The due days that are requested. There are no warnings before the day, so due means today.
private enum Due: String, CaseIterable, Sendable {
    case due, overdue
    case dueOrOverdue = "due-or-overdue"

    func condition(on date: AssetDate, _ today: CalendarDate) -> AssetPredicate {
        let first: CalendarDate?
        let last: CalendarDate
        switch self {
        case .due: (first, last) = (today, today)
        case .overdue: (first, last) = (nil, today.advanced(byDays: -1))
        case .dueOrOverdue: (first, last) = (nil, today)
        }
        guard date == .expectedCheckin else { return .auditDue(from: first, through: last) }
        return .expectedBack(from: first, through: last)
    }
}

/// The routes that read assets.
enum AssetList {
    /// Answers with `{total, rows}` of the assets that match the call's parameters and `base`.
    static func answer(_ call: Call, _ sent: Sent, _ base: AssetPredicate? = nil) throws -> Answer {
        let store = try call.store
        let found = try store.assets(try AssetFilters(sent, store).query(base))
        return try answer(call, found, withComponents: sent.isTrue("components"))
    }

    /// Answers with `{total, rows}` of the assets.
    static func answer(
        _ call: Call, _ found: (rows: [AssetDetails], total: Int, isTruncated: Bool), withComponents: Bool = false
    ) throws -> Answer {
        let rows = found.rows
        let context = try AssetContext(call, rows, withComponents: withComponents)
        var json = AssetBytes(objects: rows.count)
        json.number("{\"total\":", Int64(found.total))
        json.raw(",\"rows\":[")
        for (index, row) in rows.enumerated() {
            if index > 0 { json.raw(",") }
            context.write(row, to: &json)
        }
        json.raw("]}")
        var answer = answer(json, version: nil)
        answer.isTruncated = found.isTruncated
        return answer
    }

    /// Answers with an asset as a bare object.
    static func answer(_ call: Call, _ asset: AssetDetails) throws -> Answer {
        var json = AssetBytes(objects: 1)
        try AssetContext(call, [asset]).write(asset, to: &json)
        return answer(json, version: asset.asset.version)
    }

    private static func answer(_ json: AssetBytes, version: Int64?) -> Answer {
        var answer = Answer(headers: [.contentType: "application/json"], body: .bytes(json.bytes))
        answer.headers[.cacheControl] = Envelope.notStored
        answer.version = version
        return answer
    }

    /// Returns the asset that the path names, deleted or not. Throws `RequestError` “Asset not found”.
    static func known(_ call: Call) throws -> Asset {
        guard let id = call.id(as: AssetID.self), let details = try call.store.asset(id) else {
            throw RequestError.envelope("Asset not found")
        }
        return details.asset
    }

    static func byID(_ call: Call) throws -> Answer {
        guard let id = call.id(as: AssetID.self), let asset = try call.store.asset(id) else { throw missing }
        return try answer(call, asset)
    }

    static func byTag(_ call: Call) async throws -> Answer {
        let sent = try await Sent(call)
        let tag = trimmingWhiteSpace(call.parameter("**"))
        guard sent.text("deleted") == "true" else {
            guard let asset = try call.store.asset(tag: tag) else { throw missing }
            return try answer(call, asset)
        }
        var query = AssetQuery()
        query.deleted = .with
        query.predicate = .equals(.tag, tag)
        return try answer(call, sent, query)
    }

    static func bySerial(_ call: Call) async throws -> Answer {
        let sent = try await Sent(call)
        var query = AssetQuery()
        query.predicate = .equals(.serial, trimmingWhiteSpace(call.parameter("**")))
        if sent.text("deleted") == "true" { query.deleted = .with }
        return try answer(call, sent, query)
    }

    /// Answers with an empty list, for rows that assets never have here.
    static func nothing(_ call: Call) throws -> Answer {
        _ = try known(call)
        return Envelope.emptyList
    }

    /// Answers with a page of a query, without `total`, or with an error if nothing matches.
    private static func answer(_ call: Call, _ sent: Sent, _ query: AssetQuery) throws -> Answer {
        var query = query
        (query.limit, query.offset) = sent.page
        let found = try call.store.assets(query)
        guard found.total > 0 else { throw missing }
        return try answer(call, found)
    }

    static var missing: RequestError { .envelope("Asset does not exist.") }
}
