import DepotModel

/// GUIDs for rows without one: version 8 UUIDs (RFC 9562 §5.8) that encode a table and a row number. `6465706f-7464-…` is
/// “depotd” in ASCII; the last digit of the third group is the table.
enum RowGUID {
    /// The tables of rows with such GUIDs.
    enum Table: UInt64, CaseIterable {
        case model = 1, manufacturer, category, status, supplier, field
        /// An event as a checkout, as the checkin of one, as the action that opened one, as a verification, or as itself.
        case checkout, checkinAction, checkoutAction, verification, event
        /// A value without a row; see ``IncidentIQ/Known``.
        case known
    }

    private static let prefix: UInt64 = 0x6465_706F_7464_8000
    private static let variant: UInt64 = 0x8000_0000_0000_0000
    private static let bits: UInt64 = 0x3FFF_FFFF_FFFF_FFFF

    /// Returns the GUID of a row, whose number is 1 to 2⁶² − 1.
    static func guid(_ table: Table, _ row: Int64) -> UniqueID {
        UniqueID(high: prefix | table.rawValue, low: variant | UInt64(bitPattern: row) & bits)
    }

    /// Returns the row number of a GUID of the table, or nil for any other GUID.
    static func row(_ guid: UniqueID, _ table: Table) -> Int64? {
        guard guid.high == prefix | table.rawValue, guid.low & ~bits == variant else { return nil }
        let row = Int64(guid.low & bits)
        return row > 0 ? row : nil
    }
}

/// The GUIDs that every site has, from Incident IQ's documentation if it names them.
enum Known {
    static let assetsProduct = UniqueID(high: 0x88DF_910C_91AA_E711, low: 0x80C2_0004_FFA0_0050)
    static let ticketsProduct = UniqueID(high: 0x88DF_910C_91AA_E711, low: 0x80C2_0004_FFA0_0010)
    static let locationEntity = UniqueID(high: 0x8888_91AC_91AA_E711, low: 0x80C2_100D_FFA0_0002)
    static let assetEntity = UniqueID(high: 0x8888_91AC_91AA_E711, low: 0x80C2_100D_FFA0_0003)
    static let userEntity = UniqueID(high: 0x8888_91AC_91AA_E711, low: 0x80C2_100D_FFA0_0004)
    static let nobody = UniqueID(high: 0, low: 0)
    /// The status of deployed assets.
    static let inUse = RowGUID.guid(.known, 1)
    static let checkinAction = RowGUID.guid(.known, 2)
    static let checkoutAction = RowGUID.guid(.known, 3)
}
