public import DepotModel

/// A ticket: a report, usually about an asset.
public struct Ticket: Hashable, Sendable {
    /// The row id.
    public var id: Int64
    /// The identity across stations.
    public var uuid: UniqueID
    /// The number: 1, 2, 3, … in each tenant.
    public var number: Int64
    /// The subject.
    public var subject: String
    /// The description.
    public var description: String?
    /// The asset, or nil if the ticket is about none.
    public var asset: AssetID?
    /// The person who made the report.
    public var requester: PersonID?
    /// A Boolean value that is true if the ticket is closed.
    public var isClosed: Bool
    /// The values of dialects for which the core has no name, by the dialect's own keys.
    public var attributes: [String: String]
    /// The time at which the ticket was created.
    public var createdAt: Timestamp
    /// The time of the last change.
    public var updatedAt: Timestamp
}

/// The writable values of a ticket. An update replaces all of them.
public struct TicketDraft: Hashable, Sendable {
    /// The subject, 1 to 255 characters.
    public var subject: String
    /// The description.
    public var description: String?
    /// The asset, or nil if the ticket is about none.
    public var asset: AssetID?
    /// The person who made the report.
    public var requester: PersonID?
    /// A Boolean value that is true if the ticket is closed.
    public var isClosed = false
    /// The values of dialects, by the dialect's own keys; at most 100.
    public var attributes: [String: String] = [:]

    /// Creates a draft of an open ticket with a subject only.
    public init(subject: String) { self.subject = subject }

    /// Creates a draft from a ticket, to be changed and written back.
    public init(_ ticket: Ticket) {
        subject = ticket.subject
        description = ticket.description
        asset = ticket.asset
        requester = ticket.requester
        isClosed = ticket.isClosed
        attributes = ticket.attributes
    }
}

extension TenantStore {
    /// Returns a page of the asset's tickets, or of all the tenant's if the asset is nil, newest first, and their
    /// number on all pages, from one snapshot. `limit` is 1 to 1,000; a page ends early, and is then truncated, if its
    /// tickets are large.
    public func tickets(
        of asset: AssetID?, limit: Int = 1000, offset: Int = 0
    ) throws(DepotError) -> (rows: [Ticket], total: Int, isTruncated: Bool) {
        let page: [SQLValue] = [.int(Int64(min(max(limit, 1), 1000))), .int(Int64(max(offset, 0)))]
        let values: [SQLValue] = [.row(id)] + (asset.map { [.row($0)] } ?? [])
        let (count, rows) =
            asset == nil ? (TicketRows.count, TicketRows.page) : (TicketRows.countOfAsset, TicketRows.ofAsset)
        return try read { (connection) throws(SQLFailure) in
            try connection.snapshot { () throws(SQLFailure) in
                let total = try connection.first(count, values) { Int($0.int(0)) } ?? 0
                let found = try connection.page(rows, values + page, TicketRows.ticket)
                return (found.rows, total, found.isTruncated)
            }
        }
    }

    /// Returns the number of open tickets of the asset.
    public func openTickets(of asset: AssetID) throws(DepotError) -> Int {
        try read { (connection) throws(SQLFailure) in
            try connection.first(TicketRows.countOpen, [.row(id), .row(asset)]) { Int($0.int(0)) } ?? 0
        }
    }

    /// Returns the ticket with this identity, or nil.
    public func ticket(uuid: UniqueID) throws(DepotError) -> Ticket? {
        try read { (connection) throws(SQLFailure) in
            try connection.first(TicketRows.byUUID, [.row(id), .id(uuid)], TicketRows.ticket)
        }
    }

    /// Returns the ticket with this number, or nil.
    public func ticket(number: Int64) throws(DepotError) -> Ticket? {
        try read { (connection) throws(SQLFailure) in
            try connection.first(TicketRows.byNumber, [.row(id), .int(number)], TicketRows.ticket)
        }
    }
}

extension TenantWriter {
    /// Creates a ticket; a repetition of the same operation returns the ticket that it created.
    func createTicket(_ draft: TicketDraft, _ request: ChangeRequest) throws -> Ticket {
        if let earlier = try earlierTicket(request.operation) { return earlier }
        let values = try ticketValues(draft, before: nil)
        let number = try connection.first(TicketRows.nextNumber, [.row(tenant)]) { $0.int(0) } ?? 1
        try connection.run(
            TicketRows.insert,
            values + [.time(request.at), .time(request.at), .row(tenant), .id(.random()), .int(number)])
        let ticket = try ticket(connection.lastInsertedRow)
        try record("Ticket \(ticket.number) was opened.", "created", ticket, request)
        return ticket
    }

