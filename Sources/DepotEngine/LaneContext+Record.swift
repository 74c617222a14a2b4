import DepotModel
import DepotStore
import DepotWorkflow
import HIDDecoding
import Logging

extension LaneContext {
    /// Returns the state of a lane as it was before the restart, as far as its deadlines have not passed since.
    ///
    /// A record that cannot be read leaves the lane as it is without one: what it concerns is in the ledger.
    func state(of row: LaneRow) -> LaneState {
        let home = homeMode(scanner: row.isTyped ? nil : row.scanner, row.mode)
        guard let text = row.state else { return LaneState(mode: home) }
        do throws(DepotError) {
            let record = try StateText.decode(LaneRecord.self, from: text)
            return record.state(home: home, try facts(about: record, of: row.tenant), at: clock.moment())
        } catch {
            logger.error("lane begins anew", metadata: ["lane": "\(row.id)", "error": "\(error)"])
            return LaneState(mode: home)
        }
    }

    private func facts(about record: LaneRecord, of tenant: TenantID) throws(DepotError) -> LaneRecord.Facts {
        let rows = store.tenant(tenant)
        var facts = LaneRecord.Facts()
        if let holder = record.session?.holder, let found = try rows.holder(holder), !found.isDeleted {
            facts.holder = found
        }
        if let id = record.operatorID, let person = try rows.person(id), person.deletedAt == nil {
            facts.operator = person
        }
        if let id = record.location, let location = try rows.location(id), location.deletedAt == nil {
            facts.location = location
        }
        if let id = record.walk, let walk = try rows.auditWalk(id), walk.state == .open || walk.state == .paused {
            facts.walk = AuditWalkStatus(walk)
        }
        for number in record.events {
            guard let event = try store.event(number), event.tenant == tenant else { continue }
            facts.events[number] = event
            if let asset = event.asset, asset.name == nil, facts.names[asset.id] == nil {
                facts.names[asset.id] = try rows.asset(asset.id)?.model?.name
            }
        }
        return facts
    }

    /// Returns the configured home mode of a lane, or else the stored one.
    func homeMode(scanner: String?, _ stored: LaneMode) -> LaneMode { configuredMode(scanner: scanner) ?? stored }

    /// Returns the home mode that the configuration gives a scanner's lane, or nil.
    func configuredMode(scanner: String?) -> LaneMode? {
        guard let scanner else { return nil }
        let serial = scanners.description(of: scanner)?.serialName
        return settings.configuration.device(scanner, serial: serial).flatMap { LaneMode(rawValue: $0.mode) }
    }

    /// Returns the assets that the holder of a session has, those that were checked out first in front, or nil if they
    /// cannot be read.
    func open(_ session: LaneSession?, of tenant: TenantID) -> LaneSession.Open? {
        guard let session, let holder = session.holder?.holder else { return nil }
        let rows = store.tenant(tenant)
        let today = clock.wall().date
        do {
            let count = try rows.heldCount(holder)
            var query = AssetQuery()
            (query.holder, query.limit) = (holder, LaneSession.Open.limit)
            // A location may have very many, whose order would take long.
            if count <= 100 { query.sort = .lastCheckout }
            let items = count == 0 ? [] : try rows.assets(query).rows
            return LaneSession.Open(
                count: count, returned: session.returned,
                items: items.map { details in
                    LaneSession.OpenAsset(
                        tag: details.asset.tag, name: details.asset.name ?? details.model?.name,
                        since: details.asset.lastCheckout, due: details.asset.expectedCheckin,
                        isOverdue: details.asset.expectedCheckin.map { $0 < today } ?? false)
                })
        } catch {
            logger.error("assets of a holder not read", metadata: ["error": "\(error)"])
            return nil
        }
    }
}

extension LaneRecord {
    /// The record as it is stored. Equal records have equal texts.
    var text: String? { StateText.encode(self) }
}
