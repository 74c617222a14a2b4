public import ArgumentParser
public import DepotAPI
public import DepotModel

// Our own vocabulary as values on the command line.

extension LaneMode: ExpressibleByArgument {}

extension IdentifyScannerRequest.Key: ExpressibleByArgument {}

extension Lifecycle: ExpressibleByArgument {}

extension PrintKind: ExpressibleByArgument {}

extension PrintFormat: ExpressibleByArgument {}

extension Holder: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
}

extension CalendarDate: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
}

/// The roles a token can be made with; a screen's is made by pairing only.
enum GrantableRole: String, CaseIterable, ExpressibleByArgument {
    case viewer, `operator`, admin
}
