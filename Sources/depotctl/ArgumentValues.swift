public import ArgumentParser
public import DepotAPI
public import DepotModel
public import Sheets

extension LaneMode: ExpressibleByArgument {}

extension IdentifyScannerRequest.Key: ExpressibleByArgument {}

extension Lifecycle: ExpressibleByArgument {}

extension ImportMode: ExpressibleByArgument {}

extension SheetEncoding: ExpressibleByArgument {}

extension SheetSeparator: ExpressibleByArgument {}

extension SheetFormat: ExpressibleByArgument {}

extension DateOrder: ExpressibleByArgument {}

extension DecimalMark: ExpressibleByArgument {}

extension PrintKind: ExpressibleByArgument {}

extension PrintFormat: ExpressibleByArgument {}

extension AuditWalk.State: ExpressibleByArgument {}

extension AuditVerdict: ExpressibleByArgument {}

extension AuditAction: ExpressibleByArgument {}

extension AuditReportFormat: ExpressibleByArgument {}

extension Timestamp: ExpressibleByArgument {
    /// Creates a time from its ISO 8601 form with an offset.
    public init?(argument: String) { self.init(argument) }
}

extension Holder: ExpressibleByArgument {
    /// Creates a holder from its text form, such as `person:7`.
    public init?(argument: String) { self.init(argument) }
}

extension CalendarDate: ExpressibleByArgument {
    /// Creates a day from `YYYY-MM-DD`.
    public init?(argument: String) { self.init(argument) }
}

/// The roles with which a token can be created; a screen's token is created by pairing only.
enum GrantableRole: String, CaseIterable, ExpressibleByArgument {
    case viewer, `operator`, admin
}
