package import HIDDecoding

/// The keys of units that share a serial, or whose key was set by a person.
package struct IdentityTable: Hashable, Sendable {
    /// The decision about a unit that is plugged in.
    package enum Decision: Hashable, Sendable {
        /// The unit has this name.
        case name(String)
        /// Another unit with the serial is plugged in: from now on both are identified by their ports.
        case shared(serial: String)
    }

    private var keys: [String: ScannerKey]

    /// Creates a table from the stored keys by `usb:VVVV:SERIAL`.
    package init(_ keys: [String: ScannerKey] = [:]) { self.keys = keys }

    /// Sets the key of units with the serial.
    package mutating func identify(_ serial: String, by key: ScannerKey) { keys[serial] = key }

    /// Decides the name of a unit.
    ///
    /// - Parameters:
    ///   - serial: the identity by serial number, or nil.
    ///   - port: the port.
    ///   - taken: the names of the units that are plugged in.
    package func name(serial: String?, port: String, taken: Set<String>) -> Decision {
        guard let serial else { return .name(Identity.portName(port)) }
        switch keys[serial] {
        case .port: return .name(Identity.portName(port))
        // The serial was chosen before the second unit was known.
        case .serial, nil: return taken.contains(serial) ? .shared(serial: serial) : .name(serial)
        }
    }
}
