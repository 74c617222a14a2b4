/// Returns the bytes of a code as text for people: on the screen, in tables and in logs.
///
/// Control and invisible characters appear as `\u{1d}`, bytes that are not UTF-8 as `\xNN`. A text of more than 200
/// characters is truncated and ends with `…`. The content of a driving licence is not shown.
public func displayText(_ bytes: [UInt8]) -> String {
    if isDrivingLicence(bytes[...]) { return "(a driving licence or identity card)" }
    let maximum = 200
    var pieces: [String] = []
    var length = 0
    var rest = bytes[...]
    while let first = rest.first, length <= maximum {
        let size = utf8Length(first)
        let piece: String
        if let character = String(validating: rest.prefix(size), as: UTF8.self),
            let scalar = character.unicodeScalars.first
        {
            piece = isVisible(scalar) ? character : "\\u{" + String(scalar.value, radix: 16) + "}"
            rest = rest.dropFirst(size)
        } else {
            piece = "\\x" + (first < 16 ? "0" : "") + String(first, radix: 16)
            rest.removeFirst()
        }
        pieces.append(piece)
        length += piece.unicodeScalars.count
    }
    guard length > maximum else { return pieces.joined() }
    while length >= maximum, let last = pieces.popLast() { length -= last.unicodeScalars.count }
    return pieces.joined() + "…"
}

/// Returns the number of bytes of a character with this first byte, or 1 for a byte that starts none.
private func utf8Length(_ first: UInt8) -> Int {
    switch first {
    case 0xC2...0xDF: 2
    case 0xE0...0xEF: 3
    case 0xF0...0xF4: 4
    default: 1
    }
}

/// Returns false for characters that would move, hide or reverse the text around them.
private func isVisible(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse: false
    default: true
    }
}
