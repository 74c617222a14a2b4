/// The protocol of a scanner's interface.
public enum ScannerKind: String, Sendable, Codable {
    /// A scanner that types like a keyboard (HID usage 01:06).
    case keyboardWedge = "keyboard_wedge"
    /// A scanner that sends HID POS reports (HID usage 8C:02).
    case hidPOS = "hid_pos"
}
