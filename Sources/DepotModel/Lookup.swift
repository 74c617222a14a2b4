/// One way to find a thing: what kind of key, and its value. The store answers each with one indexed lookup.
public struct LookupKey: Hashable, Sendable {
    /// What the value is compared with.
    public enum Kind: String, Sendable, CaseIterable {
        /// An asset's tag, without case.
        case tag
        /// An asset's serial number, without case.
        case serial
        /// An asset's, person's or location's UUID.
        case uuid
        /// An asset's row id, as in Snipe-IT's and ATech's label URLs.
        case assetID = "asset_id"
        /// A location's row id, as in Snipe-IT's label URLs.
        case locationID = "location_id"
        /// The code on a person's badge, without case.
        case badge
        /// A person's staff number, without case.
        case employeeNumber = "employee_number"
        /// The code on a location's label, without case.
        case locationCode = "location_code"
    }

    public var kind: Kind
    public var value: String
    /// Whether the value is the code as scanned, or taken out of it by a rule that may be wrong (a stripped prefix, a
    /// GS1 key guessed without its AIM identifier). A derived match never beats an exact one.
    public var isDerived: Bool

    /// The key.
    public init(_ kind: Kind, _ value: String, isDerived: Bool = false) {
        self.kind = kind
        self.value = value
        self.isDerived = isDerived
    }
}

/// Something a code can stand for.
public enum Thing: Hashable, Sendable {
    case asset(AssetDetails)
    case person(Person)
    case location(Location)

    /// As it is named in a list of candidates.
    public var match: Match {
        switch self {
        case .asset(let details):
            Match(
                kind: "asset", id: details.asset.id.rawValue, label: details.asset.tag,
                detail: details.asset.name ?? details.model?.name)
        case .person(let person):
            Match(kind: "person", id: person.id.rawValue, label: person.name, detail: person.employeeNumber)
        case .location(let location):
            Match(kind: "location", id: location.id.rawValue, label: location.name, detail: location.code)
        }
    }
}

/// A candidate, short enough for a line on the screen.
public struct Match: Hashable, Sendable, Codable {
    /// `asset`, `person` or `location`.
    public var kind: String
    public var id: Int64
    /// An asset's tag; a person's or location's name.
    public var label: String
    public var detail: String?

    /// The candidate.
    public init(kind: String, id: Int64, label: String, detail: String?) {
        self.kind = kind
        self.id = id
        self.label = label
        self.detail = detail
    }
}

/// What the keys of one code lead to.
public enum Resolution: Hashable, Sendable {
    /// Exactly one thing, and the key that found it.
    case one(Thing, by: LookupKey)
    /// Several things; nothing is guessed.
    case several([Thing])
    /// Nothing.
    case nothing

    /// Weighs what each key found: exact matches beat derived ones; what is left must be one thing.
    ///
    /// - Parameter found: the keys in their order with what the store has for each.
    public init(found: [(key: LookupKey, things: [Thing])]) {
        let exact = found.filter { !$0.key.isDerived && !$0.things.isEmpty }
        let relevant = exact.isEmpty ? found.filter { !$0.things.isEmpty } : exact
        var distinct: [Thing] = []
        for thing in relevant.flatMap(\.things) where !distinct.contains(where: { $0.match == thing.match }) {
            distinct.append(thing)
        }
        if distinct.count == 1, let key = relevant.first?.key {
            self = .one(distinct[0], by: key)
        } else {
            self = distinct.isEmpty ? .nothing : .several(distinct)
        }
    }
}

/// What a code is, and why: every candidate reading with what it found (`depotctl resolve`).
public struct ResolutionReport: Hashable, Sendable, Codable {
    /// One reading of the code.
    public struct Step: Hashable, Sendable, Codable {
        /// The rule that made the reading, in a few words (`asset tag as scanned`).
        public var rule: String
        /// What was looked up (``LookupKey/Kind``), or `command`.
        public var kind: String
        public var value: String
        public var isDerived: Bool
        public var found: [Match]

        /// The step.
        public init(rule: String, kind: String, value: String, isDerived: Bool, found: [Match]) {
            self.rule = rule
            self.kind = kind
            self.value = value
            self.isDerived = isDerived
            self.found = found
        }

        enum CodingKeys: String, CodingKey {
            case rule, kind, value, found
            case isDerived = "derived"
        }
    }

    /// The code as text; control characters escaped as `\u{1d}`.
    public var code: String
    public var steps: [Step]
    /// `asset`, `person`, `location`, `command`, `several`, `nothing`, or a ``ScanOutcome`` that rejects it.
    public var result: String
    /// The one thing, or the several.
    public var candidates: [Match]
    /// One sentence for a person.
    public var message: String

    /// The report.
    public init(code: String, steps: [Step], result: String, candidates: [Match], message: String) {
        self.code = code
        self.steps = steps
        self.result = result
        self.candidates = candidates
        self.message = message
    }
}
