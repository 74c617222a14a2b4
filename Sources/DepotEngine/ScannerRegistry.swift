import DepotModel
import HIDDecoding
import Synchronization

/// The scanners that were seen since the start, with their published statuses.
final class ScannerRegistry: Sendable {
    private struct Entry {
        var status: ScannerStatus
        /// The description of the plugged-in scanner, or nil while it is unplugged.
        var description: ScannerDescription?
    }

    private let entries = Mutex<[String: Entry]>([:])
    private let hub: EventHub

    init(hub: EventHub) { self.hub = hub }

    /// The statuses of all scanners in the order of their lanes.
    var all: [ScannerStatus] {
        entries.withLock { $0.values.map(\.status).sorted { $0.lane < $1.lane } }
    }

    /// Returns the description of the plugged-in scanner with the identity.
    func description(of identity: String) -> ScannerDescription? { entries.withLock { $0[identity]?.description } }

    /// Returns the plugged-in scanners with the serial (`usb:VVVV:SERIAL`), each device once.
    func units(withSerial serial: String) -> [ScannerDescription] {
        var ports: Set<String> = []
        return descriptions(withSerial: serial).filter { ports.insert($0.port).inserted }
    }

    /// Returns the plugged-in scanners with the serial, each interface separately.
    func descriptions(withSerial serial: String) -> [ScannerDescription] {
        entries.withLock { $0.values.compactMap(\.description).filter { $0.serialName == serial } }
    }

    /// Publishes the status of a scanner, which keeps its counts.
    func show(_ status: ScannerStatus, _ description: ScannerDescription?, of tenant: TenantID) {
        let shown = entries.withLock { entries in
            var status = status
            if let earlier = entries[status.identity]?.status {
                (status.lastScan, status.scans) = (earlier.lastScan, earlier.scans)
                status.problems = earlier.problems
            }
            entries[status.identity] = Entry(status: status, description: description)
            return status
        }
        hub.publish(.scanner(shown), of: tenant)
    }

    /// Changes the status of a known scanner, publishes it if it differs and returns it.
    @discardableResult
    func update(_ identity: String, of tenant: TenantID, _ change: (inout ScannerStatus) -> Void) -> ScannerStatus? {
        let (before, after) = entries.withLock { entries -> (ScannerStatus?, ScannerStatus?) in
            let before = entries[identity]?.status
            if var status = before {
                change(&status)
                entries[identity]?.status = status
            }
            return (before, entries[identity]?.status)
        }
        if let after, after != before { hub.publish(.scanner(after), of: tenant) }
        return after
    }

    /// Marks the scanner with the identity as unplugged.
    func unplug(_ identity: String) { entries.withLock { $0[identity]?.description = nil } }

    /// Gives a scanner another identity.
    func rename(_ identity: String, to description: ScannerDescription, of tenant: TenantID) {
        let status = entries.withLock { entries -> ScannerStatus? in
            guard var entry = entries.removeValue(forKey: identity) else { return nil }
            entry.status.identity = description.identity
            entry.status.knownBy = description.knownBy
            entry.description = description
            entries[description.identity] = entry
            return entry.status
        }
        if let status { hub.publish(.scanner(status), of: tenant) }
    }
}
