/// How this station's codes look beyond what standards say.
public struct BarcodeFormats: Hashable, Sendable {
    /// What a command code starts with, compared without case. Empty: no code is a command.
    public var commandPrefix = "DEPOT:"
    /// A code that starts with one of these, compared without case, is a badge and nothing else.
    public var badgePrefixes = ["BADGE:"]
    /// A code that starts with one of these, compared without case, is a location code and nothing else.
    public var locationPrefixes = ["LOC:"]
    /// Base URLs that label QR codes of this or an earlier system hold, such as `https://assets.example.org/snipe`.
    /// A URL of any other host yields only its GS1 Digital Link keys.
    public var baseURLs: [String] = []
    /// A longer code is rejected.
    public var maximumBytes = 4096

    /// The formats of a station without configuration.
    public init() {}
}

/// What a scanned code may stand for.
public enum Reading: Hashable, Sendable {
    /// What it may identify, in order of trust: exact readings first. 1 to ``BarcodeReader/maximumIdentifiers`` of them,
    /// no two with the same kind and value.
    case identifiers([Identifier])
    /// An order to the lane.
    case command(Command)
    /// Nothing that may be looked up.
    case rejected(Rejection)
}

/// One thing that a code may be the key of.
public struct Identifier: Hashable, Sendable {
    /// What the value is compared with; the raw values are those of DepotModel's `LookupKey.Kind`.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        case tag, serial, uuid, badge
        case assetID = "asset_id"
        case locationID = "location_id"
        case employeeNumber = "employee_number"
        case locationCode = "location_code"
    }

    /// What the value is compared with.
    public var kind: Kind
    /// Never empty. A row id is 1 to 18 decimal digits; a UUID is in lower case with dashes.
    public var value: String
    /// Which rule read it so, in a few words for people; holds no part of the code.
    public var rule: String
    /// Whether the value was taken out of the code by a rule that may be wrong. Must not beat an exact match.
    public var isDerived: Bool

    /// The identifier.
    public init(_ kind: Kind, _ value: String, rule: String, isDerived: Bool = false) {
        self.kind = kind
        self.value = value
        self.rule = rule
        self.isDerived = isDerived
    }
}

/// What a command code orders.
public enum Command: Hashable, Sendable {
    /// `DEPOT:MODE:CHECKOUT`: the mode's name in lower case, as scanned; it may name no mode that exists.
    case mode(String)
    /// `DEPOT:DONE`: the lane forgets its holder and is ready for the next person.
    case done
    /// `DEPOT:CANCEL`: what was begun is dropped.
    case cancel
    /// `DEPOT:UNDO`: the lane's newest transition is taken back.
    case undo
    /// `DEPOT:OPERATOR:<badge>`: the badge's code, never empty; see ``BarcodeReader/badge(_:)``.
    case `operator`(String)
    /// Starts as a command, but is none: the whole text.
    case unknown(String)
}

/// Why a code is not looked up.
public enum Rejection: String, Hashable, Sendable, CaseIterable {
    /// No characters, or only white space.
    case empty
    /// Longer than ``BarcodeFormats/maximumBytes``.
    case tooLong = "too_long"
    /// Control characters that no format has where they are.
    case controlCharacters = "control_characters"
    /// Not valid UTF-8.
    case invalidText = "invalid_text"
    /// A driving licence or identity card (AAMVA): its text must be neither kept nor shown.
    case personalData = "personal_data"
}
