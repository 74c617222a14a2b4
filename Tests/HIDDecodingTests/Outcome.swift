import HIDDecoding

/// A ``Decoded`` without its times.
enum Outcome: Hashable {
    case scan([UInt8], symbology: String?)
    case broken(String, [UInt8])
    case reply([UInt8])

    init(_ decoded: Decoded) {
        self =
            switch decoded {
            case .scan(let scan): .scan(scan.bytes, symbology: scan.symbology)
            case .broken(let bytes, let reason): .broken(reason, bytes)
            case .reply(let bytes): .reply(bytes)
            case .flood(let bytes): .broken("flood", bytes)
            case .unread(let codes): .broken("\(codes) unread", [])
            }
    }

    static func text(_ text: String) -> Outcome { .scan(Array(text.utf8), symbology: nil) }
}
