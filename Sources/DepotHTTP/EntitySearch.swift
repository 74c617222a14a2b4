import DepotAPI
import DepotEngine
import DepotModel
import DepotStore

/// Finds the assets, people and locations that a person at a screen means by a few characters.
struct EntitySearch {
    let store: TenantStore
    let configuration: DepotEngine.Configuration

    /// The number of rows of each kind among which the best are chosen.
    private static let candidates = 50

    private struct Candidate {
        var found: FindReply.Found
        /// The texts that must contain what is looked for.
        var texts: [String]
    }

    /// Returns the entities whose tag, name, serial number, badge or code contains the text, without case. Those with one
    /// that begins with it come first; otherwise assets come before people and people before locations.
    func matches(_ text: String, limit: Int) throws -> [FindReply.Found] {
        let wanted = text.split(whereSeparator: \.isWhitespace).joined(separator: " ").lowercased()
        let all = try assets(wanted) + people(wanted) + locations(wanted)
        let matching = all.filter { $0.texts.contains { $0.contains(wanted) } }
        let first = matching.filter { $0.texts.contains { $0.hasPrefix(wanted) } }
        let rest = matching.filter { !$0.texts.contains { $0.hasPrefix(wanted) } }
        return (first + rest).prefix(limit).map(\.found)
    }

    private func assets(_ text: String) throws -> [Candidate] {
        var query = AssetQuery()
        (query.search, query.limit, query.sort) = (text, Self.candidates, .tag)
        return try store.assets(query).rows.map { details in
            let match = Entity.asset(details).match
            return candidate(match, code: match.label, [match.label, match.detail, details.asset.serial])
        }
    }

    private func people(_ text: String) throws -> [Candidate] {
        try store.people(search: text, limit: Self.candidates).rows.map { person in
            candidate(
                Entity.person(person).match,
                code: person.badge.map { prefixed($0, configuration.badgePrefixes) },
                [person.name, person.badge, person.employeeNumber])
        }
    }

    private func locations(_ text: String) throws -> [Candidate] {
        try store.locations(search: text, limit: Self.candidates).rows.map { location in
            candidate(
                Entity.location(location).match,
                code: location.code.map { prefixed($0, configuration.locationPrefixes) },
                [location.name, location.code])
        }
    }

    private func candidate(_ match: Match, code: String?, _ texts: [String?]) -> Candidate {
        Candidate(
            found: FindReply.Found(
                kind: match.kind, id: match.id, label: match.label, detail: match.detail, code: code),
            texts: texts.compactMap { $0?.lowercased() })
    }
}
