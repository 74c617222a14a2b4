public import DepotModel

/// The settings of the conversation at a lane.
public struct WorkflowSettings: Hashable, Sendable {
    /// The time without an effective scan after which a lane forgets its holder.
    public var holderTimeout: Duration
    /// The time within which the same code on the same lane counts as the same scan.
    public var duplicateWindow: Duration
    /// A Boolean value that is true if a location label becomes the holder in counter mode.
    public var locationHolder: Bool
    /// The location of assets that are checked in here, or nil for each asset's default location.
    public var stationLocation: LocationID?
    /// The station's name.
    public var station: String

    /// Creates settings.
    public init(
        holderTimeout: Duration = .seconds(60), duplicateWindow: Duration = .milliseconds(1_500),
        locationHolder: Bool = true,
        stationLocation: LocationID? = nil, station: String
    ) {
        self.holderTimeout = holderTimeout
        self.duplicateWindow = duplicateWindow
        self.locationHolder = locationHolder
        self.stationLocation = stationLocation
        self.station = station
    }
}
