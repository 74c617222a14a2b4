/// Finds out what a scanned code may identify. It looks nothing up and follows no link.
///
/// The time is linear in the length of the code, and no bytes make it trap.
public struct BarcodeReader: Sendable {
    /// The largest number of identifiers that a code yields.
    public static let maximumIdentifiers = 16

    /// The formats of this station's codes.
    public let formats: BarcodeFormats
    private let labels: LabelURLs

    /// Creates a reader for the formats.
    public init(formats: BarcodeFormats) {
        self.formats = formats
        labels = LabelURLs(bases: formats.baseURLs)
    }

    /// Reads one code. The same bytes and symbology always give the same reading.
    ///
    /// - Parameters:
    ///   - bytes: the decoded bytes; an AIM identifier before them and one terminator (CR, LF, CR LF or TAB) are ignored.
    ///   - symbology: the AIM identifier that the scanner sent beside the bytes, such as `]Q1`.
    public func read(_ bytes: [UInt8], symbology: String?) -> Reading {
        let content = ScannedContent(bytes, symbology: symbology)
        // Before anything else, since not even the length of a personal document may be reported.
        if isDrivingLicence(bytes[...]) || isDrivingLicence(content.bytes) { return .rejected(.personalData) }
        if bytes.count > formats.maximumBytes { return .rejected(.tooLong) }
        guard let text = String(validating: content.bytes, as: UTF8.self) else { return .rejected(.invalidText) }
        if text.unicodeScalars.allSatisfy(\.properties.isWhitespace) { return .rejected(.empty) }
        if hasStrayControls(content.bytes) { return .rejected(.controlCharacters) }

        if let rest = commandText(content.bytes) { return .command(command(rest, whole: text)) }
        var list = IdentifierList()
        if let rest = after(formats.badgePrefixes, content.bytes) {
            list.add(.badge, rest.text, "badge after its prefix", derived: false)
            list.add(.badge, text, "badge as scanned", derived: false)
        } else if let rest = after(formats.locationPrefixes, content.bytes) {
            list.add(.locationCode, rest.text, "location code after its prefix", derived: false)
            list.add(.locationCode, text, "location code as scanned", derived: false)
        } else if let contact = ContactCard(content.bytes) {
            list.add(.badge, text, "badge as scanned", derived: false)
            contact.addIdentifiers(to: &list)
        } else {
            addPlain(text, content.bytes, to: &list)
            addDerived(content, to: &list)
        }
        return .identifiers(list.identifiers)
    }

    /// Returns whether the code can only be a badge: it has a badge prefix or is a contact card.
    public func isBadge(_ text: String) -> Bool {
        let bytes = Array(text.utf8)[...].trimmed
        return after(formats.badgePrefixes, bytes) != nil || ContactCard.isContact(bytes)
    }

    /// Returns the readings of a code that must be a badge (``Command/operator(_:)``), with or without a prefix.
    ///
    /// - Returns: 0 to 2 exact identifiers of the kind `badge`; none for an empty code.
    public func badge(_ code: String) -> [Identifier] {
        let bytes = Array(code.utf8)[...].trimmed
        var list = IdentifierList()
        if let rest = after(formats.badgePrefixes, bytes) {
            list.add(.badge, rest.text, "badge after its prefix", derived: false)
        }
        list.add(.badge, bytes.text, "badge as scanned", derived: false)
        return list.identifiers
    }

    // MARK: - Commands and prefixes

    private func commandText(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        formats.commandPrefix.isEmpty ? nil : bytes.after(formats.commandPrefix)
    }

    private func command(_ rest: ArraySlice<UInt8>, whole: String) -> Command {
        let name = rest.trimmed
        if name.count == 4, name.hasPrefix("DONE") { return .done }
        if name.count == 6, name.hasPrefix("CANCEL") { return .cancel }
        if name.count == 4, name.hasPrefix("UNDO") { return .undo }
        if let mode = name.after("MODE:")?.trimmed, !mode.isEmpty, mode.allSatisfy(\.isLetter) {
            return .mode(mode.text.lowercased())
        }
        if let badge = name.after("OPERATOR:")?.trimmed, !badge.isEmpty { return .operator(badge.text) }
        return .unknown(whole)
    }

    /// Returns the text after the longest prefix that matches, or nil if none matches.
    private func after(_ prefixes: [String], _ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        prefixes.filter { !$0.isEmpty }.compactMap { bytes.after($0) }.min { $0.count < $1.count }?.trimmed
    }

    // MARK: - Identifiers

    private func addPlain(_ text: String, _ bytes: ArraySlice<UInt8>, to list: inout IdentifierList) {
        list.add(.tag, text, "asset tag as scanned", derived: false)
        list.add(.serial, text, "serial number as scanned", derived: false)
        list.add(.badge, text, "badge as scanned", derived: false)
        list.add(.employeeNumber, text, "employee number as scanned", derived: false)
        list.add(.locationCode, text, "location code as scanned", derived: false)
        let bare = (bytes.after("urn:uuid:") ?? bytes).trimming { $0 == UInt8(ascii: "{") || $0 == UInt8(ascii: "}") }
        if let uuid = canonicalUUID(bare, dashes: true) {
            list.add(.uuid, uuid, "UUID as scanned", derived: false)
        } else if let uuid = canonicalUUID(bare, dashes: false) {
            list.add(.uuid, uuid, "UUID without dashes", derived: true)
        }
    }

    private func addDerived(_ content: ScannedContent, to list: inout IdentifierList) {
        if let url = WebAddress(content.bytes) {
            labels.addIdentifiers(of: url, to: &list)
            DigitalLink(url)?.addIdentifiers(to: &list)
        } else if let envelope = MessageEnvelope(content.bytes) {
            envelope.addIdentifiers(to: &list)
        } else {
            ElementString(content)?.addIdentifiers(to: &list)
            addVendorReadings(content, to: &list)
        }
    }
}

/// Returns whether the bytes hold control characters other than those of GS1 element strings and ISO 15434 envelopes.
/// In a vCard, line breaks and tabs are allowed too.
private func hasStrayControls(_ bytes: ArraySlice<UInt8>) -> Bool {
    let hasLines = ContactCard.isVCard(bytes)
    var last: UInt8 = 0
    for byte in bytes {
        switch byte {
        case .endOfTransmission, .fileSeparator, .groupSeparator, .recordSeparator: break
        case 0x09, 0x0A, 0x0D: if !hasLines { return true }
        case 0..<0x20, 0x7F: return true
        // C1 controls, U+0080 to U+009F.
        case 0x80...0x9F: if last == 0xC2 { return true }
        default: break
        }
        last = byte
    }
    return false
}
