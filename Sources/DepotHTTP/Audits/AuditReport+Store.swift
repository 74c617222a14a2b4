import DepotAPI
import DepotModel
import DepotStore
import TextFormats

extension AuditReport {
    /// Creates the report about a walk.
    init(_ walk: AuditWalk, _ store: TenantStore) throws {
        func lines(_ walk: AuditWalk, _ verdict: AuditVerdict) throws -> [AuditLine] {
            try store.auditLines(of: walk, verdict).rows
        }
        let missing = try lines(walk, .missing)
        let found = try lines(walk, .found)
        let others = try [.misplaced, .unexpected].map { try lines(walk, $0) }
        var comparison: Comparison?
        if let before = try store.auditWalk(before: walk) {
            let missingBefore = try lines(before, .missing)
            let (gone, seen) = (Set(missing.map(\.asset)), Set((found + others.joined()).map(\.asset)))
            comparison = Comparison(
                audit: before, missingAgain: missingBefore.filter { gone.contains($0.asset) }.map(\.code),
                returned: missingBefore.filter { seen.contains($0.asset) }.map(\.code))
        }
        self.init(
            audit: walk, missing: missing, misplaced: others[0], unexpected: others[1],
            unknown: try lines(walk, .unknown), found: found, before: comparison)
    }

    /// The lines as CSV with a header.
    var csv: String {
        var csv = CSVWriter(reserving: 1 << 16)
        for title in [
            "verdict", "code", "name", "scanned_at", "scanned_by", "lane_id", "place", "belongs_at", "holder",
            "repeats",
            "action",
        ] { csv.field(title) }
        csv.endRecord()
        for line in missing + misplaced + unexpected + unknown + found {
            csv.field(line.verdict.rawValue)
            csv.field(Self.cell(line.code))
            csv.field(line.name.map(Self.cell))
            csv.field(line.at?.description)
            csv.field(line.by.map(Self.cell))
            csv.field(line.lane?.description)
            csv.field((line.place?.name).map(Self.cell))
            csv.field((line.home?.name).map(Self.cell))
            csv.field(line.holder.map(Self.cell))
            csv.field(String(line.repeats))
            csv.field(line.action?.rawValue)
            csv.endRecord()
        }
        return String(decoding: csv.bytes, as: UTF8.self)
    }

    /// Returns a text that a spreadsheet takes for no formula: whoever prints a barcode determines what is in it.
    private static func cell(_ text: String) -> String {
        guard let first = text.unicodeScalars.first, "=+-@\t\r".unicodeScalars.contains(first) else { return text }
        return "'" + text
    }
}
