/// A person's vCard (RFC 6350, and 2.1 and 3.0 before it) or MeCard.
struct ContactCard {
    private var uids: [ArraySlice<UInt8>] = []
    private var emails: [ArraySlice<UInt8>] = []

    static func isVCard(_ bytes: ArraySlice<UInt8>) -> Bool { bytes.hasPrefix("BEGIN:VCARD") }

    static func isContact(_ bytes: ArraySlice<UInt8>) -> Bool { isVCard(bytes) || bytes.hasPrefix("MECARD:") }

    /// Creates a contact card, or returns nil unless the content starts like one. A missing end is accepted.
    init?(_ bytes: ArraySlice<UInt8>) {
        if Self.isVCard(bytes) {
            for line in Self.unfolded(bytes) { addProperty(line) }
        } else if let body = bytes.after("MECARD:") {
            for field in Self.fields(body) { addProperty(field) }
        } else {
            return nil
        }
    }

    func addIdentifiers(to list: inout IdentifierList) {
        for uid in uids.prefix(2) {
            list.add([.badge, .employeeNumber], uid.text, "UID of a contact card", derived: true)
            if let uuid = canonicalUUID(uid.after("urn:uuid:") ?? uid, dashes: true) {
                list.add(.uuid, uuid, "UID of a contact card", derived: true)
            }
        }
        for email in emails.prefix(3) {
            list.add([.badge, .employeeNumber], email.text, "e-mail address of a contact card", derived: true)
        }
    }

    /// Adds a property `[group.]NAME[;parameters]:value`, in which escapes are not yet resolved.
    private mutating func addProperty(_ line: ArraySlice<UInt8>) {
        guard let colon = Self.colon(in: line) else { return }
        var name = line[..<colon].prefix { $0 != UInt8(ascii: ";") }
        if let dot = name.lastIndex(of: UInt8(ascii: ".")) { name = name[(dot + 1)...] }
        let value = Self.unescaped(line[(colon + 1)...]).trimmed
        guard !value.isEmpty else { return }
        switch name.trimmed.text.uppercased() {
        case "UID": uids.append(value)
        case "EMAIL": emails.append(value.after("mailto:") ?? value)
        default: break
        }
    }

    /// Returns the index of the colon that ends name and parameters, outside quoted parameters.
    private static func colon(in line: ArraySlice<UInt8>) -> Int? {
        var isQuoted = false
        for index in line.indices {
            if line[index] == UInt8(ascii: "\"") { isQuoted.toggle() }
            if line[index] == UInt8(ascii: ":"), !isQuoted { return index }
        }
        return nil
    }

    /// Returns the lines, each joined with its continuations (RFC 6350 §3.2).
    private static func unfolded(_ bytes: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
        var lines: [ArraySlice<UInt8>] = []
        var continued: [UInt8] = []
        for line in bytes.split(whereSeparator: \.isLineBreak) {
            if line.first == .space || line.first == 0x09 {
                continued += line.dropFirst()
            } else {
                lines.append(continued[...])
                continued = Array(line)
            }
        }
        lines.append(continued[...])
        return lines
    }

    /// Returns the fields of a MeCard, which end with a semicolon that is not escaped by a backslash.
    private static func fields(_ bytes: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
        var fields: [ArraySlice<UInt8>] = []
        var start = bytes.startIndex
        var isEscaped = false
        for index in bytes.indices {
            if bytes[index] == UInt8(ascii: ";"), !isEscaped {
                fields.append(bytes[start..<index])
                start = index + 1
            }
            isEscaped = bytes[index] == UInt8(ascii: "\\") && !isEscaped
        }
        fields.append(bytes[start...])
        return fields
    }

    private static func unescaped(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var result: [UInt8] = []
        var rest = bytes
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "\\"), let next = rest.popFirst() else {
                result.append(byte)
                continue
            }
            result.append(next.upper == UInt8(ascii: "N") ? .space : next)
        }
        return result[...]
    }
}
