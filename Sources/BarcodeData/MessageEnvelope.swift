/// An ISO/IEC 15434 envelope: `[)>` RS, then formats that end with RS, then EOT. Format 05 holds GS1 elements, 06
/// holds ANSI MH10.8.2 data identifiers, 12 text element identifiers.
struct MessageEnvelope {
    private let formats: [ArraySlice<UInt8>]

    /// The ways in which keyboard wedges send the separators, if at all.
    private static let separators: [(text: String, byte: UInt8)] = [
        ("<GS>", .groupSeparator), ("{GS}", .groupSeparator), ("<RS>", .recordSeparator), ("{RS}", .recordSeparator),
        ("<EOT>", .endOfTransmission), ("{EOT}", .endOfTransmission), ("^]", .groupSeparator), ("^^", .recordSeparator),
        ("|", .groupSeparator), ("~", .groupSeparator), ("^", .groupSeparator),
    ]

    /// Creates an envelope, or returns nil unless the content starts like one. A missing trailer is accepted.
    init?(_ bytes: ArraySlice<UInt8>) {
        guard let rest = bytes.after("[)>") else { return nil }
        let body = rest.replacing(Self.separators).trimming { $0 == .recordSeparator || $0 == .endOfTransmission }
        formats = body.split(separator: .recordSeparator, maxSplits: 7)
    }

    func addIdentifiers(to list: inout IdentifierList) {
        for format in formats {
            let body = format.dropFirst(2)
            switch format.prefix(2).text {
            case "05": ElementString(enveloped: body).addIdentifiers(to: &list)
            case "06": addDataIdentifiers(body, to: &list)
            case "12": addTextElements(body, to: &list)
            default: break
            }
        }
    }

    private func fields(_ body: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
        body.split(separator: .groupSeparator, maxSplits: 63)
    }

    /// Adds the values after data identifiers, which are up to three digits and a letter.
    private func addDataIdentifiers(_ body: ArraySlice<UInt8>, to list: inout IdentifierList) {
        for field in fields(body) {
            let digits = field.prefix(while: \.isDigit)
            guard digits.count <= 3, let letter = field.dropFirst(digits.count).first, letter.isUpper else { continue }
            let value = field.dropFirst(digits.count + 1).trimmed
            switch field.prefix(digits.count + 1).text {
            case "S": list.add(.serial, value.text, "serial number (MH10 S)", derived: true)
            case "1S":
                if let serial = lenovoSerial(value) {
                    list.add(.serial, serial.text, "serial number after type and model (MH10 1S)", derived: true)
                }
                list.add(.serial, value.text, "serial number (MH10 1S)", derived: true)
            case "18S":
                list.add(
                    .serial, value.dropFirst(5).text, "serial number after the CAGE code (MH10 18S)", derived: true)
                list.add([.tag, .serial], value.text, "CAGE code and serial number (MH10 18S)", derived: true)
            case "25S":
                list.add([.tag, .serial], value.text, "globally unique serial number (MH10 25S)", derived: true)
            case "22S": list.add(.serial, value.text, "mobile serial number (MH10 22S)", derived: true)
            case "23S": list.add(.serial, value.text, "MAC address (MH10 23S)", derived: true)
            default: break
            }
        }
    }

    private func addTextElements(_ body: ArraySlice<UInt8>, to list: inout IdentifierList) {
        for field in fields(body) {
            guard let serial = field.after("SER ")?.trimmed else { continue }
            list.add(.serial, serial.text, "serial number (text element SER)", derived: true)
        }
    }
}
