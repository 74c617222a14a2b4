import Foundation

/// Standard output, written line by line without buffering.
enum Output {
    static func line(_ text: String) { try? FileHandle.standardOutput.write(contentsOf: Data((text + "\n").utf8)) }
}

/// Waits for Ctrl-C.
enum Stop {
    static func waitForInterrupt() async throws {
        signal(SIGINT, SIG_IGN)
        signal(SIGTERM, SIG_IGN)
        let (stream, continuation) = AsyncStream<Void>.makeStream()
        let sources = [SIGINT, SIGTERM].map { DispatchSource.makeSignalSource(signal: $0) }
        for source in sources {
            source.setEventHandler { continuation.finish() }
            source.activate()
        }
        for await _ in stream {}
        for source in sources { source.cancel() }
    }
}

/// Boot keyboard reports (HID 1.11 appendix B) of a few characters in the US layout.
enum Keys {
    static func reports(for text: String) -> [String] {
        text.utf8.flatMap { byte -> [String] in
            let usage: UInt8
            let shift: Bool
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): (usage, shift) = (byte - UInt8(ascii: "A") + 4, true)
            case UInt8(ascii: "1")...UInt8(ascii: "9"): (usage, shift) = (byte - UInt8(ascii: "1") + 0x1E, false)
            case UInt8(ascii: "0"): (usage, shift) = (0x27, false)
            default: (usage, shift) = (0x2D, false)
            }
            let digits = String(usage, radix: 16)
            return [
                "\(shift ? "02" : "00")00\(digits.count == 1 ? "0" : "")\(digits)0000000000", "0000000000000000",
            ]
        }
    }
}
