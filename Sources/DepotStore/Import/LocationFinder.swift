import DepotModel
import Sheets

/// The search for the one location that a sheet means.
struct LocationFinder {
    private let connection: SQLConnection
    private let tenant: TenantID

    init(_ connection: SQLConnection, _ tenant: TenantID) {
        self.connection = connection
        self.tenant = tenant
    }

    /// Returns the locations, at most two, that a folded text means: `location:` and the id, else a code, else a name.
    func ids(_ key: String) throws(SQLFailure) -> [LocationID] {
        let values = [SQLValue.row(tenant), .text(key)]
        if key.hasPrefix("location:"), case .location(let id)? = Holder(key),
            try connection.first(LocationRows.byID, [.row(tenant), .row(id)], { $0.isNull(5) }) ?? false
        {
            return [id]
        }
        let coded = try connection.rows(LocationRows.byCode, values) { LocationRows.location($0).id }
        guard coded.isEmpty else { return coded }
        return try connection.rows(Self.byName, values) { LocationID(rawValue: $0.int(0)) }
    }

    /// Returns a text by which the location is found, preferably the name.
    func text(_ location: Location) -> String {
        let texts = [location.name, location.code].compactMap { $0 }
        let found = texts.first { text in (try? ids(foldedKey(text))) == [location.id] }
        return found ?? Holder.location(location.id).description
    }

    private static let byName = Query(
        "SELECT id FROM location WHERE tenant_id = ? AND name_key = ? AND deleted_at IS NULL ORDER BY id LIMIT 2")
}
