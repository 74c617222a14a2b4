public import BarcodeData
public import DepotModel

/// A scan with its reading and the match in the store.
public struct LaneScan: Hashable, Sendable {
    /// The identity of the scan.
    public var id: UniqueID
    /// The decoded bytes, by which duplicates are recognised.
    public var bytes: [UInt8]
    /// The reading of the code.
    public var reading: Reading
    /// The match of the identifiers, or of the badge in an operator command; `Resolution.nothing` for any other code.
    public var resolution: Resolution
    /// The time of the scan.
    public var at: Moment
    /// A Boolean value that is true if the code has the form of a badge, which matters if it matches nothing.
    public var looksLikeBadge: Bool
    /// The mark that tells the code from other long ones, if ``bytes`` is only its beginning.
    public var cut: KeptCode.Cut?
    /// A Boolean value that is true if the scan was requested at the screen, and therefore is no duplicate.
    public var isTouch: Bool
    /// The number of assets that the lane's holder has, or nil if it is not known.
    public var held: Int?

    /// Creates a scan.
    public init(
        id: UniqueID, bytes: [UInt8], reading: Reading, resolution: Resolution, at: Moment, looksLikeBadge: Bool,
        cut: KeptCode.Cut? = nil, isTouch: Bool = false, held: Int? = nil
    ) {
        self.cut = cut
        self.id = id
        self.bytes = bytes
        self.reading = reading
        self.resolution = resolution
        self.at = at
        self.looksLikeBadge = looksLikeBadge
        self.isTouch = isTouch
        self.held = held
    }
}
