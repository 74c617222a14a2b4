/// Returns whether the bytes are the PDF417 of a driving licence or identity card (AAMVA DL/ID Card Design Standard,
/// annex D): `@` LF RS CR `ANSI ` and six digits, of which wedges lose or change the control characters.
func isDrivingLicence(_ bytes: ArraySlice<UInt8>) -> Bool {
    var rest = (AIMIdentifier(bytes) == nil ? bytes : bytes.dropFirst(3)).prefix(64).drop { $0 <= .space }
    // Without the @ only if it is longer than any tag, since tags may start with ANSI.
    guard rest.first == UInt8(ascii: "@") || rest.count > 40 else { return false }
    if rest.first == UInt8(ascii: "@") {
        rest.removeFirst()
        while !rest.isEmpty, !rest.hasPrefix("ANSI"), !rest.hasPrefix("AAMVA") { rest.removeFirst() }
    }
    guard let number = rest.after("ANSI") ?? rest.after("AAMVA") else { return false }
    let digits = number.drop { $0 <= .space }.prefix(6)
    return digits.count == 6 && digits.allSatisfy(\.isDigit)
}
