/// A result of decoding.
public enum Decoded: Hashable, Sendable {
    /// A whole code; empty if a terminator came alone.
    case scan(RawScan)
    /// An incomplete code, which must never be applied; `bytes` is the part that was received.
    case broken(bytes: [UInt8], reason: String)
    /// An endless stream: the scanner is ignored until it has been silent for a second.
    ///
    /// Reported once per flood; `bytes` is the part of the code in progress.
    case flood(bytes: [UInt8])
    /// The number of codes that were not read since the flood began, or since this was reported last; at most once a second.
    case unread(codes: Int)
    /// The answer to a host command, not a scan.
    case reply([UInt8])
}
