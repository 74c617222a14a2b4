import TextFormats

/// The rules for the persistent identity of a scanner, by which its lane survives replugs.
package enum Identity {
    /// The words that label a serial number.
    private static let labels: Set<String> = ["S/N", "SN", "SERIAL", "NO", "NR", "NUMBER", "#"]

    /// Returns the part of a USB serial string that identifies a device, or nil if it does not.
    ///
    /// That is the first word (Zebra appends the revision) that is no label such as `S/N`. Empty strings, a repeated
    /// character (`0000`) and counting digits (`123456`) are placeholders of vendors that assign no serial numbers.
    package static func realSerial(_ text: String?) -> String? {
        guard let text else { return nil }
        var words = text.split { $0 == "\0" || $0.isWhitespace }[...]
        while let first = words.first {
            let rest = withoutLabel(first)
            guard rest.isEmpty || rest.allSatisfy({ ":.#".contains($0) }) else { return meaningful(rest) }
            words = words.dropFirst()
        }
        return nil
    }

    /// Returns the word without a leading label: nothing for `S/N` and `No.`, the number for `SN:12`.
    private static func withoutLabel(_ word: Substring) -> Substring {
        let bare = word.prefix { !":.".contains($0) }
        if labels.contains(bare.uppercased()) { return word.dropFirst(bare.count).drop { ":.".contains($0) } }
        // Without a colon only the form with which no serial number begins.
        return word.uppercased().hasPrefix("S/N") ? word.dropFirst(3) : word
    }

    private static func meaningful(_ word: Substring) -> String? {
        // libusb replaces non-ASCII characters by '?', sysfs returns UTF-8: both must yield the same identity.
        let ascii = word.unicodeScalars.prefix(64).map { (0x21...0x7e).contains($0.value) ? Character($0) : "?" }
        guard let first = ascii.first, ascii.contains(where: { $0 != first }), !isCounting(ascii) else { return nil }
        return String(ascii)
    }

    /// Returns whether each character is one more than the previous one, as in `123456`, `0123456789ABCDEF` and
    /// `12345678901234`.
    private static func isCounting(_ text: [Character]) -> Bool {
        let values = text.map { $0.hexDigitValue ?? -1 }
        guard let first = values.first, first == 0 || first == 1 else { return false }
        return zip(values, values.dropFirst()).allSatisfy { before, after in
            before >= 0 && (after == before + 1 || (before == 9 && after == 0) || (before == 15 && after == 0))
        }
    }

    /// Returns the identity by serial number, `usb:VVVV:SERIAL`, or nil if the serial number identifies nothing.
    package static func serialName(vendor: UInt16, serial: String?) -> String? {
        realSerial(serial).map { "usb:\(Hexadecimal.text(vendor)):\($0)" }
    }

    /// Returns the identity by port, `port:BUS-PORT.PORT`.
    package static func portName(_ port: String) -> String { "port:\(port)" }

    /// Returns the identity of an interface of a device.
    package static func interface(_ number: UInt8, of device: String) -> String {
        number == 0 ? device : "\(device)#\(number)"
    }

    /// Returns the port as in sysfs, `BUS-PORT.PORT`; port numbers are unique only together with the bus.
    package static func port(bus: UInt8, ports: [UInt8]) -> String {
        ports.isEmpty ? "usb\(bus)" : "\(bus)-" + ports.map(String.init).joined(separator: ".")
    }
}
