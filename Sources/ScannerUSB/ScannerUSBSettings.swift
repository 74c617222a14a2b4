public import HIDDecoding

/// The settings of USB scanners.
public struct ScannerUSBSettings: Sendable {
    /// The devices that are adopted as keyboard wedges in addition to ``knownScanners``.
    public var wedges: [USBMatch]
    /// The devices that are ignored, whatever they are.
    public var ignored: [USBMatch]
    /// The stored keys of units with a serial (`usb:VVVV:SERIAL`). Units without one are identified by their serial
    /// until a second unit with it is seen.
    public var keys: [String: ScannerKey]
    /// The last port of the unit with an identity, which at the start takes precedence over other units with its
    /// serial.
    public var ports: [String: String] = [:]

    /// Creates settings; the defaults are those of a new station without configuration.
    public init(wedges: [USBMatch] = [], ignored: [USBMatch] = [], keys: [String: ScannerKey] = [:]) {
        self.wedges = wedges
        self.ignored = ignored
        self.keys = keys
    }
}
