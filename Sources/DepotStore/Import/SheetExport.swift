public import DepotModel
public import Sheets

/// An export of a tenant's assets, people or locations as a sheet, whose import changes nothing.
public final class SheetExport {
    private let store: TenantStore
    private var people: [PersonID: String] = [:]
    private var locations: [LocationID: String] = [:]

    /// Creates an export.
    public init(_ store: TenantStore) { self.store = store }

    /// Passes on the parts of the sheet, one page at a time.
    ///
    /// People and locations are named so that an import finds them: by the name if one thing has it, else by another
    /// value, else by the id. A person who was deleted, and a location or asset that holds an asset, is left out.
    ///
    /// - Throws: `DepotError.Code.tooLarge` if assets have more custom fields than a sheet has columns.
    public func forEach(
        _ kind: SheetKind, _ format: SheetFormat, isGuarded: Bool, _ body: ([UInt8]) async throws -> Void
    ) async throws {
        let custom = kind == .assets ? try await customFields() : []
        let columns = kind.exported + custom.map { .custom($0) }
        var writer = SheetWriter(format, columns, isGuarded: isGuarded)
        writer.begin()
        switch kind {
        case .assets:
            try await store.walk(Self.everything, page: 1000) { rows in
                for details in rows {
                    let references = try references(details)
                    writer.row { details.text($0, references) }
                }
                try await body(writer.take())
            }
        case .people:
            try await pages({ try store.people($0) }) { rows in
                for person in rows {
                    let location = try text(person.location)
                    writer.row { person.text($0, location: location) }
                }
                try await body(writer.take())
            }
        case .locations:
            try await pages({ try store.locations($0) }) { rows in
                for location in rows {
                    let parent = try text(location.parent)
                    writer.row { location.text($0, parent: parent) }
                }
                try await body(writer.take())
            }
        }
        writer.end()
        try await body(writer.take())
    }

    private static var everything: AssetQuery {
        var query = AssetQuery()
        query.sort = .tag
        return query
    }

    /// The largest number of custom fields in a sheet.
    private static let mostCustomFields = 900

    /// Returns the names of all custom fields in order.
    private func customFields() async throws -> [String] {
        var names: Set<String> = []
        try await store.walk(Self.everything, page: 1000) { rows in
            for details in rows { names.formUnion(details.asset.custom.keys) }
            guard names.count <= Self.mostCustomFields else {
                throw DepotError(
                    .tooLarge, "The assets have more than \(Self.mostCustomFields) custom fields.",
                    hint: "A sheet has no room for so many columns.")
            }
        }
        return names.sorted()
    }

    private func pages<Row>(
        _ page: (RowQuery) throws -> (rows: [Row], total: Int, isTruncated: Bool), _ body: ([Row]) async throws -> Void
    ) async throws {
        var query = RowQuery()
        (query.sort, query.limit) = (.id, 1000)
        while true {
            let rows = try page(query).rows
            if rows.isEmpty { return }
            try await body(rows)
            query.offset += rows.count
        }
    }

    /// Returns the texts by which a sheet names an asset's person and locations.
    public func references(_ details: AssetDetails) throws -> SheetReferences {
        var person: String?
        if case .person(let id)? = details.asset.holder { person = try text(id) }
        return SheetReferences(
            assignee: person, location: try text(details.asset.location),
            defaultLocation: try text(details.asset.defaultLocation))
    }

    private func text(_ id: PersonID) throws -> String? {
        if let known = people[id] { return known }
        guard let person = try store.person(id), person.deletedAt == nil else { return nil }
        let text = try store.read { [store] (connection) throws(SQLFailure) in
            PersonFinder(connection, store.id).text(person)
        }
        people[id] = text
        return text
    }

    private func text(_ id: LocationID?) throws -> String? {
        guard let id else { return nil }
        if let known = locations[id] { return known }
        guard let location = try store.location(id), location.deletedAt == nil else { return nil }
        let text = try store.read { [store] (connection) throws(SQLFailure) in
            LocationFinder(connection, store.id).text(location)
        }
        locations[id] = text
        return text
    }
}
