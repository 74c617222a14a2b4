public import DepotModel

/// The choices for `POST audits/{id}/import`.
public struct AuditImportQuery: Hashable, Sendable {
    /// The seconds by which the clock of the device is ahead, such as `-90`.
    public var clockOffset: Int?
    /// A code that was scanned at ``referenceTime``.
    public var referenceCode: String?
    /// The true time of the scan of ``referenceCode``.
    public var referenceTime: Timestamp?
    /// The offset of the device's times from UTC, such as `+01:00`.
    public var utcOffset: String?
    /// A Boolean value that is true if the month precedes the day in the device's times.
    public var isMonthFirst = false
    /// The lines to reject, such as `3,7-9`.
    public var rejected: String?
    /// A Boolean value that is true if the import is only tried.
    public var isDryRun = false

    /// Creates a query.
    public init() {}

    var items: [(String, String)] {
        var items: [(String, String)] = []
        if let clockOffset { items.append(("clock_offset", String(clockOffset))) }
        if let referenceCode { items.append(("reference_code", referenceCode)) }
        if let referenceTime { items.append(("reference_time", referenceTime.description)) }
        if let utcOffset { items.append(("utc_offset", utcOffset)) }
        if isMonthFirst { items.append(("month_first", "true")) }
        if let rejected { items.append(("reject", rejected)) }
        return items
    }
}

/// The reply to the import of a handheld's file.
public struct AuditImportReply: Hashable, Sendable, Codable {
    /// A line of the file.
    public struct Line: Hashable, Sendable, Codable {
        /// The number of the line in the file, from 1.
        public var line: Int
        /// The code.
        public var code: String
        /// The corrected time, or nil if the line has none.
        public var at: Timestamp?
        /// The verdict, or nil if the line was rejected.
        public var verdict: AuditVerdict?
        /// True if the line was imported before.
        public var repeated: Bool?
        /// The sentence for a person.
        public var message: String

        /// Creates a line.
        public init(
            line: Int, code: String, at: Timestamp?, verdict: AuditVerdict?, repeated: Bool?, message: String
        ) {
            self.line = line
            self.code = code
            self.at = at
            self.verdict = verdict
            self.repeated = repeated
            self.message = message
        }
    }

    /// True if nothing was committed.
    public var dryRun: Bool?
    /// The number of lines that were accepted, earlier imports included.
    public var accepted: Int
    /// The number of accepted lines that were imported before.
    public var repeated: Int
    /// The number of lines that were rejected.
    public var rejected: Int
    /// The seconds by which the clock of the device was ahead.
    public var clockOffset: Double
    /// The rejected lines and then the others in the order of their times, together at most 1,000.
    public var lines: [Line]
    /// The number of accepted lines by verdict.
    public var verdicts: [String: Int]
    /// The walk.
    public var audit: AuditWalk

    /// Creates a reply.
    public init(
        dryRun: Bool?, accepted: Int, repeated: Int, rejected: Int, clockOffset: Double, lines: [Line],
        verdicts: [String: Int], audit: AuditWalk
    ) {
        self.dryRun = dryRun
        self.accepted = accepted
        self.repeated = repeated
        self.rejected = rejected
        self.clockOffset = clockOffset
        self.lines = lines
        self.verdicts = verdicts
        self.audit = audit
    }

    enum CodingKeys: String, CodingKey {
        case accepted, repeated, rejected, lines, verdicts, audit
        case dryRun = "dry_run"
        case clockOffset = "clock_offset"
    }
}

/// The report about a walk.
public struct AuditReport: Hashable, Sendable, Codable {
    /// The comparison with the walk of the same scope before this one.
    public struct Comparison: Hashable, Sendable, Codable {
        /// The walk before.
        public var audit: AuditWalk
        /// The tags of the assets that were missing then and are missing again.
        public var missingAgain: [String]
        /// The tags of the assets that were missing then and were seen now.
        public var returned: [String]

        /// Creates a comparison.
        public init(audit: AuditWalk, missingAgain: [String], returned: [String]) {
            self.audit = audit
            self.missingAgain = missingAgain
            self.returned = returned
        }

        enum CodingKeys: String, CodingKey {
            case audit, returned
            case missingAgain = "missing_again"
        }
    }

    /// The walk.
    public var audit: AuditWalk
    /// The numbers in one sentence.
    public var summary: String
    /// The missing assets.
    public var missing: [AuditLine]
    /// The assets that belong elsewhere.
    public var misplaced: [AuditLine]
    /// The assets that were not expected for another reason.
    public var unexpected: [AuditLine]
    /// The codes that no asset has.
    public var unknown: [AuditLine]
    /// The assets that were found.
    public var found: [AuditLine]
    /// The comparison with the walk before, or nil if there is none.
    public var before: Comparison?

    /// Creates a report.
    public init(
        audit: AuditWalk, missing: [AuditLine], misplaced: [AuditLine], unexpected: [AuditLine], unknown: [AuditLine],
        found: [AuditLine], before: Comparison?
    ) {
        self.audit = audit
        summary = audit.summary
        self.missing = missing
        self.misplaced = misplaced
        self.unexpected = unexpected
        self.unknown = unknown
        self.found = found
        self.before = before
    }
}

/// The formats of a report.
public enum AuditReportFormat: String, Sendable, CaseIterable {
    case json, csv, html
}

/// The interval of the audits of a category's or location's assets.
public struct AuditPolicyEntry: Hashable, Sendable, Codable, StrictRequest {
    /// The category, or nil for a location's interval.
    public var category: CatalogueID?
    /// The location with those below it, or nil for a category's interval.
    public var location: LocationID?
    /// The name of the category or location. It is ignored in a request.
    public var name: String?
    /// The days between audits, 1 to 3650; in a request, nil removes the interval.
    public var days: Int?

    /// Creates an entry.
    public init(category: CatalogueID? = nil, location: LocationID? = nil, name: String? = nil, days: Int?) {
        self.category = category
        self.location = location
        self.name = name
        self.days = days
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
        case name, days
        case category = "category_id"
        case location = "location_id"
    }
    /// The JSON names of the fields.
    public static var fieldNames: Set<String> { names(of: CodingKeys.self) }
}

/// The reply with all intervals of categories and locations.
public struct AuditPoliciesReply: Hashable, Sendable, Codable {
    /// The intervals, in the order of the names.
    public var policies: [AuditPolicyEntry]

    /// Creates a reply.
    public init(policies: [AuditPolicyEntry]) { self.policies = policies }
}