    /// Replaces a ticket's values.
    func updateTicket(_ id: Int64, _ draft: TicketDraft, _ request: ChangeRequest) throws -> Ticket {
        if let earlier = try earlierTicket(request.operation) { return earlier }
        let before = try ticket(id)
        try connection.run(
            TicketRows.update, try ticketValues(draft, before: before) + [.time(request.at), .row(tenant), .int(id)])
        let after = try ticket(id)
        try record(
            "Ticket \(after.number) was changed.", "updated", after, request,
            changes: changes([
                ("subject", before.subject, after.subject), ("description", before.description, after.description),
                ("asset_id", before.asset?.description, after.asset?.description),
                ("requester_id", before.requester?.description, after.requester?.description),
                ("closed", String(before.isClosed), String(after.isClosed)),
            ]) + attributeChanges(before.attributes, after.attributes))
        return after
    }

    private func earlierTicket(_ operation: UniqueID) throws -> Ticket? {
        guard let event = try earlierEvent(of: operation) else { return nil }
        guard let id = event.facts["ticket_id"].flatMap({ Int64($0) }) else { throw operationTaken(operation) }
        return try ticket(id)
    }

    func ticket(_ id: Int64) throws -> Ticket {
        guard let ticket = try connection.first(TicketRows.byID, [.row(tenant), .int(id)], TicketRows.ticket) else {
            throw DepotError(.notFound, "There is no ticket \(id).")
        }
        return ticket
    }

    private func record(
        _ message: String, _ action: String, _ ticket: Ticket, _ request: ChangeRequest, changes: [FieldChange] = []
    ) throws {
        var facts = ["ticket_id": String(ticket.id), "ticket": String(ticket.number), "action": action]
        facts["asset_id"] = ticket.asset?.description
        _ = try administration(message, facts: facts, changes: changes, request)
    }

    private func ticketValues(_ draft: TicketDraft, before: Ticket?) throws -> [SQLValue] {
        guard let subject = nonEmpty(draft.subject) else {
            throw DepotError(.badRequest, "A ticket needs a subject.")
        }
        let description = nonEmpty(draft.description)
        try refuseUnstorable(subject, field: "subject", limit: TextLimit.line)
        try refuseUnstorable(description, field: "description", limit: TextLimit.text)
        if let asset = draft.asset, asset != before?.asset,
            try connection.first(TicketRows.hasAsset, [.row(tenant), .row(asset)], { _ in true }) != true
        {
            throw Refusal(
                .unknownAsset, "There is no asset \(asset).",
                facts: ["field": "asset_id", "asset_id": asset.description])
        }
        if let requester = draft.requester, requester != before?.requester {
            guard try connection.first(PersonRows.byID, [.row(tenant), .row(requester)], { _ in true }) == true else {
                throw Refusal(
                    .unknownHolder, "There is no person \(requester).",
                    facts: ["field": "requester_id", "person_id": requester.description])
            }
        }
        return [
            .text(subject), .text(description), .row(draft.asset), .row(draft.requester),
            .int(draft.isClosed ? 1 : 0), try encodeAttributes(draft.attributes),
        ]
    }
}

/// The statements on the table of tickets.
private enum TicketRows {
    private static let columns = """
        SELECT id, uuid, number, subject, description, asset_id, requester_id, is_closed, attributes, created_at,
            updated_at
        FROM ticket WHERE tenant_id = ?
        """ + " "
    static let byID = Query(columns + "AND id = ?")
    static let byUUID = Query(columns + "AND uuid = ?")
    static let byNumber = Query(columns + "AND number = ?")
    static let page = Query(columns + "ORDER BY number DESC LIMIT ? OFFSET ?")
    static let ofAsset = Query(columns + "AND asset_id = ? ORDER BY number DESC LIMIT ? OFFSET ?")
    static let count = Query("SELECT count(*) FROM ticket WHERE tenant_id = ?")
    static let countOfAsset = Query("SELECT count(*) FROM ticket WHERE tenant_id = ? AND asset_id = ?")
    static let countOpen = Query(
        "SELECT count(*) FROM ticket WHERE tenant_id = ? AND asset_id = ? AND NOT is_closed")
    static let nextNumber = Query("SELECT coalesce(max(number), 0) + 1 FROM ticket WHERE tenant_id = ?")
    static let hasAsset = Query("SELECT 1 FROM asset WHERE tenant_id = ? AND id = ?")
    static let insert = Query(
        """
        INSERT INTO ticket (
            subject, description, asset_id, requester_id, is_closed, attributes, created_at, updated_at, tenant_id,
            uuid, number
        ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """)
    static let update = Query(
        """
        UPDATE ticket SET subject = ?, description = ?, asset_id = ?, requester_id = ?, is_closed = ?, attributes = ?,
            updated_at = ?
        WHERE tenant_id = ? AND id = ?
        """)

    static func ticket(_ row: Row) -> Ticket {
        Ticket(
            id: row.int(0), uuid: row.uniqueID(1), number: row.int(2), subject: row.text(3),
            description: row.optionalText(4), asset: row.optionalInt(5).map { AssetID(rawValue: $0) },
            requester: row.optionalInt(6).map { PersonID(rawValue: $0) }, isClosed: row.int(7) != 0,
            attributes: row.isNull(8) ? [:] : decodeCustom(row.bytes(8)), createdAt: row.time(9),
            updatedAt: row.time(10))
    }
}
