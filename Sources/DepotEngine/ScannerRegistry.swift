import DepotModel
import HIDDecoding
import Synchronization

/// The scanners that were seen since the start, as people see them.
final class ScannerRegistry: Sendable {
    private struct Entry {
        var status: ScannerStatus
        /// What is plugged in; nil while nothing is.
        var description: ScannerDescription?
    }

    private let entries = Mutex<[String: Entry]>([:])
    private let hub: EventHub

    init(hub: EventHub) { self.hub = hub }

    /// Every scanner, in the order of the lanes.
    var all: [ScannerStatus] {
        entries.withLock { $0.values.map(\.status).sorted { $0.lane < $1.lane } }
    }

    /// What is plugged in and known by that identity.
    func description(of identity: String) -> ScannerDescription? { entries.withLock { $0[identity]?.description } }

    /// What is plugged in and has that serial (`usb:VVVV:SERIAL`), each device once.
    func units(withSerial serial: String) -> [ScannerDescription] {
        var ports: Set<String> = []
        return descriptions(withSerial: serial).filter { ports.insert($0.port).inserted }
    }

    /// What is plugged in and has that serial, each interface.
    func descriptions(withSerial serial: String) -> [ScannerDescription] {
        entries.withLock { $0.values.compactMap(\.description).filter { $0.serialName == serial } }
    }

    /// Shows a scanner that is there; what was counted of it stays.
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

    /// Changes what is known of a scanner and tells whoever watches, if it was seen and something changed.
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

    /// Nothing is plugged in under that identity any more.
    func unplug(_ identity: String) { entries.withLock { $0[identity]?.description = nil } }

    /// The scanner is known by another identity.
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
