public import DepotModel

/// The settings of the conversation at a lane.
public struct WorkflowSettings: Hashable, Sendable {
    /// The time without an effective scan after which a lane forgets its holder.
    public var holderTimeout: Duration
    /// The time within which the same code on the same lane counts as the same scan.
    public var duplicateWindow: Duration
    /// The time within which the second scan of an asset answers a question about it.
    public var confirmTime: Duration
    /// The age up to which a lane's newest change can be undone without a session and without an operator.
    public var undoTime: Duration
    /// The time without scans after which a lane returns to its home mode, or zero for never.
    public var modeTimeout: Duration
    /// The treatment of an asset that is out to somebody else, in counter mode.
    public var transfer: TransferPolicy
    /// The number of assets that one person may have without an operator's consent, or 0 for any number.
    public var limitPerPerson = 0
    /// The number of days after which a checked out asset is expected back, by its category's name in lower case.
    public var checkoutDays: [String: Int] = [:]
    /// A Boolean value that is true if a location label becomes the holder in counter mode.
    public var locationHolder: Bool
    /// The location of assets that are checked in here, or nil for each asset's default location.
    public var stationLocation: LocationID?
    /// The station's name.
    public var station: String

    /// Creates settings.
    public init(
        holderTimeout: Duration = .seconds(60), duplicateWindow: Duration = .milliseconds(1_500),
        confirmTime: Duration = .seconds(10), undoTime: Duration = .seconds(300), modeTimeout: Duration = .seconds(600),
        transfer: TransferPolicy = .refuse, locationHolder: Bool = true, stationLocation: LocationID? = nil,
        station: String
    ) {
        self.holderTimeout = holderTimeout
        self.duplicateWindow = duplicateWindow
        self.confirmTime = confirmTime
        self.undoTime = undoTime
        self.modeTimeout = modeTimeout
        self.transfer = transfer
        self.locationHolder = locationHolder
        self.stationLocation = stationLocation
        self.station = station
    }
}
