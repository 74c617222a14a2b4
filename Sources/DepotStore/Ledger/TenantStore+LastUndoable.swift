public import DepotModel

extension TenantStore {
    /// The number of the tenant's newest events among which ``lastUndoable(by:)`` looks.
    private static let depth: Int64 = 1000

    /// Returns the newest change of an asset that the actor made and that nobody has undone, among the tenant's newest
    /// 1,000 changes; nil if there is none. An undo is itself no such change.
    public func lastUndoable(by actor: Actor) throws(DepotError) -> EventNumber? {
        let rows = try read { (connection) throws(SQLFailure) in
            try connection.rows(
                Self.newestChanges, [EventSubject.tenant(id).value, .row(id), .int(Self.depth), .text(actor.name)]
            ) { row in
                (
                    number: row.int(0), kind: LedgerEvent.Kind(rawValue: row.text(1)), undoes: row.optionalInt(2),
                    isOwn: row.optionalText(3) == actor.kind.rawValue
                        && row.optionalInt(4) == actor.person?.rawValue
                )
            }
        }
        var undone: Set<Int64> = []
        for row in rows {
            if let number = row.undoes { undone.insert(number) }
            if row.isOwn, row.kind.isUndoneByItself, !undone.contains(row.number) {
                return EventNumber(rawValue: row.number)
            }
        }
        return nil
    }

    private static let newestChanges = Query(
        """
        SELECT number, kind, \(EventSubjects.json("undoes")), \(EventSubjects.json("actor.kind")),
            \(EventSubjects.json("actor.person_id"))
        FROM event WHERE number IN (
            SELECT number FROM (\(EventSubjects.numbers(of: .tenant))) ORDER BY number DESC LIMIT ?3
        ) AND tenant_id = ?2 AND (kind = 'undo' OR \(EventSubjects.json("actor.name")) = ?4)
        ORDER BY number DESC
        """)
}

extension LedgerEvent.Kind {
    /// A Boolean value that is true for the changes that “undo the last one” means.
    fileprivate var isUndoneByItself: Bool {
        [.checkout, .checkin, .transfer, .audit, .edit, .deleted, .restored].contains(self)
    }
}
