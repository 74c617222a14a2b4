/// One GS1 element: application identifier (AI) and value.
struct GS1Element: Hashable {
    let ai: String
    let value: ArraySlice<UInt8>
}

extension [GS1Element] {
    subscript(ai: String) -> ArraySlice<UInt8>? { first { $0.ai == ai }?.value }

    /// Adds the identifiers that the elements hold.
    ///
    /// - Parameters:
    ///   - origin: the end of the rule's name, such as ` from a Digital Link`; may be empty.
    ///   - isProven: whether the AIM identifier proves GS1; otherwise every identifier is derived.
    func addIdentifiers(to list: inout IdentifierList, origin: String, isProven: Bool) {
        let guessed = !isProven
        if let giai = self["8004"] {
            list.add([.tag, .serial], giai.text, "GIAI (GS1 8004)" + origin, derived: guessed)
        }
        if let grai = self["8003"] {
            list.add([.tag, .serial], grai.text, "GRAI (GS1 8003)" + origin, derived: guessed)
            list.add(.tag, grai.dropFirst().text, "GRAI (GS1 8003) without its leading 0" + origin, derived: true)
            list.add(.serial, grai.dropFirst(14).text, "serial number in a GRAI (GS1 8003)" + origin, derived: true)
        }
        if let gln = self["414"] {
            // With an extension, the number alone identifies the whole site: another location.
            if let room = self["254"] {
                list.add(
                    .locationCode, gln.text + "/" + room.text, "GLN and extension (GS1 414, 254)" + origin,
                    derived: guessed)
                list.add(.locationCode, room.text, "GLN extension (GS1 254)" + origin, derived: true)
            } else {
                list.add(.locationCode, gln.text, "GLN (GS1 414)" + origin, derived: guessed)
            }
        }
        for ai in ["8018", "8017"] {
            guard let person = self[ai] else { continue }
            list.add([.badge, .employeeNumber], person.text, "GSRN (GS1 \(ai))" + origin, derived: guessed)
        }
        if let serial = self["21"] { list.add(.serial, serial.text, "serial number (GS1 21)" + origin, derived: true) }
        if let serial = self["250"] {
            list.add(.serial, serial.text, "secondary serial number (GS1 250)" + origin, derived: true)
        }
        if let serial = self["8011"] {
            list.add(.serial, serial.text, "serial number of a part (GS1 8011)" + origin, derived: true)
        }
        if let unit = self["00"] { list.add(.tag, unit.text, "SSCC (GS1 00)" + origin, derived: guessed) }
        if let document = self["253"] { list.add(.tag, document.text, "GDTI (GS1 253)" + origin, derived: guessed) }
        for element in self where element.ai.utf8.count == 2 && element.ai.hasPrefix("9") {
            list.add(.tag, element.value.text, "company-internal (GS1 \(element.ai))" + origin, derived: true)
        }
    }
}
