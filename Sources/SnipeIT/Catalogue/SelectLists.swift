import DepotDialect
import DepotModel
import DepotStore
import TextFormats

/// The list for a select box of assets.
enum SelectLists {
    /// Answers with the assets whose label is not archived; with `assetStatusType=RTD`, those that are available.
    static func assets(_ call: Call) async throws -> Answer {
        let sent = try await Sent(call)
        let store = try call.store
        return try selectlistAnswer(sent) { page in
            var conditions: [AssetPredicate] = [.not(.statusType([.archived]))]
            if sent.text("assetStatusType") == "RTD" { conditions += [.statusType([.deployable]), .not(.isHeld)] }
            if let search = page.search { conditions.append(.phrase(search)) }
            var query = AssetQuery()
            query.predicate = .all(conditions)
            query.limit = page.limit
            query.offset = page.offset
            let found = try store.assets(query)
            let texts = found.rows.map { row in
                (id: row.asset.id.rawValue, text: displayName(row) + (row.assignee.map { " → \($0.name)" } ?? ""))
            }
            return (texts, found.total)
        }
    }
}
