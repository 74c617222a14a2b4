/// Adds what labels of makers and Code 39 conventions suggest. All of it is derived: real serial numbers start with S
/// too, so a prefix goes only where the rest looks like one of the makers' numbers.
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

/// The serial number in Lenovo's type and model (10 characters) and serial number (8).
func lenovoSerial(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    bytes.count == 18 && bytes.allSatisfy(\.isAlphanumeric) ? bytes.suffix(8) : nil
}

/// Whether a number has the length and shape of Lenovo's (8), HP's and Apple's new (10), Cisco's (11: LLLYYWWSSSS) or
/// Apple's old (12) serial numbers.
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

/// The seven characters of a Dell service tag whose value in base 36 is this number of 10 or 11 digits.
private func dellServiceTag(expressCode bytes: ArraySlice<UInt8>) -> String? {
    guard (10...11).contains(bytes.count), bytes.first != UInt8(ascii: "0"), bytes.allSatisfy(\.isDigit),
        let number = UInt64(bytes.text)
    else { return nil }
    let tag = String(number, radix: 36, uppercase: true)
    return tag.utf8.count == 7 && tag.utf8.contains(where: \.isLetter) ? tag : nil
}

/// Code 39's optional modulo 43 character (ISO/IEC 16388 Annex A).
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
