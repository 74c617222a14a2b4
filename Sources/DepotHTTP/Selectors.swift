import DepotAPI
import DepotDialect
import DepotModel
import DepotStore

/// Finds the entities that a request names. No match is `not_found`, several are `ambiguous`; nothing is guessed.
struct Finder {
    let store: TenantStore

    /// Returns the asset of a selector.
    func asset(_ selector: AssetSelector) throws -> AssetDetails {
        switch selector {
        case .id(let id):
            guard let asset = try store.asset(id) else { throw RequestError.notFound("asset", id) }
            return asset
        case .tag(let tag):
            guard let asset = try store.asset(tag: tag) else { throw RequestError.notFound("asset with the tag", tag) }
            return asset
        case .serial(let serial):
            let found = try store.assets(serial: serial)
            guard let asset = found.first else { throw RequestError.notFound("asset with the serial number", serial) }
            guard found.count == 1 else {
                throw ambiguous(
                    "\(found.count) assets have the serial number \(serial).", found.map { Entity.asset($0).match })
            }
            return asset
        }
    }

    /// Returns the asset's id with as few reads as possible.
    func assetID(_ selector: AssetSelector) throws -> AssetID {
        guard case .tag(let tag) = selector else { return try asset(selector).asset.id }
        guard let asset = try store.assetID(tag: tag) else { throw RequestError.notFound("asset with the tag", tag) }
        return asset
    }

    /// Returns the person, location or asset that is to be the new holder.
    func holder(_ selector: HolderSelector) throws -> Holder {
        switch selector {
        case .person(let id): return try existing(.person(id), "person", id)
        case .location(let id): return try existing(.location(id), "location", id)
        case .asset(let id): return try existing(.asset(id), "asset", id)
        case .assetTag(let tag): return .asset(try assetID(.tag(tag)))
        case .badge(let badge): return try one(try found([.badge], badge), "badge", badge)
        case .code(let code): return try one(try found([.locationCode], code), "location code", code)
        case .name(let name): return try one(try named(name, withEmail: false), "person or location called", name)
        case .who(let text):
            let keys: [LookupKey.Kind] = [.badge, .employeeNumber, .locationCode]
            return try one(
                try found(keys, text) + named(text, withEmail: true), "person or location", "“\(text)”",
                hint: "a badge, employee number, e-mail address or exact name of a person, or a location's code or name"
            )
        }
    }

    /// Returns the location with this code or exact name.
    func location(_ text: String) throws -> LocationID {
        let entities = try found([.locationCode], text) + locations(named: text)
        guard case .location(let id) = try one(entities, "location", "“\(text)”") else {
            throw RequestError.notFound("location", "“\(text)”")
        }
        return id
    }

    private func existing(_ holder: Holder, _ what: String, _ id: some CustomStringConvertible) throws -> Holder {
        guard try store.holder(holder) != nil else { throw RequestError.notFound(what, id) }
        return holder
    }

    private func found(_ kinds: [LookupKey.Kind], _ text: String) throws -> [Entity] {
        try store.find(kinds.map { LookupKey($0, text) }).flatMap(\.entities)
    }

    private func named(_ text: String, withEmail: Bool) throws -> [Entity] {
        let wanted = text.lowercased()
        let people = try store.people(search: text, limit: StationAPI.maximumLimit, offset: 0).rows.filter {
            $0.name.lowercased() == wanted || (withEmail && $0.email?.lowercased() == wanted)
        }
        return people.map(Entity.person) + (try locations(named: text))
    }

    private func locations(named text: String) throws -> [Entity] {
        let wanted = text.lowercased()
        return try store.locations(search: text, limit: StationAPI.maximumLimit, offset: 0).rows
            .filter { $0.name.lowercased() == wanted }.map(Entity.location)
    }

    private func one(
        _ entities: [Entity], _ what: String, _ which: String, hint: String? = nil
    ) throws -> Holder {
        var matches: [Match] = []
        for entity in entities where !matches.contains(entity.match) { matches.append(entity.match) }
        guard matches.count <= 1 else { throw ambiguous("\(which) matches \(matches.count) things.", matches) }
        switch entities.first {
        case .person(let person): return .person(person.id)
        case .location(let location): return .location(location.id)
        case .asset(let details): return .asset(details.asset.id)
        case nil:
            var error = RequestError.notFound(what, which)
            error.hint = hint
            throw error
        }
    }

    private func ambiguous(_ message: String, _ candidates: [Match]) -> RequestError {
        RequestError(.ambiguous(message, candidates), hint: "give its id instead")
    }
}
