import DepotDialect
import DepotModel
import DepotStore
import TextFormats

/// The routes that create, change, delete and restore assets.
enum AssetWrites {
    static func create(_ call: Call) async throws -> Answer {
        let sent = try await Sent(call)
        let form = AssetForm(sent, isNew: true)
        guard form.problems.isEmpty else { throw RequestError.invalid(form.problems) }
        let details = try await changing(form.assignment) {
            try await call.change { inventory in
                var draft = AssetDraft(form)
                draft.custom = try customValues(form, model: draft.model, inventory).compactMapValues { $0 }
                if draft.endOfLife == nil, let bought = draft.purchaseDate, let model = draft.model {
                    draft.endOfLife = try inventory.entry(.model, model)?.eolMonths.map {
                        bought.advanced(byMonths: $0)
                    }
                }
                var applied = try inventory.create(draft)
                if let assignment = form.assignment, let asset = applied.asset {
                    applied = try inventory.apply(
                        .checkout(to: assignment.holder, expectedCheckin: draft.expectedCheckin), to: asset.asset.id,
                        note: "Checked out on asset creation", step: "checkout")
                }
                return applied.asset
            }
        }
        return try flat(call, details, sent, "Asset created successfully. :)")
    }

    static func update(_ call: Call) async throws -> Answer {
        let sent = try await Sent(call)
        guard let id = call.id(as: AssetID.self) else { throw RequestError.envelope("Asset not found") }
        let form = AssetForm(sent, isNew: false)
        guard form.problems.isEmpty else { throw RequestError.invalid(form.problems) }
        let expected = call.expectedVersion
        let details = try await changing(form.assignment) {
            try await call.change { inventory in try update(id, form, expected, inventory) }
        }
        return try flat(call, details, sent, "Asset updated successfully.")
    }

    private static func update(
        _ id: AssetID, _ form: AssetForm, _ expected: Int64?, _ inventory: Inventory
    ) throws -> AssetDetails? {
        guard var details = try inventory.asset(id), details.asset.deletedAt == nil else { throw unknown(id) }
        if let expected, expected != details.asset.version {
            // The rules refuse it, so that there is one message for it.
            _ = try inventory.apply(.edit([:]), to: id, version: expected)
        }
        // The first kind of write of the request is its main one, even if it changes nothing.
        var steps = Steps()
        let edit = try edits(form, details, inventory)
        if form.hasEdits {
            let step = steps.next("edit")
            if !edit.isEmpty { details = try inventory.apply(.edit(edit), to: id, step: step).asset ?? details }
        }
        if let seen = form.lastAudit {
            let step = steps.next("audit")
            if details.asset.lastAudit != seen {
                details =
                    try inventory.apply(
                        .audit(next: details.asset.nextAudit), to: id, effectiveAt: seen, step: step
                    ).asset ?? details
            }
        }
        if let holder = form.assignment?.holder {
            let step = steps.next("holder")
            if details.asset.holder != holder {
                let expectedCheckin = details.asset.expectedCheckin
                let kind: Transition.Kind =
                    details.asset.holder == nil
                    ? .checkout(to: holder, expectedCheckin: expectedCheckin)
                    : .transfer(to: holder, expectedCheckin: expectedCheckin)
                details = try inventory.apply(kind, to: id, step: step).asset ?? details
            }
        }
        return details
    }

    /// Returns the differences from the current asset.
    private static func edits(
        _ form: AssetForm, _ details: AssetDetails, _ inventory: Inventory
    ) throws -> [String: String?] {
        let asset = details.asset
        var edits: [String: String?] = [:]
        for (field, value) in form.fields where asset[field] != value { edits[field.rawValue] = .some(value) }
        let model = form.fields[.model].flatMap { $0 }.flatMap { Int64($0) }.map { CatalogueID(rawValue: $0) }
        for (key, value) in try customValues(form, model: model ?? asset.model, inventory)
        where asset.custom[key] != value {
            edits[FieldChange.customPrefix + key] = .some(value)
        }
        return edits
    }

    static func delete(_ call: Call) async throws -> Answer {
        guard let id = call.id(as: AssetID.self) else { throw AssetList.missing }
        let expected = call.expectedVersion
        do {
            _ = try await call.change { inventory in
                var version = expected
                if let asset = try inventory.asset(id)?.asset, asset.deletedAt == nil, asset.holder != nil {
                    _ = try inventory.apply(
                        .checkin(), to: id, note: "Checkin on delete", version: version, step: "checkin")
                    version = nil
                }
                return try inventory.apply(.delete, to: id, version: version)
            }
        } catch CommitFailure.refused(let refusal) where [.deleted, .unknownAsset].contains(refusal.code) {
            throw AssetList.missing
        }
        return Envelope.success("The asset was deleted successfully.")
    }

