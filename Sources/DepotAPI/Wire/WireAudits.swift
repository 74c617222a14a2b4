public import DepotModel

/// The body of `POST audits`, answered with an ``AuditReply``. Exactly one scope is given.
public struct StartAuditRequest: Hashable, Sendable, Codable, StrictRequest {
    /// The location with those below it.
    public var location: LocationID?
    /// The code or exact name of a location, in place of ``location`` (`"location":"R-101"`).
    public var locationName: String?
    /// The category.
    public var category: CatalogueID?
    /// The name of a category, in place of ``category``.
    public var categoryName: String?
    /// The holder whose assets are expected.
    public var holder: HolderSelector?
    /// The conditions of a list of assets.
    public var filter: AuditFilter?
    /// The name, or nil for that of the scope.
    public var name: String?
    /// A Boolean value that is true if lanes and the screen are not to show what is expected; nil is false.
    public var isBlind: Bool?

    /// Creates a request without a scope.
    public init(name: String? = nil, isBlind: Bool? = nil) {
        self.name = name
        self.isBlind = isBlind
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
        case holder, filter, name
        case location = "location_id"
        case locationName = "location"
        case category = "category_id"
        case categoryName = "category"
        case isBlind = "blind"
    }
    /// The JSON names of the fields.
    public static var fieldNames: Set<String> { names(of: CodingKeys.self) }

    /// Decodes a request, and refuses more or less than one scope.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        location = try container.id(forKey: .location)
        locationName = try container.decodeIfPresent(String.self, forKey: .locationName)
        category = try container.id(forKey: .category)
        categoryName = try container.decodeIfPresent(String.self, forKey: .categoryName)
        holder = try container.decodeIfPresent(HolderSelector.self, forKey: .holder)
        filter = try container.decodeIfPresent(AuditFilter.self, forKey: .filter)
        if filter != nil {
            try container.superDecoder(forKey: .filter).refuseUnknown([
                "search", "lifecycle", "holder", "location_id", "model_id",
            ])
        }
        name = try container.decodeIfPresent(String.self, forKey: .name)
        isBlind = try container.decodeIfPresent(Bool.self, forKey: .isBlind)
        let scopes = [
            location != nil, locationName != nil, category != nil, categoryName != nil, holder != nil, filter != nil,
        ].count { $0 }
        guard scopes == 1 else {
            throw DecodingError.dataCorruptedError(
                forKey: .location, in: container,
                debugDescription: "give one of location_id, location, category_id, category, holder and filter")
        }
    }
}

/// The reply with walks, the newest first.
public struct AuditsReply: Hashable, Sendable, Codable {
    /// The walks.
    public var audits: [AuditWalk]
    /// The number of walks on all pages.
    public var total: Int

    /// Creates a reply.
    public init(audits: [AuditWalk], total: Int) {
        self.audits = audits
        self.total = total
    }
}

/// The reply with one walk.
public struct AuditReply: Hashable, Sendable, Codable {
    /// The walk.
    public var audit: AuditWalk
    /// The numbers in one sentence.
    public var summary: String
    /// The lines of the page, or nil if none were requested or the caller is a counter screen.
    public var lines: [AuditLine]?
    /// The number of lines on all pages, or nil.
    public var total: Int?
    /// True if the page ended early because its lines are large.
    public var truncated: Bool?

    /// Creates a reply.
    public init(audit: AuditWalk, lines: [AuditLine]? = nil, total: Int? = nil, truncated: Bool? = nil) {
        self.audit = audit
        summary = audit.summary
        self.lines = lines
        self.total = total
        self.truncated = truncated
    }
}

/// The body of `POST audits/{id}/apply`, answered with an ``AuditChangeReply``. All fields are optional.
///
/// Without a field what was found is marked as audited, and the rest is left.
public struct ApplyAuditRequest: Hashable, Sendable, Codable, StrictRequest {
    /// The action for a single asset.
    public struct Line: Hashable, Sendable, Codable {
        /// The row id of the asset.
        public var asset: AssetID?
        /// The asset tag, in place of ``asset``.
        public var tag: String?
        /// The action.
        public var action: AuditAction

        /// Creates a line.
        public init(asset: AssetID? = nil, tag: String? = nil, action: AuditAction) {
            self.asset = asset
            self.tag = tag
            self.action = action
        }

        enum CodingKeys: String, CodingKey, CaseIterable {
            case action
            case asset = "asset_id"
            case tag = "asset_tag"
        }

