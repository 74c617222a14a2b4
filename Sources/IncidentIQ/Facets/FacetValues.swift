import DepotDialect
import DepotModel
import DepotStore
import TextFormats

/// Translates one filter into a condition.
struct FacetValues {
    let reader: FacetReader
    let filter: FacetFilter

    /// The value that is compared: a row by its GUID, or a text.
    private enum Candidate {
        case guid(UniqueID)
        case text(String)
    }

    func condition(_ facet: Facet) throws(RequestError) -> AssetPredicate {
        switch facet {
        case .whole(let field): return any(try texts(), { .equals(field, $0) })
        case .part(let field): return any(try texts(), { .contains(field, $0) })
        case .words: return any(try texts(), { .words($0) })
        case .date(let date): return try each { (text) throws(RequestError) in try dates(date, text) }
        case .price: return try each { (text) throws(RequestError) in try prices(text) }
        case .never: return try yesNo() ? .any([]) : .all([])
        case .custom(let part): return try custom(part)
        case .row(let relation, let table, let guids):
            if filter.isUnassigned { return .missing(relation) }
            return .row(relation, try rows(table, guids))
        case .asset: return .row(.asset, try assets())
        case .status: return try status()
        case .place(let within):
            if filter.isUnassigned { return .missing(.location) }
            return .row(.location, try places(within: within))
        case .holder:
            if filter.isUnassigned { return .not(.isHeld) }
            return try holders()
        }
    }

    // MARK: Values

    /// Returns the texts of `Values` or `Value`, or else of `Name`.
    private func texts() throws(RequestError) -> [String] {
        if !filter.values.isEmpty { return filter.values }
        if let name = filter.name { return [name] }
        throw .invalid(filter.place, "The facet “\(filter.facet)” needs a Value.")
    }

    /// Returns the candidates of `Id`, or else of `Values` or `Value`, or else of `Name`.
    private func candidates() throws(RequestError) -> [Candidate] {
        if let id = filter.id { return [.guid(id)] }
        guard !filter.values.isEmpty || filter.name != nil else {
            throw .invalid(filter.place, "The facet “\(filter.facet)” needs an Id, a Value or a Name.")
        }
        return try texts().map { text in GUID.parse(text).map { .guid($0) } ?? .text(text) }
    }

    private func any(_ texts: [String], _ condition: (String) -> AssetPredicate) -> AssetPredicate {
        texts.count == 1 ? condition(texts[0]) : .any(texts.map(condition))
    }

    private func each(_ condition: (String) throws(RequestError) -> AssetPredicate) throws(RequestError)
        -> AssetPredicate
    {
        let all = try texts().map { (text) throws(RequestError) in try condition(text) }
        return all.count == 1 ? all[0] : .any(all)
    }

    private func dates(_ date: AssetDate, _ text: String) throws(RequestError) -> AssetPredicate {
        guard let range = DateGrammar.range(text.trimmed, today: reader.today) else {
            throw .invalid(
                filter.place + ".Value", "“\(text.prefix(40))” is no date filter such as date>=05/30/2026.")
        }
        if let from = range.from, let through = range.through, from > through { return .any([]) }
        return .date(date, from: range.from, through: range.through)
    }

    private func prices(_ text: String) throws(RequestError) -> AssetPredicate {
        guard let range = DateGrammar.amounts(text.trimmed) else {
            throw .invalid(
                filter.place + ".Value", "“\(text.prefix(40))” is no number filter such as numoperator:lessthan:100.")
        }
        return .cost(from: range.from, through: range.through)
    }

    private func yesNo() throws(RequestError) -> Bool {
        guard let text = try texts().first, let flag = JSONValue.string(text).flag else {
            throw .invalid(filter.place + ".Value", "The facet “\(filter.facet)” must be yes or no.")
        }
        return flag
    }

    // MARK: References

    private func rows(_ table: Catalogue, _ guids: RowGUID.Table) throws(RequestError) -> [Int64] {
        var rows: [Int64] = []
        for candidate in try candidates() {
            switch candidate {
            case .guid(let guid): if let row = RowGUID.row(guid, guids) { rows.append(row) }
            case .text(let text):
                var query = RowQuery()
                query.name = text
                query.limit = 1000
                rows += try found { () throws(DepotError) in
                    try reader.store.entries(table, query) { $0.id.rawValue }
                }
            }
        }
        return rows
    }

