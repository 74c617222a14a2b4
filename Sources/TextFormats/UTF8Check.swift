/// A check that bytes arriving in pieces are UTF-8 (Unicode 15, table 3-7).
public struct UTF8Check: Sendable {
    /// The line of the last byte, counted from 1.
    public private(set) var line = 1
    private var left = 0
    private var allowed: ClosedRange<UInt8> = 0x80...0xBF
    private var wasReturn = false

    /// Creates a check at the start of a file.
    public init() {}

    /// A Boolean value that is true if the file may end here: no character is incomplete.
    public var isComplete: Bool { left == 0 }

    /// Returns false if the bytes cannot be UTF-8; ``line`` is then the line of the first invalid byte.
    public mutating func accepts(_ bytes: ArraySlice<UInt8>) -> Bool {
        for byte in bytes {
            guard left == 0 else {
                guard allowed.contains(byte) else { return false }
                left -= 1
                allowed = 0x80...0xBF
                continue
            }
            if byte == 0x0D || (byte == 0x0A && !wasReturn) { line += 1 }
            wasReturn = byte == 0x0D
            switch byte {
            case 0x00...0x7F: continue
            case 0xC2...0xDF: left = 1
            case 0xE0...0xEF: left = 2
            case 0xF0...0xF4: left = 3
            default: return false
            }
            switch byte {
            case 0xE0: allowed = 0xA0...0xBF
            case 0xED: allowed = 0x80...0x9F
            case 0xF0: allowed = 0x90...0xBF
            case 0xF4: allowed = 0x80...0x8F
            default: break
            }
        }
        return true
    }
}
