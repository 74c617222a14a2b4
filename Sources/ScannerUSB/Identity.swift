/// What a scanner is called for ever, so that its lane stays its lane across replugs.
package enum Identity {
    /// The part of a USB serial string that tells one device from another; nil where it does not.
    ///
    /// Cut at white space (Zebra appends the revision), without an `S/N:` in front; empty strings, one repeated
    /// character (`0000`) and counting digits (`123456`) are what makers leave in who give no serial at all.
    package static func realSerial(_ text: String?) -> String? {
        guard let text else { return nil }
        let words = text.split { $0 == "\0" || $0.isWhitespace }
        guard var word = words.first.map(String.init) else { return nil }
        for prefix in ["S/N:", "SN:"] where word.uppercased().hasPrefix(prefix) {
            word = String(word.dropFirst(prefix.count))
        }
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

    /// The device's name: by serial if it is real and free, else by port.
    ///
    /// - Parameters:
    ///   - taken: The names of the devices that are connected now.
    package static func device(vendor: UInt16, serial: String?, port: String, taken: Set<String>) -> String {
        if let serial = realSerial(serial) {
            let name = "usb:\(hex4(vendor)):\(serial)"
            if !taken.contains(name) { return name }
        }
        return "port:\(port)"
    }

    /// The name of one interface of a device.
    package static func interface(_ number: UInt8, of device: String) -> String {
        number == 0 ? device : "\(device)#\(number)"
    }

    /// `BUS-PORT.PORT`, as sysfs names the device; port numbers are unique only together with the bus.
    package static func port(bus: UInt8, ports: [UInt8]) -> String {
        ports.isEmpty ? "usb\(bus)" : "\(bus)-" + ports.map(String.init).joined(separator: ".")
    }
}