        public init(from decoder: any Decoder) throws {
            try decoder.refuseUnknown(Set(CodingKeys.allCases.map(\.stringValue)))
            let container = try decoder.container(keyedBy: CodingKeys.self)
            asset = try container.id(forKey: .asset)
            tag = try container.decodeIfPresent(String.self, forKey: .tag)
            action = try container.decode(AuditAction.self, forKey: .action)
        }
    }

    /// The action for what was found; nil is `audit`, or `leave` if ``lines`` are given.
    public var found: AuditAction?
    /// The action for what belongs elsewhere; nil is `leave`.
    public var misplaced: AuditAction?
    /// The action for what was not expected; nil is `leave`.
    public var unexpected: AuditAction?
    /// The action for what is missing; nil is `leave`.
    public var missing: AuditAction?
    /// The actions for single assets, which take precedence; at most 1,000.
    public var lines: [Line]?
    /// The name of the status label for missing assets; nil is `Missing`. A new one is created as undeployable.
    public var missingStatus: String?
    /// A note for the ledger.
    public var note: String?

    /// Creates a request.
    public init(
        found: AuditAction? = nil, misplaced: AuditAction? = nil, unexpected: AuditAction? = nil,
        missing: AuditAction? = nil, lines: [Line]? = nil, missingStatus: String? = nil, note: String? = nil
    ) {
        self.found = found
        self.misplaced = misplaced
        self.unexpected = unexpected
        self.missing = missing
        self.lines = lines
        self.missingStatus = missingStatus
        self.note = note
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
        case found, misplaced, unexpected, missing, lines, note
        case missingStatus = "missing_status"
    }
    /// The JSON names of the fields.
    public static var fieldNames: Set<String> { names(of: CodingKeys.self) }
}

/// The body of `POST audits/{id}/undo`, answered with an ``AuditChangeReply``.
public struct UndoAuditRequest: Hashable, Sendable, Codable, StrictRequest {
    /// The asset tag or unknown code of the line to remove from an open walk; nil undoes what was applied.
    public var code: String?

    /// Creates a request.
    public init(code: String? = nil) { self.code = code }

    enum CodingKeys: String, CodingKey, CaseIterable { case code }
    /// The JSON names of the fields.
    public static var fieldNames: Set<String> { names(of: CodingKeys.self) }
}

/// The reply to applying a walk, and to undoing that.
public struct AuditChangeReply: Hashable, Sendable, Codable {
    /// A line that was left because the rules refused it.
    public struct Refused: Hashable, Sendable, Codable {
        /// The asset tag.
        public var tag: String
        /// The refusal.
        public var refusal: Refusal

        /// Creates a line.
        public init(tag: String, refusal: Refusal) {
            self.tag = tag
            self.refusal = refusal
        }

        enum CodingKeys: String, CodingKey {
            case refusal
            case tag = "asset_tag"
        }
    }

    /// The walk.
    public var audit: AuditWalk
    /// The number of lines that were changed.
    public var changed: Int
    /// The lines that were left because the rules refused them, at most 1,000.
    public var refused: [Refused]
    /// The number of lines that were left because the rules refused them.
    public var refusedCount: Int

    /// Creates a reply.
    public init(audit: AuditWalk, changed: Int, refused: [Refused], refusedCount: Int) {
        self.audit = audit
        self.changed = changed
        self.refused = refused
        self.refusedCount = refusedCount
    }

    enum CodingKeys: String, CodingKey {
        case audit, changed, refused
        case refusedCount = "refused_count"
    }
}

/// The body of `POST audits/{id}/scans`, answered with an ``AuditScanReply``.
public struct AuditScanRequest: Hashable, Sendable, Codable, StrictRequest {
    /// The code of an asset.
    public var code: String
    /// The identity of the scan, or nil if the daemon is to create one. A repetition receives the first answer.
    public var id: UniqueID?

    /// Creates a request.
    public init(code: String, id: UniqueID? = nil) {
        self.code = code
        self.id = id
    }

    enum CodingKeys: String, CodingKey, CaseIterable { case code, id }
    /// The JSON names of the fields.
    public static var fieldNames: Set<String> { names(of: CodingKeys.self) }
}

/// The reply to a scan in a walk.
public struct AuditScanReply: Hashable, Sendable, Codable {
    /// The result of the scan.
    public var scan: ScanResult
    /// The walk after the scan.
    public var audit: AuditWalkStatus

    /// Creates a reply.
    public init(scan: ScanResult, audit: AuditWalkStatus) {
        self.scan = scan
        self.audit = audit
    }
}
