extension AssetPredicate {
    /// Returns the condition for assets that are out and expected back between the days, both included; a nil day is
    /// open.
    public static func expectedBack(from first: CalendarDate? = nil, through last: CalendarDate?) -> AssetPredicate {
        .all([.date(.expectedCheckin, from: first, through: last), .isHeld])
    }

    /// Returns the condition for assets, not retired, whose next audit is due between the days, both included; a nil day
    /// is open.
    public static func auditDue(from first: CalendarDate? = nil, through last: CalendarDate?) -> AssetPredicate {
        .all([.date(.nextAudit, from: first, through: last), .not(.statusType([.archived]))])
    }

    /// Returns the condition for assets, not retired, that were not audited on the day or later.
    public static func notAudited(since day: CalendarDate) -> AssetPredicate {
        .all([.not(.date(.lastAudit, from: day, through: nil)), .not(.statusType([.archived]))])
    }
}
