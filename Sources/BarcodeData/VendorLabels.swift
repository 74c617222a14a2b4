/// Adds the readings by vendors' labels and Code 39 conventions. All of them are derived: real serial numbers start with
/// S too, so a prefix is removed only if the rest looks like a vendor's number.
func addVendorReadings(_ content: ScannedContent, to list: inout IdentifierList) {
    let bytes = content.bytes
    if content.identifier?.sendsCode39Check == true, hasValidCode39Check(bytes) {
        list.add(
            [.tag, .serial, .badge, .employeeNumber], bytes.dropLast().text, "without the Code 39 check character",
            derived: true)
    }
    if bytes.count > 2, bytes.first == UInt8(ascii: "*"), bytes.last == UInt8(ascii: "*") {
        list.add(
            [.tag, .serial, .badge, .employeeNumber], bytes.dropFirst().dropLast().trimmed.text,
            "between Code 39's start and stop", derived: true)
    }
    if let rest = bytes.after("1S"), let serial = lenovoSerial(rest) {
        list.add(.serial, serial.text, "serial number after Lenovo's 1S, type and model", derived: true)
    } else if let rest = bytes.after("S"), isVendorSerial(rest) {
        list.add(.serial, rest.text, "serial number after the vendor's S", derived: true)
    }
    if let tag = dellServiceTag(expressCode: bytes) {
        list.add(.serial, tag, "Dell service tag from its express service code", derived: true)
    }
}

/// Returns the serial number (8 characters) after Lenovo's type and model (10 characters), or nil for anything else.
func lenovoSerial(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    bytes.count == 18 && bytes.allSatisfy(\.isAlphanumeric) ? bytes.suffix(8) : nil
}

/// Returns whether a number has the length and shape of the serial numbers of Lenovo (8), HP and recent Apple devices
/// (10), Cisco (11: LLLYYWWSSSS) or older Apple devices (12).
private func isVendorSerial(_ serial: ArraySlice<UInt8>) -> Bool {
    guard serial.count <= 12, serial.allSatisfy(\.isAlphanumeric), serial.contains(where: \.isDigit),
        serial.contains(where: \.isLetter)
    else { return false }
    return switch serial.count {
    case 8: serial.first?.isLetter == true
    case 10, 12: true
    case 11: serial.prefix(3).allSatisfy(\.isLetter) && serial.dropFirst(3).prefix(4).allSatisfy(\.isDigit)
    default: false
    }
}

/// Returns the seven characters of a Dell service tag, whose value in base 36 is the express service code of 10 or 11
/// digits.
private func dellServiceTag(expressCode bytes: ArraySlice<UInt8>) -> String? {
    guard (10...11).contains(bytes.count), bytes.first != UInt8(ascii: "0"), bytes.allSatisfy(\.isDigit),
        let number = UInt64(bytes.text)
    else { return nil }
    let tag = String(number, radix: 36, uppercase: true)
    return tag.utf8.count == 7 && tag.utf8.contains(where: \.isLetter) ? tag : nil
}

/// Verifies Code 39's optional modulo 43 check character (ISO/IEC 16388 Annex A).
private func hasValidCode39Check(_ bytes: ArraySlice<UInt8>) -> Bool {
    let alphabet = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%".utf8)
    guard bytes.count > 1, let check = bytes.last else { return false }
    var sum = 0
    for byte in bytes.dropLast() {
        guard let value = alphabet.firstIndex(of: byte) else { return false }
        sum = (sum + value) % 43
    }
    return alphabet[sum] == check
}
