/// The explanation of a code: every candidate reading with its matches (`depotctl resolve`).
public struct ResolutionReport: Hashable, Sendable, Codable {
    /// One reading of the code.
    public struct Step: Hashable, Sendable, Codable {
        /// The rule that made the reading, in a few words (`asset tag as scanned`).
        public var rule: String
        /// The kind of key that was looked up (``LookupKey/Kind``), or `command`.
        public var kind: String
        /// The value that was looked up.
        public var value: String
        /// A Boolean value that is true if the value was derived from the code by a rule that may be wrong.
        public var isDerived: Bool
        /// The matches.
        public var found: [Match]

        /// Creates a step.
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
    /// The readings in order of trust.
    public var steps: [Step]
    /// `asset`, `person`, `location`, `command`, `several`, `nothing`, or a ``ScanOutcome`` that rejects it.
    public var result: String
    /// The entities that the code may identify.
    public var candidates: [Match]
    /// One sentence for a person.
    public var message: String

    /// Creates a report.
    public init(code: String, steps: [Step], result: String, candidates: [Match], message: String) {
        self.code = code
        self.steps = steps
        self.result = result
        self.candidates = candidates
        self.message = message
    }
}