    static func restore(_ call: Call) async throws -> Answer {
        guard let id = call.id(as: AssetID.self) else { throw AssetList.missing }
        let expected = call.expectedVersion
        do {
            let applied = try await call.change { inventory in
                try inventory.apply(.restore, to: id, version: expected)
            }
            let text = "Asset restored successfully."
            return Envelope.success(text, version: applied.asset?.asset.version) { $0.value(text) }
        } catch CommitFailure.refused(let refusal) where refusal.code == .unknownAsset {
            throw AssetList.missing
        } catch CommitFailure.refused(let refusal) where refusal.code == .notDeleted {
            let text = "The Asset was not deleted and therefore cannot be restored"
            throw RequestError.envelope(text) { $0.value(text) }
        }
    }

    // MARK: Parts

    /// Returns the values of sent columns by the names of custom fields. Throws for columns that the model does not have.
    static func customValues(
        _ form: AssetForm, model: CatalogueID?, _ inventory: Inventory
    ) throws -> [String: String?] {
        guard !form.custom.isEmpty else { return [:] }
        let columns = try model.map { try CustomColumn.columns(of: $0, in: inventory) } ?? []
        var values: [String: String?] = [:]
        for (name, value) in form.custom {
            guard let column = columns.first(where: { $0.column == name }) else {
                throw Refusal(
                    .invalidField, "The field \(name.prefix(100)) is not available on this asset's model.",
                    facts: ["field": name])
            }
            values[column.key] = .some(value)
        }
        return values
    }

    /// Runs a change that may hand the asset out, and reports a refusal under the fields that were sent.
    private static func changing(
        _ assignment: Assignment?, _ change: () async throws -> AssetDetails?
    ) async throws -> AssetDetails? {
        do {
            return try await change()
        } catch CommitFailure.refused(let refusal) {
            guard let assignment else { throw refusal }
            switch refusal.code {
            case .inMaintenance, .retired:
                throw RequestError.invalid(
                    "status_id", "That asset status is not deployable. This asset cannot be checked out.")
            case .unknownHolder, .holderDeleted, .holderIsItself:
                throw RequestError.invalid(
                    assignment.key, "The selected \(AssetForm.words(assignment.key)) is invalid: \(refusal.message)")
            default: throw refusal
            }
        }
    }

    private static func flat(
        _ call: Call, _ details: AssetDetails?, _ sent: Sent, _ message: String
    ) throws -> Answer {
        guard let details else { throw RequestError.envelope("Asset not found") }
        let context = try AssetContext(call, [details])
        let flat = AssetFlat(details: details, columns: context.columns(of: details.asset), sent: sent)
        return Envelope.success(message, version: details.asset.version) { flat.write(to: &$0) }
    }

    static func unknown(_ id: AssetID) -> Refusal { Refusal(.unknownAsset, "There is no asset \(id).") }
}

/// The names of a request's writes. The first one is the main write and has no name.
struct Steps {
    private var isFirst = true

    /// Returns the name of a write.
    mutating func next(_ name: String) -> String? {
        defer { isFirst = false }
        return isFirst ? nil : name
    }
}

extension AssetForm {
    /// A Boolean value that is true if a value is sent that an edit sets.
    var hasEdits: Bool { !fields.isEmpty || !custom.isEmpty }
}

extension AssetDraft {
    /// Returns the draft of a new asset from the sent values, without its custom fields.
    fileprivate init(_ form: AssetForm) {
        func text(_ field: AssetField) -> String? { form.fields[field].flatMap { $0 } }
        func day(_ field: AssetField) -> CalendarDate? { text(field).flatMap { CalendarDate($0) } }
        func row<ID: RowID>(_ field: AssetField) -> ID? { text(field).flatMap { Int64($0) }.map { ID(rawValue: $0) } }
        self.init(tag: text(.tag))
        name = text(.name)
        serial = text(.serial)
        orderNumber = text(.orderNumber)
        notes = text(.notes)
        model = row(.model)
        status = row(.status)
        supplierID = row(.supplier)
        companyID = row(.company)
        location = row(.location)
        defaultLocation = row(.defaultLocation)
        purchaseDate = day(.purchaseDate)
        purchaseCost = text(.purchaseCost).flatMap { Money($0) }
        warrantyMonths = text(.warrantyMonths).flatMap { Int($0) }
        isRequestable = text(.requestable) == "true"
        isBYOD = text(.byod) == "true"
        expectedCheckin = day(.expectedCheckin)
        nextAudit = day(.nextAudit)
        endOfLife = day(.endOfLife)
        lastAudit = form.lastAudit
    }
}
