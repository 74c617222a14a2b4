/// The mode of a lane, which determines the meaning of a scan.
public enum LaneMode: OpenWord {
    case counter, checkout, checkin, transfer, audit, lookup
    /// A word of a newer version.
    case other(String)

    /// Every word of this version.
    public static let allCases: [LaneMode] = [.counter, .checkout, .checkin, .transfer, .audit, .lookup]

    /// The word on the wire.
    public var rawValue: String {
        switch self {
        case .counter: "counter"
        case .checkout: "checkout"
        case .checkin: "checkin"
        case .transfer: "transfer"
        case .audit: "audit"
        case .lookup: "lookup"
        case .other(let word): word
        }
    }
}