    private func assets() throws(RequestError) -> [Int64] {
        var rows: [Int64] = []
        for candidate in try candidates() {
            let asset = try found { () throws(DepotError) in
                switch candidate {
                case .guid(let guid): try reader.store.asset(uuid: guid)
                case .text(let text): try reader.store.asset(tag: text)
                }
            }
            if let asset { rows.append(asset.asset.id.rawValue) }
        }
        return rows
    }

    private func status() throws(RequestError) -> AssetPredicate {
        let candidates = try candidates()
        let types: StatusTypes
        do { types = try StatusTypes(reader.store) } catch { throw RequestError(catching: error) }
        let any = candidates.compactMap { candidate in
            switch candidate {
            case .guid(let guid): types.predicate(guid)
            case .text(let text): types.predicate(named: text)
            }
        }
        return any.count == 1 ? any[0] : .any(any)
    }

    /// Returns the row numbers of locations, and of those within them if `within` is true.
    private func places(within: Bool) throws(RequestError) -> [Int64] {
        var places: [Location] = []
        for candidate in try candidates() {
            places += try found { () throws(DepotError) in
                switch candidate {
                case .guid(let guid): return try reader.store.location(uuid: guid).map { [$0] } ?? []
                case .text(let text):
                    var query = RowQuery()
                    query.name = text
                    query.limit = 1000
                    return try reader.store.locations(query).rows
                }
            }
        }
        let ids = places.map(\.id)
        return try found { () throws(DepotError) in
            within ? try Places.within(ids, reader.store) : ids
        }.map(\.rawValue)
    }

    private func holders() throws(RequestError) -> AssetPredicate {
        var people: [Int64] = []
        var places: [Int64] = []
        let store = reader.store
        for candidate in try candidates() {
            try found { () throws(DepotError) in
                switch candidate {
                case .guid(let guid):
                    if let person = try store.person(uuid: guid) { people.append(person.id.rawValue) }
                    if let place = try store.location(uuid: guid) { places.append(place.id.rawValue) }
                case .text(let text):
                    var query = RowQuery()
                    query.name = text
                    query.limit = 1000
                    people += try store.people(query).rows.map(\.id.rawValue)
                    if let person = try store.person(email: text) { people.append(person.id.rawValue) }
                    if let person = try store.person(username: text) { people.append(person.id.rawValue) }
                    places += try store.locations(query).rows.map(\.id.rawValue)
                }
            }
        }
        return .any([.row(.holderPerson, people), .row(.holderLocation, places)])
    }

    // MARK: Custom fields

    /// Returns the condition on a custom field.
    ///
    /// `CustomFieldTypeId` or else `Name` names the field. The value is in `Value` or `Values`, or in `Name` if the field
    /// is given by GUID.
    private func custom(_ part: Bool) throws(RequestError) -> AssetPredicate {
        let fields: CustomFields
        do { fields = try CustomFields(reader.store) } catch { throw RequestError(catching: error) }
        let key: String
        let values: [String]
        if let guid = filter.customField {
            guard let field = fields.field(guid) else {
                throw .invalid(filter.place + ".CustomFieldTypeId", "There is no custom field \(guid).")
            }
            key = CustomFields.key(of: field)
            values = try texts()
        } else {
            guard let name = filter.name else {
                throw .invalid(filter.place + ".CustomFieldTypeId", "A custom field needs its CustomFieldTypeId.")
            }
            guard let field = fields.field(named: name) else {
                throw .invalid(filter.place + ".Name", "There is no custom field “\(name.prefix(60))”.")
            }
            key = CustomFields.key(of: field)
            values = filter.values
        }
        guard !values.isEmpty else { throw .invalid(filter.place + ".Value", "A custom field needs a Value.") }
        return any(values) { part ? .customContains(key, $0) : .custom(key, equals: $0) }
    }

    private func found<Found>(_ body: () throws(DepotError) -> Found) throws(RequestError) -> Found {
        do throws(DepotError) { return try body() } catch { throw .failed(error) }
    }
}

/// The hierarchy of locations.
enum Places {
    private static let most = 10_000

    /// Returns the locations and all that are part of them, at most 10,000.
    static func within(_ ids: [LocationID], _ store: TenantStore) throws(DepotError) -> [LocationID] {
        var found = ids
        var seen = Set(ids)
        var next = 0
        while next < found.count {
            var query = RowQuery()
            query.parent = found[next]
            query.limit = 1000
            while found.count < most {
                let parts = try store.locations(query).rows
                for part in parts where seen.insert(part.id).inserted { found.append(part.id) }
                guard !parts.isEmpty else { break }
                query.offset += parts.count
            }
            next += 1
        }
        return found
    }
}
