public import BarcodeData
public import DepotModel
public import DepotWorkflow
public import HIDDecoding

/// Everything that can be configured, typed, with its defaults: few options, and nothing that can be detected.
///
/// Read once from one YAML file (``Configuration/load(yaml:file:)``); a reload makes a new value.
public struct Configuration: Hashable, Sendable {
    /// The station's name in every event, 1 to 64 characters.
    public var stationName = "station"
    /// The code of the location where checkins at this station go; empty: each asset's default location.
    public var stationLocation = ""
    /// Where the database lies.
    public var stateDirectory = "/var/lib/depotd"
    /// Mebibytes below which the free space of the disk with the database is a problem; 0: never.
    public var minimumFree = 256
    /// The control socket.
    public var socketPath = "/run/depotd/depotd.sock"
    /// The group whose members may use the control socket.
    public var socketGroup = "depot"
    /// Where the HTTP API listens.
    public var httpHost = "127.0.0.1"
    /// 0 to 65535; 0: any free port.
    public var httpPort = 8480
    /// The address people reach the HTTP API by, for links; empty: `http://HOST:PORT`.
    public var httpPublicURL = ""
    /// The largest request body in bytes.
    public var httpMaximumBody = 1_048_576
    /// The largest body of a CSV import in bytes; it is read as it comes.
    public var httpMaximumImport = 1_073_741_824
    /// Requests a token may make in a minute, where it has no rate of its own; 0: any number.
    public var httpRateLimit = 600
    /// PEM file of the certificate and its chain; empty: plain HTTP. Set together with ``httpTLSKey``, or not at all.
    public var httpTLSCertificate = ""
    /// PEM file of the certificate's private key.
    public var httpTLSKey = ""
    /// The domain below which one label names a tenant, in lower case; empty: any host's first label may.
    public var httpDomain = ""
    /// Whether Issue Asset answers without a token.
    public var issueAssetIsOpen = false
    /// Whether Incident IQ ignores facets that it does not know.
    public var incidentIQIsLenient = false
    /// What ATech's QR codes hold; `{tag}`, `{id}` and `{uuid}` stand for the asset's own.
    public var qrContent = "{tag}"
    /// The keyboard layout that wedge scanners type in, by its libxkbcommon name.
    public var scannerLayout = "us"
    /// Further USB ids (`VVVV:PPPP` or `VVVV:*`) to adopt as keyboard-wedge scanners.
    public var scannerWedges: [String] = []
    /// USB ids never to touch.
    public var scannerIgnored: [String] = []
    /// Milliseconds of silence that end a code of a scanner that sends no terminator, and break one of a scanner that
    /// does; 0: learnt from the pace of each scanner.
    public var scannerInterKeyTimeout = 0
    /// Settings of single scanners.
    public var devices: [Device] = []
    /// Seconds after which an idle lane forgets its holder.
    public var holderTimeout = 60
    /// Milliseconds within which the same code on the same lane is a duplicate.
    public var duplicateWindow = 1500
    /// Whether a location label in counter mode becomes the holder.
    public var locationHolder = true
    /// The prefix of command barcodes.
    public var commandPrefix = "DEPOT:"
    /// Prefixes that make a code a badge and nothing else.
    public var badgePrefixes: [String] = ["BADGE:"]
    /// Prefixes that make a code a location label and nothing else.
    public var locationPrefixes: [String] = ["LOC:"]
    /// Base URLs whose label links are read as asset tags and ids.
    public var baseURLs: [String] = []
    /// Days between audits; 0: none is due by itself.
    public var auditInterval = 365
    /// The least severe message that is logged.
    public var logLevel = "info"

    /// Settings of one scanner.
    public struct Device: Hashable, Sendable {
        /// The identity that `depotctl scanners` shows.
        public var identity = ""
        /// The lane's name on the screen; empty: `Lane N`.
        public var name = ""
        /// The layout it types in; empty: `scanners.layout`.
        public var layout = ""
        /// The slug of the tenant whose ledger its scans go to; empty: the default tenant.
        public var tenant = ""
        /// The key that ends its codes.
        public var terminator = WedgeOptions.TerminatorSetting.learnt

        /// Settings for no scanner yet.
        public init() {}
    }

    /// The defaults.
    public init() {}

    /// The settings for the scanner with that identity; where there are none, those for its serial (`usb:VVVV:SERIAL`),
    /// so that a scanner that comes to be known by its port keeps them.
    public func device(_ identity: String, serial: String? = nil) -> Device? {
        devices.first { $0.identity == identity }
            ?? serial.flatMap { serial in devices.first { $0.identity == serial } }
    }

    /// How codes are read.
    public var barcodeFormats: BarcodeFormats {
        var formats = BarcodeFormats()
        formats.commandPrefix = commandPrefix
        formats.badgePrefixes = badgePrefixes
        formats.locationPrefixes = locationPrefixes
        formats.baseURLs = baseURLs
        return formats
    }

    /// How lanes behave.
    ///
    /// - Parameter location: what ``stationLocation`` stands for in the database.
    public func workflowSettings(location: LocationID?) -> WorkflowSettings {
        var settings = WorkflowSettings(station: stationName)
        settings.holderTimeout = Int64(holderTimeout) * 1000
        settings.duplicateWindow = Int64(duplicateWindow)
        settings.locationHolder = locationHolder
        settings.stationLocation = location
        return settings
    }
}
