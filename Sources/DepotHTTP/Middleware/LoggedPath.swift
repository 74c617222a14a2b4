import TextFormats

/// A request's path for the log, without pairing codes and tokens in any encoding.
///
/// The rest after the word `pair` is withheld, and so is a path with a part as long as a secret. Both are searched for
/// behind every level of percent encoding.
func loggedPath(_ path: String) -> String {
    var decoded = path
    // an escape may be escaped; who goes on with that is not shown anything
    for _ in 0..<4 where decoded.utf8.contains(UInt8(ascii: "%")) {
        decoded = PercentEncoding.decode(decoded) ?? "%"
    }
    guard !decoded.utf8.contains(UInt8(ascii: "%")) else { return "…" }
    let parts = decoded.lowercased().split(separator: "/")
    if let word = parts.firstIndex(of: "pair"), word < parts.count - 1 { return "/pair/…" }
    var run = 0
    for byte in decoded.utf8 {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            run += 1
        default: run = 0
        }
        if run >= 40 { return "…" }
    }
    return String(path.prefix(200))
}
