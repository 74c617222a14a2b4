import DepotModel
import Sheets

/// The search for the one person whom a sheet means.
struct PersonFinder {
    private let connection: SQLConnection
    private let tenant: TenantID
    /// The people of earlier batches of a dry run, or nil outside an import.
    private let memory: ImportMemory?

    init(_ connection: SQLConnection, _ tenant: TenantID, _ memory: ImportMemory? = nil) {
        self.connection = connection
        self.tenant = tenant
        self.memory = memory
    }

    /// Makes a person again that an earlier batch of a dry run has made.
    typealias Remake = (_ made: (draft: PersonDraft, location: String?)) throws -> PersonID

    /// Returns the person, or nil if there is none.
    ///
    /// The employee number, username and e-mail address go first, then the text as a badge, username, employee number or
    /// e-mail address, then as a name. A person who is found by the text only must not have another employee number,
    /// username or address than the row says.
    ///
    /// - Throws: `Refusal.Code.ambiguousHolder` if several people are meant.
    func find(_ identity: PersonIdentity, remake: Remake) throws -> PersonID? {
        var found: Set<PersonID> = []
        for (kind, text) in [
            (Key.employee, identity.employeeNumber), (.username, identity.username), (.email, identity.email),
        ] {
            guard let text else { continue }
            for id in try ids(kind, text, remake) { found.insert(id) }
        }
        if found.isEmpty, let text = identity.text {
            let byText = try find(text, remake)
            if let byText, try contradicts(byText, identity) { return nil }
            return byText
        }
        guard found.count < 2 else { throw ambiguous(identity.description ?? "") }
        return found.first
    }

    /// Returns the person whom a text of any kind means, or nil.
    private func find(_ text: String, _ remake: Remake) throws -> PersonID? {
        let tidied = SheetText.tidied(text)
        if tidied.lowercased().hasPrefix("person:"), case .person(let id)? = Holder(tidied.lowercased()),
            let person = try connection.first(PersonRows.byID, [.row(tenant), .row(id)], PersonRows.person),
            person.deletedAt == nil
        {
            return id
        }
        let byKey = Set(try [Key.badge, .username, .employee, .email].flatMap { try ids($0, text, remake) })
        let names = [text, Self.turned(tidied)].compactMap { $0 }
        guard byKey.count < 2 else { throw ambiguous(tidied) }
        if let id = byKey.first { return id }
        for name in names {
            let found = try ids(.name, name, remake)
            guard found.count < 2 else { throw ambiguous(tidied) }
            if let id = found.first { return id }
        }
        return nil
    }

    /// Returns `First Last` for `Last, First`, or nil for another text.
    static func turned(_ name: String) -> String? {
        let parts = name.split(separator: ",", omittingEmptySubsequences: false).map { SheetText.tidied(String($0)) }
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else { return nil }
        return parts[1] + " " + parts[0]
    }

    /// The columns by which people are found.
    enum Key: String, CaseIterable {
        case badge, username, employee, email, name

        fileprivate var query: Query {
            switch self {
            case .badge: PersonFinder.byBadge
            case .username: PersonFinder.byUsername
            case .employee: PersonFinder.byEmployee
            case .email: PersonFinder.byEmail
            case .name: PersonFinder.byName
            }
        }

        /// Returns the key under which a person of a dry run is kept.
        func key(_ text: String) -> String { rawValue + " " + foldedKey(SheetText.tidied(text)) }
    }

    /// Returns the keys under which a person of a dry run is kept.
    static func keys(_ draft: PersonDraft) -> [String] {
        [
            (Key.badge, draft.badge), (.username, draft.username), (.employee, draft.employeeNumber),
            (.email, draft.email), (.name, draft.name),
        ].compactMap { key, text in text.map(key.key) }
    }

    /// Returns the people, at most two, who have the text in that column.
    func ids(_ kind: Key, _ text: String, _ remake: Remake) throws -> [PersonID] {
        let (raw, tidied) = (foldedKey(text), foldedKey(SheetText.tidied(text)))
        for key in raw == tidied ? [raw] : [raw, tidied] where !key.isEmpty {
            let found = try connection.rows(kind.query, [.row(tenant), .text(key)]) {
                PersonID(rawValue: $0.int(0))
            }
            if !found.isEmpty { return found }
        }
        return try memory?.person(kind.key(text)).map { [try remake($0)] } ?? []
    }

    private func contradicts(_ id: PersonID, _ identity: PersonIdentity) throws -> Bool {
        guard identity.email != nil || identity.username != nil || identity.employeeNumber != nil,
            let person = try connection.first(PersonRows.byID, [.row(tenant), .row(id)], PersonRows.person)
        else { return false }
        // None of the row's values was found, so that a value of the person is another one.
        return identity.email != nil && person.email != nil || identity.username != nil && person.username != nil
            || identity.employeeNumber != nil && person.employeeNumber != nil
    }

    private func ambiguous(_ text: String) -> Refusal {
        Refusal(
            .ambiguousHolder, "There are several people called “\(text)”; name one by e-mail address, badge or number.",
            facts: ["holder_name": text])
    }

    /// Returns a text by which the person is found, preferably the name.
    func text(_ person: Person) -> String {
        let texts = [person.name, person.email, person.username, person.employeeNumber, person.badge].compactMap { $0 }
        let found = texts.first { text in (try? find(PersonIdentity(text)) { _ in person.id }) == person.id }
        return found ?? Holder.person(person.id).description
    }

    private static let live = "SELECT id FROM person WHERE tenant_id = ?1 AND deleted_at IS NULL AND"
    private static let byBadge = Query("\(live) badge_key = ?2 LIMIT 2")
    private static let byUsername = Query("\(live) username_key = ?2 LIMIT 2")
    private static let byEmployee = Query("\(live) employee_key = ?2 LIMIT 2")
    private static let byEmail = Query("\(live) email_key = ?2 LIMIT 2")
    private static let byName = Query("\(live) name_key = ?2 LIMIT 2")
}
