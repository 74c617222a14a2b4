package import HIDDecoding
import TextFormats

/// What a scanner is called for ever, so that its lane stays its lane across replugs.
package enum Identity {
    /// Words that stand in front of a serial number and say nothing themselves.
    private static let labels: Set<String> = ["S/N", "SN", "SERIAL", "NO", "NR", "NUMBER", "#"]

    /// The part of a USB serial string that tells one device from another; nil where it does not.
    ///
    /// The first word (Zebra appends the revision) that is no label such as `S/N`; empty strings, one repeated character
    /// (`0000`) and counting digits (`123456`) are what makers leave in who give no serial at all.
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

    /// The word without a label in front: nothing of `S/N` and `No.`, the number of `SN:12`.
    private static func withoutLabel(_ word: Substring) -> Substring {
        let bare = word.prefix { !":.".contains($0) }
        if labels.contains(bare.uppercased()) { return word.dropFirst(bare.count).drop { ":.".contains($0) } }
        // Without a colon only the form that no serial number begins with.
        return word.uppercased().hasPrefix("S/N") ? word.dropFirst(3) : word
    }

    private static func meaningful(_ word: Substring) -> String? {
        // libusb writes '?' for what is not ASCII; sysfs gives UTF-8: both must lead to one identity
        let ascii = word.unicodeScalars.prefix(64).map { (0x21...0x7e).contains($0.value) ? Character($0) : "?" }
        guard let first = ascii.first, ascii.contains(where: { $0 != first }), !isCounting(ascii) else { return nil }
        return String(ascii)
    }

    /// `123456`, `0123456789ABCDEF`, `12345678901234`: each character one more than the one before.
    private static func isCounting(_ text: [Character]) -> Bool {
        let values = text.map { $0.hexDigitValue ?? -1 }
        guard let first = values.first, first == 0 || first == 1 else { return false }
        return zip(values, values.dropFirst()).allSatisfy { before, after in
            before >= 0 && (after == before + 1 || (before == 9 && after == 0) || (before == 15 && after == 0))
        }
    }

    /// The name that a device has by its serial, `usb:VVVV:SERIAL`; nil where its serial tells nothing.
    package static func serialName(vendor: UInt16, serial: String?) -> String? {
        realSerial(serial).map { "usb:\(Hexadecimal.text(vendor)):\($0)" }
    }

    /// The name that a device has by its port, `port:BUS-PORT.PORT`.
    package static func portName(_ port: String) -> String { "port:\(port)" }

    /// The name of one interface of a device.
    package static func interface(_ number: UInt8, of device: String) -> String {
        number == 0 ? device : "\(device)#\(number)"
    }

    /// `BUS-PORT.PORT`, as sysfs names the device; port numbers are unique only together with the bus.
    package static func port(bus: UInt8, ports: [UInt8]) -> String {
        ports.isEmpty ? "usb\(bus)" : "\(bus)-" + ports.map(String.init).joined(separator: ".")
    }
}

/// By what the units are known that share a serial, or of which somebody said so.
package struct IdentityTable: Hashable, Sendable {
    /// What is to be done with a unit that comes.
    package enum Decision: Hashable, Sendable {
        case name(String)
        /// Another unit with the serial is there: from now on the port names both.
        case shared(serial: String)
    }

    private var keys: [String: ScannerKey]

    /// The table; `keys` by `usb:VVVV:SERIAL`, as remembered.
    package init(_ keys: [String: ScannerKey] = [:]) { self.keys = keys }

    /// Remembers what units with that serial are known by.
    package mutating func know(_ serial: String, by key: ScannerKey) { keys[serial] = key }

    /// Names a unit.
    ///
    /// - Parameters:
    ///   - serial: its name by serial, if it has one.
    ///   - taken: the names of the units that are there.
    package func name(serial: String?, port: String, taken: Set<String>) -> Decision {
        guard let serial else { return .name(Identity.portName(port)) }
        switch keys[serial] {
        case .port: return .name(Identity.portName(port))
        // Whoever settled on the serial did not know of the second unit.
        case .serial, nil: return taken.contains(serial) ? .shared(serial: serial) : .name(serial)
        }
    }
}
