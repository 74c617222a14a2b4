/// The reports by which a keyboard-wedge scanner with the US layout types a code: boot reports (HID 1.11 appendix B.1), every
/// key pressed and released, and Enter at the end.
enum TypedReports {
    /// Returns the reports of a code of `A-Z 0-9 - :` up to the one that presses Enter, which completes the scan.
    static func reports(_ code: String) -> [[UInt8]] {
        code.utf8.compactMap(key).flatMap { [press($0.usage, shift: $0.shift), released] } + [
            press(enter, shift: false)
        ]
    }

    /// The report without a key, which follows the one that presses Enter.
    static let released = [UInt8](repeating: 0, count: 8)

    private static let enter: UInt8 = 0x28

    private static func press(_ usage: UInt8, shift: Bool) -> [UInt8] { [shift ? 0x02 : 0, 0, usage, 0, 0, 0, 0, 0] }

    /// Returns the usage of a character (HUT 1.5 page 07), and whether it needs Shift.
    private static func key(_ byte: UInt8) -> (usage: UInt8, shift: Bool)? {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): (byte - UInt8(ascii: "A") + 0x04, true)
        case UInt8(ascii: "1")...UInt8(ascii: "9"): (byte - UInt8(ascii: "1") + 0x1E, false)
        case UInt8(ascii: "0"): (0x27, false)
        case UInt8(ascii: "-"): (0x2D, false)
        case UInt8(ascii: ":"): (0x33, true)
        default: nil
        }
    }
}
