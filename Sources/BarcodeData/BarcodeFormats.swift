/// The formats of this station's codes beyond those of standards.
public struct BarcodeFormats: Hashable, Sendable {
    /// The prefix of command codes, compared without case. If it is empty, no code is a command.
    public var commandPrefix = "DEPOT:"
    /// The prefixes, compared without case, of codes that can only be badges.
    public var badgePrefixes = ["BADGE:"]
    /// The prefixes, compared without case, of codes that can only be location codes.
    public var locationPrefixes = ["LOC:"]
    /// The base URLs in label QR codes of this or an earlier system, such as `https://assets.example.org/snipe`. A URL of
    /// any other host yields only its GS1 Digital Link keys.
    public var baseURLs: [String] = []
    /// The length in bytes of the longest code that is accepted.
    public var maximumBytes = 4096

    /// Creates the formats of a station without configuration.
    public init() {}
}
