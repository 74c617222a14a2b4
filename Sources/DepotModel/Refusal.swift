/// What the rules said no to: a code, a sentence for a person and the facts. Each dialect renders it in its own way.
public struct Refusal: Error, Hashable, Sendable, Codable {
    /// A stable, dotted, lower-case name. Open: unknown codes are kept as they are.
    public struct Code: RawRepresentable, Hashable, Sendable, Codable, CustomStringConvertible {
        public let rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }
        public var description: String { rawValue }

        /// Somebody has it already.
        public static let alreadyDeployed = Code(rawValue: "already_deployed")
        /// The asset is with this very holder already.
        public static let sameHolder = Code(rawValue: "same_holder")
        /// Nobody has it.
        public static let notDeployed = Code(rawValue: "not_deployed")
        /// Its label says pending or undeployable.
        public static let inMaintenance = Code(rawValue: "in_maintenance")
        /// Its label says archived.
        public static let retired = Code(rawValue: "retired")
        /// It is deleted.
        public static let deleted = Code(rawValue: "deleted")
        /// It is not deleted.
        public static let notDeleted = Code(rawValue: "not_deleted")
        /// No such holder.
        public static let unknownHolder = Code(rawValue: "unknown_holder")
        /// The name fits several holders.
        public static let ambiguousHolder = Code(rawValue: "ambiguous_holder")
        /// The holder is deleted.
        public static let holderDeleted = Code(rawValue: "holder_deleted")
        /// An asset cannot hold itself, directly or through others.
        public static let holderIsItself = Code(rawValue: "holder_is_itself")
        /// No such location.
        public static let unknownLocation = Code(rawValue: "unknown_location")
        /// No such asset.
        public static let unknownAsset = Code(rawValue: "unknown_asset")
        /// The caller decided on an older version of the asset.
        public static let versionConflict = Code(rawValue: "version_conflict")
        /// Another asset of the tenant has this tag.
        public static let tagTaken = Code(rawValue: "tag_taken")
        /// The tenant has as many assets as it may.
        public static let assetLimit = Code(rawValue: "asset_limit")
        /// A field's value does not fit it, or may not be edited.
        public static let invalidField = Code(rawValue: "invalid_field")
        /// The event to undo does not exist or cannot be undone.
        public static let notUndoable = Code(rawValue: "not_undoable")
        /// Something happened to the asset since the event.
        public static let happenedSince = Code(rawValue: "happened_since")
        /// A scan that needs a holder came before a badge.
        public static let badgeFirst = Code(rawValue: "badge_first")
        /// Nothing on this lane can be undone.
        public static let nothingToUndo = Code(rawValue: "nothing_to_undo")
        /// An asset that holds others cannot be purged.
        public static let holdsAssets = Code(rawValue: "holds_assets")
        /// Something still refers to it.
        public static let inUse = Code(rawValue: "in_use")

        /// Every code this version uses.
        public static let all: [Code] = [
            alreadyDeployed, sameHolder, notDeployed, inMaintenance, retired, deleted, notDeleted, unknownHolder,
            holderDeleted, holderIsItself, unknownLocation, unknownAsset, versionConflict, tagTaken, assetLimit,
            invalidField, notUndoable, happenedSince, badgeFirst, nothingToUndo, holdsAssets, inUse,
            ambiguousHolder,
        ]
    }

    /// Why.
    public var code: Code
    /// One sentence for a person, naming the asset and who has it.
    public var message: String
    /// The facts it rests on, by name: `asset_tag`, `holder`, `since`, `status`, `version`, `field`, …
    public var facts: [String: String]

    /// The refusal.
    public init(_ code: Code, _ message: String, facts: [String: String] = [:]) {
        self.code = code
        self.message = message
        self.facts = facts
    }
}

extension Refusal {
    /// How a scan ends that met this refusal: what is so already is no fault of the person at the counter.
    public var scanOutcome: ScanOutcome {
        switch code {
        case .sameHolder, .notDeployed: .alreadySo
        default: .refused
        }
    }
}

/// Why a commit did not happen: the rules refuse, or the store cannot.
public enum CommitFailure: Error, Hashable, Sendable {
    /// Nothing changed, and asking again gives the same answer while things stand so.
    case refused(Refusal)
    /// Nothing changed; asking again may help.
    case failed(DepotError)

    /// As one error for a wire: a refusal's sentence under ``DepotError/Code/refused``.
    public var error: DepotError {
        switch self {
        case .refused(let refusal): DepotError(.refused, refusal.message)
        case .failed(let error): error
        }
    }
}
