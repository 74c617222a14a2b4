public import BarcodeData
public import DepotModel
public import DepotWorkflow
public import HIDDecoding

/// The configuration with its defaults: few options, and nothing that can be detected.
///
/// It is read from one YAML file (``Configuration/load(yaml:file:)``); a reload creates a new value.
public struct Configuration: Hashable, Sendable {
    /// The station's name in every event, 1 to 64 characters.
    public var stationName = "station"
    /// The code of the location of assets that are checked in at this station, or an empty string for each asset's default
    /// location.
    public var stationLocation = ""
    /// The language of the counter screen, `en` or `de`, or `auto` for the language that the browser prefers.
    public var stationLanguage = "auto"
    /// The directory of the database.
    public var stateDirectory = "/var/lib/depotd"
    /// The free space in mebibytes below which the disk with the database is reported as a problem, or 0 for never.
    public var minimumFreeMebibytes = 256
    /// The control socket.
    public var socketPath = "/run/depotd/depotd.sock"
    /// The group whose members may use the control socket.
    public var socketGroup = "depot"
    /// The address on which the HTTP API listens.
    public var httpHost = "127.0.0.1"
    /// The port, 0 to 65535; 0 chooses a free one.
    public var httpPort = 8480
    /// The address of the HTTP API in links, or an empty string for `http://HOST:PORT`.
    public var httpPublicURL = ""
    /// The largest request body in bytes.
    public var httpMaximumBody = 1_048_576
    /// The largest body of a CSV import in bytes. An import is processed while it is received.
    public var httpMaximumImport = 1_073_741_824
    /// The number of requests per minute that a token without a limit of its own may make, or 0 for any number.
    public var httpRateLimit = 600
    /// The PEM file of the certificate and its chain, or an empty string for plain HTTP. It requires ``httpTLSKey``.
    public var httpTLSCertificate = ""
    /// The PEM file of the certificate's private key.
    public var httpTLSKey = ""
    /// The domain, in lower case, below which one label names a tenant; if it is empty, any host's first label may.
    public var httpDomain = ""
    /// A Boolean value that is true if a paired screen may act at the lanes.
    public var screenTouch = true
    /// A Boolean value that is true if Issue Asset accepts requests without a token.
    public var issueAssetIsOpen = false
    /// A Boolean value that is true if Incident IQ ignores unknown facets.
    public var incidentIQIsLenient = false
    /// The content of ATech's QR codes, in which `{tag}`, `{id}` and `{uuid}` stand for the asset's own.
    public var qrContent = "{tag}"
    /// The libxkbcommon name of the keyboard layout in which wedge scanners type.
    public var scannerLayout = "us"
    /// The further USB ids (`VVVV:PPPP` or `VVVV:*`) that are adopted as keyboard-wedge scanners.
    public var scannerWedges: [String] = []
    /// The USB ids that are ignored.
    public var scannerIgnored: [String] = []
    /// The silence that ends a code of a scanner without a terminator and breaks one of a scanner with a terminator, or
    /// zero to learn it from the pace of each scanner.
    public var scannerInterKeyTimeout = Duration.zero
    /// The settings of single scanners.
    public var devices: [Device] = []
    /// The time after which an idle lane forgets its holder.
    public var holderTimeout = Duration.seconds(60)
    /// The time within which the same code on the same lane is a duplicate.
    public var duplicateWindow = Duration.milliseconds(1500)
    /// The time within which the second scan of an asset answers a question about it.
    public var confirmTime = Duration.seconds(10)
    /// The age up to which a lane's newest change can be undone without a session and without an operator.
    public var undoTime = Duration.seconds(300)
    /// The time without scans after which a lane returns to its home mode, or zero for never.
    public var modeTimeout = Duration.seconds(600)
    /// The treatment of an asset that is out to somebody else, a word of `TransferPolicy`.
    public var transferPolicy = TransferPolicy.refuse.rawValue
    /// The number of assets that one person may have without an operator's consent, or 0 for any number.
    public var limitPerPerson = 0
    /// The categories whose assets are expected back after a number of days.
    public var checkoutDays: [CheckoutDays] = []
    /// A Boolean value that is true if a location label in counter mode becomes the holder.
    public var locationHolder = true
    /// The prefix of command barcodes.
    public var commandPrefix = "DEPOT:"
    /// The prefixes of codes that can only be badges.
    public var badgePrefixes: [String] = ["BADGE:"]
    /// The prefixes of codes that can only be location labels.
    public var locationPrefixes: [String] = ["LOC:"]
    /// The base URLs of label links that are read as asset tags and ids.
    public var baseURLs: [String] = []
    /// The number of days between audits, or 0 if no audit becomes due by itself.
    public var auditIntervalDays = 365
    /// The lowest level that is logged.
    public var logLevel = "info"

    /// The days after which the assets of a category are expected back.
    public struct CheckoutDays: Hashable, Sendable {
        /// The category's name, compared without case.
        public var category: String
        /// The number of days, 1 to 3650.
        public var days: Int

        /// Creates an entry.
        public init(category: String, days: Int) {
            self.category = category
            self.days = days
        }
    }

    /// Settings of one scanner.
    public struct Device: Hashable, Sendable {
        /// The identity that `depotctl scanners` shows.
        public var identity = ""
        /// The lane's name on the screen, or an empty string for `Lane N`.
        public var name = ""
        /// The keyboard layout, or an empty string for `scanners.layout`.
        public var layout = ""
        /// The slug of the tenant whose ledger records the scans, or an empty string for the default tenant.
        public var tenant = ""
        /// The home mode of the lane, or an empty string for the one that was set last.
        public var mode = ""
        /// The key that ends the codes.
        public var terminator = WedgeOptions.TerminatorSetting.learnt

        /// Creates the default settings, without an identity.
        public init() {}
    }

    /// Creates a configuration with the defaults.
    public init() {}

    /// Returns the settings of the scanner with the identity, or else those of its serial (`usb:VVVV:SERIAL`), so that a
    /// scanner keeps them when it is identified by its port.
    public func device(_ identity: String, serial: String? = nil) -> Device? {
        devices.first { $0.identity == identity }
            ?? serial.flatMap { serial in devices.first { $0.identity == serial } }
    }

    /// The formats of this station's codes.
    public var barcodeFormats: BarcodeFormats {
        var formats = BarcodeFormats()
        formats.commandPrefix = commandPrefix
        formats.badgePrefixes = badgePrefixes
        formats.locationPrefixes = locationPrefixes
        formats.baseURLs = baseURLs
        return formats
    }

    /// Returns the settings of lanes.
    ///
    /// - Parameter location: the location with the code ``stationLocation``, or nil.
    public func workflowSettings(location: LocationID?) -> WorkflowSettings {
        var settings = WorkflowSettings(station: stationName)
        settings.holderTimeout = holderTimeout
        settings.duplicateWindow = duplicateWindow
        settings.confirmTime = confirmTime
        settings.undoTime = undoTime
        settings.modeTimeout = modeTimeout
        settings.transfer = TransferPolicy(rawValue: transferPolicy) ?? .refuse
        settings.limitPerPerson = limitPerPerson
        settings.checkoutDays = Dictionary(checkoutDays.map { ($0.category.lowercased(), $0.days) }) { $1 }
        settings.locationHolder = locationHolder
        settings.stationLocation = location
        return settings
    }
}
