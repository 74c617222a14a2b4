import DepotDialect
import DepotModel
import DepotStore
import TextFormats

/// The routes of checkouts and checkins.
enum Checkouts {
    static func checkout(_ call: Call) async throws -> Answer {
        try await checkout(call, try await Sent(call)) { sent in
            guard let id = call.id(as: AssetID.self) else { return nil }
            return try call.store.asset(id)
        }
    }

    static func checkin(_ call: Call) async throws -> Answer {
        guard let id = call.id(as: AssetID.self), let asset = try call.store.asset(id) else {
            throw RequestError.envelope("Asset not found")
        }
        return try await checkin(call, try await Sent(call), asset)
    }

    /// `bytag/TAG/checkout`, `…/checkin`, `…/audit`; the tag may hold slashes.
    static func byTag(_ call: Call) async throws -> Answer {
        let rest = call.parameter("**")
        guard let slash = rest.lastIndex(of: "/") else { throw RequestError.noRoute }
        let tag = trimmingWhiteSpace(String(rest[..<slash]))
        let sent = try await Sent(call)
        switch rest[rest.index(after: slash)...] {
        case "checkout": return try await checkout(call, sent) { _ in try call.store.asset(tag: tag) }
        case "checkin": return try await checkin(call, sent, tag: tag)
        case "audit":
            guard let asset = try call.store.asset(tag: tag) else { throw AssetList.missing }
            return try await Audits.audit(call, sent, asset)
        default: throw RequestError.noRoute
        }
    }

    static func checkinByTag(_ call: Call) async throws -> Answer {
        let sent = try await Sent(call)
        guard let tag = sent.text("asset_tag") else {
            throw RequestError.invalid("asset_tag", "The asset tag field is required.")
        }
        return try await checkin(call, sent, tag: tag)
    }

    // MARK: Checkout

    private static func checkout(
        _ call: Call, _ sent: Sent, _ find: (Sent) throws -> AssetDetails?
    ) async throws -> Answer {
        let form = CheckoutForm(sent, try call.store.statusLabels())
        guard form.problems.isEmpty else { throw RequestError.invalid(form.problems) }
        guard let asset = try find(sent)?.asset, asset.deletedAt == nil else {
            throw RequestError.envelope("Asset not found")
        }
        let expected = call.expectedVersion
        do {
            let details = try await call.change { inventory in
                let applied = try inventory.apply(
                    .checkout(to: form.kind.holder(form.target ?? 0), expectedCheckin: form.expectedCheckin),
                    to: asset.id, note: form.note, effectiveAt: form.at, version: expected)
                guard !form.edits.isEmpty else { return applied.asset }
                return try inventory.apply(.edit(form.edits), to: asset.id, step: "edit").asset
            }
            return Envelope.success("Asset checked out successfully.", version: details?.asset.version) { json in
                json.object { $0.escaped("asset", asset.tag) }
            }
        } catch CommitFailure.refused(let refusal) {
            throw failure(refusal, asset, form)
        }
    }

    private static func failure(_ refusal: Refusal, _ asset: Asset, _ form: CheckoutForm) -> any Error {
        switch refusal.code {
        case .alreadyDeployed, .sameHolder, .inMaintenance, .retired:
            return RequestError.envelope("That asset is not available for checkout!") { json in
                json.object { $0.escaped("asset", asset.tag) }
            }
        case .unknownHolder, .holderDeleted, .holderIsItself:
            let message =
                "Checkout target for asset \(Markup.escaped(asset.tag)) is invalid - \(form.kind.rawValue) does not exist."
            return RequestError.envelope(message) { json in
                json.object { json in
                    json.object("asset") { json in
                        json.member("id", asset.id)
                        json.escaped("asset_tag", asset.tag)
                    }
                    json.member("target_id", form.target)
                    json.member("target_type", form.kind.rawValue)
                }
            }
        default: return refusal
        }
    }

    // MARK: Checkin

    private static func checkin(_ call: Call, _ sent: Sent, tag: String) async throws -> Answer {
        guard let asset = try call.store.asset(tag: tag) else {
            throw RequestError.envelope("Asset with tag \(Markup.escaped(tag)) not found") { json in
                json.object { $0.escaped("asset", tag) }
            }
        }
        return try await checkin(call, sent, asset)
    }

    private static func checkin(_ call: Call, _ sent: Sent, _ found: AssetDetails) async throws -> Answer {
        let asset = found.asset
        guard asset.deletedAt == nil else { throw RequestError.envelope("Asset not found") }
        var problems: [RequestError.FieldError] = []
        let location = rowID(sent, "location_id", &problems)
        var edits = edits(sent, &problems)
        let at = time(sent, "checkin_at", timeOfDay: call.at, &problems)
        guard problems.isEmpty else { throw RequestError.invalid(problems) }
        if let location, sent.isTrue("update_default_location") {
            edits[AssetField.defaultLocation.rawValue] = .some(String(location))
        }
        let note = sent.text("note")
        let (expected, further) = (call.expectedVersion, edits)
        do {
            let details = try await call.change { inventory in
                let applied = try inventory.apply(
                    .checkin(location: location.map { LocationID(rawValue: $0) }), to: asset.id, note: note,
                    effectiveAt: at, version: expected)
                guard !further.isEmpty else { return applied.asset }
                return try inventory.apply(.edit(further), to: asset.id, step: "edit").asset
            }
            return Envelope.success("Asset checked in successfully.", version: details?.asset.version) { json in
                writeCheckin(found, &json)
            }
        } catch CommitFailure.refused(let refusal) where refusal.code == .notDeployed {
            throw RequestError.envelope("That asset is already checked in.") { writeCheckin(found, &$0) }
        }
    }

