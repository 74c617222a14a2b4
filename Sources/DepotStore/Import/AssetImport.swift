public import DepotModel

/// What a line of an import may say about an asset.
public enum ImportColumn: String, Hashable, Sendable, CaseIterable {
    case serial, name, model
    case modelNumber = "model_number"
    case manufacturer, category, status, location
    case assignee = "assigned_to"
    case purchaseDate = "purchase_date"
    case purchaseCost = "purchase_cost"
    case orderNumber = "order_number"
    case supplier, company
    case warrantyMonths = "warranty_months"
    case warrantyExpiry = "warranty_expiry"
    case endOfLife = "end_of_life"
    case nextAudit = "next_audit"
    case notes
    /// The custom fields that the draft names; others stay.
    case custom
}

/// One line of an import: an asset by its tag, as it is to be.
public struct ImportRow: Hashable, Sendable {
    /// The line of the file, 1 to 4,294,967,295; no two rows of one file have the same.
    public var line: Int
    /// The tag, which is never nil, with the texts, days and amounts of the line. Ids in it are left aside.
    public var draft: AssetDraft
    /// Which columns the file has: an asset that is there already keeps the rest; an empty value clears.
    public var columns: Set<ImportColumn>
    /// Who has it: a person's name or e-mail address, made where there is none.
    public var assignee: String?
    /// Where it is, by name, made where there is none.
    public var locationName: String?
    /// The state it is in; nil: the one it has, or deployed where there is an assignee.
    public var lifecycle: Lifecycle?

    /// The row.
    public init(
        line: Int, draft: AssetDraft, columns: Set<ImportColumn>, assignee: String? = nil, locationName: String? = nil,
        lifecycle: Lifecycle? = nil
    ) {
        self.line = line
        self.draft = draft
        self.columns = columns
        self.assignee = assignee
        self.locationName = locationName
        self.lifecycle = lifecycle
    }
}

/// What became of a line.
public enum ImportOutcome: Hashable, Sendable {
    case created(AssetID)
    case updated(AssetID)
    /// It is so already.
    case unchanged(AssetID)
    /// Nothing of the line was taken, for the reason in the sentence.
    case failed(line: Int, message: String)
}

extension TenantStore {
    /// The most lines that are imported at a time.
    public static let importBatch = 4000

    /// Makes and changes assets line by line, with what they refer to; every change leaves its event.
    ///
    /// One transaction, or several where others wait, who come in after a few hundred lines: a line that cannot be taken
    /// is taken back alone and reported, the others are committed. The same lines under the same operation again change
    /// nothing and have the same outcomes. The batches of one file may share an operation, as each line counts for
    /// itself. ``DepotStore/indexBacklog()`` belongs after the last.
    ///
    /// - Parameter lines: ``importBatch`` at most, by ascending numbers.
    /// - Returns: an outcome for each line, in their order.
    /// - Throws: `Refusal.Code.assetLimit` where the tenant may not have that many assets; then nothing was taken of
    ///   the transaction.
    public func importAssets(
        _ lines: [ImportLine], _ request: ChangeRequest
    ) async throws(CommitFailure) -> [ImportOutcome] {
        guard lines.count <= Self.importBatch else {
            throw .failed(DepotError(.badRequest, "A batch has at most \(Self.importBatch) lines."))
        }
        guard lines.allSatisfy({ (1...Int(UInt32.max)).contains($0.row.line) }),
            zip(lines, lines.dropFirst()).allSatisfy({ $0.row.line < $1.row.line })
        else {
            throw .failed(DepotError(.badRequest, "Lines are numbered from 1 on, each higher than the one before."))
        }
        var outcomes: [ImportOutcome] = []
        while outcomes.count < lines.count {
            let rest = lines[outcomes.count...]
            outcomes += try await write(turn: .long, profile: .bulk) { [store] writer in
                try ImportSession(writer, request).take(rest) { store.commits.isWaitedFor }
            }
        }
        return outcomes
    }
}
