/// The URLs in label QR codes of Snipe-IT, Homebox and this daemon, on the configured hosts.
struct LabelURLs {
    private let bases: [WebAddress]

    /// Creates the bases from their configuration.
    ///
    /// - Parameter bases: URLs, in which a missing scheme means `https://`; anything else is ignored.
    init(bases: [String]) {
        self.bases = bases.compactMap { base in
            let bytes = Array(base.utf8)[...].trimmed
            return WebAddress(bytes) ?? WebAddress((Array("https://".utf8) + bytes)[...])
        }
    }

    /// Adds the identifiers in the URL's path if its host and the start of its path match one of the bases.
    func addIdentifiers(of url: WebAddress, to list: inout IdentifierList) {
        for base in bases where base.host == url.host {
            let start = base.path.trimming { $0 == UInt8(ascii: "/") }
            var path = url.path.drop { $0 == UInt8(ascii: "/") }
            if !start.isEmpty {
                guard let rest = path.after(start.text), rest.first == UInt8(ascii: "/") else { continue }
                path = rest.drop { $0 == UInt8(ascii: "/") }
            }
            addIdentifiers(ofPath: path, to: &list)
        }
    }

    private func addIdentifiers(ofPath path: ArraySlice<UInt8>, to list: inout IdentifierList) {
        // Snipe-IT's routes take tags that hold slashes, so everything after the word is the tag.
        for route in ["ht/", "hardware/bytag/", "assets/bytag/"] {
            guard let tag = path.after(route).flatMap(percentDecoded) else { continue }
            return list.add(.tag, tag.trimmed.text, "asset tag in a label URL", derived: false)
        }
        for route in ["hardware/byserial/", "assets/byserial/"] {
            guard let serial = path.after(route).flatMap(percentDecoded) else { continue }
            return list.add(.serial, serial.trimmed.text, "serial number in a label URL", derived: false)
        }
        for route in ["hardware/", "assets/"] {
            guard let segment = path.after(route).map(firstSegment) else { continue }
            if let id = rowID(segment) { list.add(.assetID, id, "asset id in a label URL", derived: false) }
            if let uuid = uuid(segment) { list.add(.uuid, uuid, "UUID in a label URL", derived: false) }
            return
        }
        if let id = path.after("locations/").flatMap({ rowID(firstSegment($0)) }) {
            return list.add(.locationID, id, "location id in a label URL", derived: false)
        }
        for route in ["item/", "location/"] {
            guard let uuid = path.after(route).flatMap({ uuid(firstSegment($0)) }) else { continue }
            return list.add(.uuid, uuid, "UUID in a label URL", derived: false)
        }
        if let tag = path.after("a/").flatMap(percentDecoded)?.trimmed {
            list.add(.tag, tag.text, "asset tag in a label URL", derived: false)
            addHomebox(tag, to: &list)
        } else if let id = path.after("qr/").flatMap({ percentDecoded(firstSegment($0)) }) {
            list.add(.tag, id.trimmed.text, "code in a label URL", derived: true)
        }
    }

    /// Adds the asset number of Homebox, which writes it as `000-123` and ignores dashes.
    private func addHomebox(_ tag: ArraySlice<UInt8>, to list: inout IdentifierList) {
        let digits = tag.filter { $0 != UInt8(ascii: "-") }
        guard digits.count >= 6, digits.count < tag.count, digits.allSatisfy(\.isDigit) else { return }
        list.add(.tag, digits[...].text, "asset number in a label URL, without dashes", derived: true)
    }

    private func firstSegment(_ path: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        path.prefix { $0 != UInt8(ascii: "/") }
    }

    private func rowID(_ segment: ArraySlice<UInt8>) -> String? {
        guard (1...18).contains(segment.count), segment.allSatisfy(\.isDigit) else { return nil }
        let digits = segment.drop { $0 == UInt8(ascii: "0") }
        return digits.isEmpty ? nil : digits.text
    }

    private func uuid(_ segment: ArraySlice<UInt8>) -> String? { canonicalUUID(segment, dashes: true) }
}
