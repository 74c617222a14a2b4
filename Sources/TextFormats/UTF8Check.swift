/// A check of bytes that arrive in pieces for UTF-8 (Unicode 15, table 3-7), which goes on after invalid ones.
public struct UTF8Check: Sendable {
    /// The number of valid characters of several bytes.
    public private(set) var multibyteCount = 0
    /// The number of bytes at which a character ends that is none.
    public private(set) var invalidCount = 0
    private var left = 0
    private var allowed: ClosedRange<UInt8> = 0x80...0xBF

    /// Creates a check at the start of a file.
    public init() {}

    /// A Boolean value that is true if everything so far is UTF-8 and no character is incomplete.
    public var isValid: Bool { invalidCount == 0 && left == 0 }

    /// Checks the next bytes.
    public mutating func feed(_ bytes: ArraySlice<UInt8>) {
        bytes.withUnsafeBufferPointer { bytes in
            for byte in bytes where byte >= 0x80 || left > 0 { take(byte) }
        }
    }

    private mutating func take(_ byte: UInt8) {
        if left > 0 {
            guard allowed.contains(byte) else {
                invalidCount += 1
                left = 0
                return byte >= 0x80 ? begin(byte) : ()
            }
            left -= 1
            allowed = 0x80...0xBF
            if left == 0 { multibyteCount += 1 }
            return
        }
        begin(byte)
    }

    private mutating func begin(_ byte: UInt8) {
        allowed =
            switch byte {
            case 0xE0: 0xA0...0xBF
            case 0xED: 0x80...0x9F
            case 0xF0: 0x90...0xBF
            case 0xF4: 0x80...0x8F
            default: 0x80...0xBF
            }
        switch byte {
        case 0xC2...0xDF: left = 1
        case 0xE0...0xEF: left = 2
        case 0xF0...0xF4: left = 3
        default: invalidCount += 1
        }
    }
}
