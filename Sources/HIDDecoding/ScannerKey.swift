/// The key by which one unit is told from another.
public enum ScannerKey: String, Hashable, Sendable, Codable, CaseIterable {
    /// The serial number, wherever the unit is plugged in.
    case serial
    /// The port that the unit is plugged into.
    case port
}