    private static func writeCheckin(_ details: AssetDetails, _ json: inout JSONWriter) {
        json.object { json in
            json.escaped("asset_tag", details.asset.tag)
            json.escaped("model", details.model?.name)
            json.escaped("model_number", details.model?.number)
        }
    }

    // MARK: Fields

    /// Returns the id under a key, or 0, which no row has, for anything else.
    static func rowID(_ sent: Sent, _ key: String, _ problems: inout [RequestError.FieldError]) -> Int64? {
        guard let value = sent.filled(key) else { return nil }
        guard let id = value.integer, id > 0 else {
            problems.append(.init(key, "The selected \(AssetForm.words(key)) is invalid."))
            return nil
        }
        return id
    }

    /// Returns the time under a key. A bare day has the time of day of `timeOfDay`, or is its start.
    static func time(
        _ sent: Sent, _ key: String, timeOfDay: Timestamp? = nil, _ problems: inout [RequestError.FieldError]
    ) -> Timestamp? {
        guard let value = sent.filled(key) else { return nil }
        guard let time = parsedTime(value) else {
            problems.append(.init(key, "The \(AssetForm.words(key)) field must be a valid date."))
            return nil
        }
        guard let timeOfDay, parsedDay(value) != nil, (value.text?.utf8.count ?? 0) <= 10 else { return time }
        return time.advanced(byMilliseconds: timeOfDay.milliseconds - timeOfDay.date.startOfDay.milliseconds)
    }

    /// Returns `name` (also null) and `status_id`, which a checkout and a checkin may set too.
    static func edits(_ sent: Sent, _ problems: inout [RequestError.FieldError]) -> [String: String?] {
        var edits: [String: String?] = [:]
        if let name = sent["name"] {
            if name.isNull || name.text != nil {
                edits[AssetField.name.rawValue] = .some(name.text)
            } else {
                problems.append(.init("name", "The name field must be a string."))
            }
        }
        if let status = rowID(sent, "status_id", &problems) {
            edits[AssetField.status.rawValue] = .some(String(status))
        }
        return edits
    }
}

/// The values of a checkout.
struct CheckoutForm: Sendable {
    private(set) var kind = HolderKind.user
    /// The id of the holder, or nil if another kind of holder was sent than in `checkout_to_type`.
    private(set) var target: Int64?
    private(set) var at: Timestamp?
    private(set) var expectedCheckin: CalendarDate?
    private(set) var note: String?
    private(set) var edits: [String: String?] = [:]
    private(set) var problems: [RequestError.FieldError] = []

    /// Reads the sent values, for a tenant with the status labels.
    init(_ sent: Sent, _ labels: [StatusLabel]) {
        let given = HolderKind.allCases.filter { sent.filled($0.key) != nil }
        for kind in given where sent[kind.key]?.integer == nil {
            problems.append(.init(kind.key, "The assigned \(kind) field must be an integer."))
        }
        if given.isEmpty {
            for kind in HolderKind.allCases {
                let others = HolderKind.allCases.filter { $0 != kind }.map { "assigned \($0)" }
                problems.append(
                    .init(
                        kind.key,
                        "The assigned \(kind) field is required when none of \(others.joined(separator: " / "))"
                            + " are present."))
            }
        }
        readKind(sent, given)
        target = sent.filled(kind.key)?.integer
        at = Checkouts.time(sent, "checkout_at", &problems)
        if let value = sent.filled("expected_checkin") {
            expectedCheckin = parsedDay(value)
            if expectedCheckin == nil {
                problems.append(.init("expected_checkin", "The expected checkin field must be a valid date."))
            }
        }
        note = sent.text("note")
        edits = Checkouts.edits(sent, &problems)
        if let id = sent.filled("status_id")?.integer, id > 0,
            labels.first(where: { $0.id.rawValue == id })?.type != .deployable
        {
            problems.append(.init("status_id", "The selected status id is invalid."))
        }
    }

    private mutating func readKind(_ sent: Sent, _ given: [HolderKind]) {
        let key = "checkout_to_type"
        guard let type = sent.filled(key) else {
            if given.count == 1 {
                kind = given[0]
            } else {
                problems.append(.init(key, "The checkout to type field is required."))
            }
            return
        }
        guard let kind = type.text.flatMap(HolderKind.init(rawValue:)) else {
            problems.append(.init(key, "The selected checkout to type is invalid."))
            return
        }
        self.kind = kind
    }
}
