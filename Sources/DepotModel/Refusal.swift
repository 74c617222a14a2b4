/// A refusal by the rules: a code, a sentence for a person and the facts. Each dialect renders it in its own way.
public struct Refusal: Error, Hashable, Sendable, Codable {
    /// A stable, dotted, lower-case name. An unknown code of a newer peer is kept unchanged.
    public struct Code: RawRepresentable, Hashable, Sendable, Codable, CustomStringConvertible {
        public let rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }
        public var description: String { rawValue }

        /// Another holder has the asset.
        public static let alreadyDeployed = Code(rawValue: "already_deployed")
        /// The holder has the asset already.
        public static let sameHolder = Code(rawValue: "same_holder")
        /// The asset has no holder.
        public static let notDeployed = Code(rawValue: "not_deployed")
        /// The asset's label is pending or undeployable.
        public static let inMaintenance = Code(rawValue: "in_maintenance")
        /// The asset's label is archived.
        public static let retired = Code(rawValue: "retired")
        /// The asset is deleted.
        public static let deleted = Code(rawValue: "deleted")
        /// The asset is not deleted.
        public static let notDeleted = Code(rawValue: "not_deleted")
        /// The holder does not exist.
        public static let unknownHolder = Code(rawValue: "unknown_holder")
        /// The name matches several holders.
        public static let ambiguousHolder = Code(rawValue: "ambiguous_holder")
        /// The holder is deleted.
        public static let holderDeleted = Code(rawValue: "holder_deleted")
        /// An asset cannot hold itself, directly or through others.
        public static let holderIsItself = Code(rawValue: "holder_is_itself")
        /// The location does not exist.
        public static let unknownLocation = Code(rawValue: "unknown_location")
        /// The asset does not exist.
        public static let unknownAsset = Code(rawValue: "unknown_asset")
        /// The caller based the request on an older version of the asset.
        public static let versionConflict = Code(rawValue: "version_conflict")
        /// Another asset of the tenant has this tag.
        public static let tagTaken = Code(rawValue: "tag_taken")
        /// The tenant has reached its limit of assets.
        public static let assetLimit = Code(rawValue: "asset_limit")
        /// A field does not accept the value or may not be edited.
        public static let invalidField = Code(rawValue: "invalid_field")
        /// The event to undo does not exist or cannot be undone.
        public static let notUndoable = Code(rawValue: "not_undoable")
        /// The asset has a newer event.
        public static let happenedSince = Code(rawValue: "happened_since")
        /// A scan that needs a holder came before a badge.
        public static let badgeFirst = Code(rawValue: "badge_first")
        /// An operator must sign on at the lane first.
        public static let operatorFirst = Code(rawValue: "operator_first")
        /// The person has as many assets as one may have.
        public static let limitReached = Code(rawValue: "limit_reached")
        /// The person or the asset is blocked.
        public static let blocked = Code(rawValue: "blocked")
        /// Nothing on this lane can be undone.
        public static let nothingToUndo = Code(rawValue: "nothing_to_undo")
        /// An asset that holds others cannot be purged.
        public static let holdsAssets = Code(rawValue: "holds_assets")
        /// The record is still referred to.
        public static let inUse = Code(rawValue: "in_use")
        /// A scan that needs a place came before a location's label.
        public static let placeFirst = Code(rawValue: "place_first")
        /// The audit walk does not exist.
        public static let unknownWalk = Code(rawValue: "unknown_walk")
        /// The audit walk is paused or has ended.
        public static let walkNotOpen = Code(rawValue: "walk_not_open")
        /// An audit walk must end first: one with the same scope, or the one whose result is wanted.
        public static let walkOpen = Code(rawValue: "walk_open")

        /// Every code this version uses.
        public static let all: [Code] = [
            alreadyDeployed, sameHolder, notDeployed, inMaintenance, retired, deleted, notDeleted, unknownHolder,
            holderDeleted, holderIsItself, unknownLocation, unknownAsset, versionConflict, tagTaken, assetLimit,
            invalidField, notUndoable, happenedSince, badgeFirst, nothingToUndo, holdsAssets, inUse,
            ambiguousHolder, operatorFirst, limitReached, blocked,
            placeFirst, unknownWalk, walkNotOpen, walkOpen,
        ]
    }

    /// The reason.
    public var code: Code
    /// One sentence for a person, naming the asset and who has it.
    public var message: String
    /// The facts behind the refusal, by name: `asset_tag`, `holder`, `since`, `status`, `version`, `field`, …
    public var facts: [String: String]

    /// Creates a refusal.
    public init(_ code: Code, _ message: String, facts: [String: String] = [:]) {
        self.code = code
        self.message = message
        self.facts = facts
    }
}

extension Refusal {
    /// The outcome of a scan that was refused for this reason. A state that was already reached is no fault of the
    /// person at the counter.
    public var scanOutcome: ScanOutcome {
        switch code {
        case .sameHolder, .notDeployed: .alreadySo
        default: .refused
        }
    }
}
