import DepotModel
import Sheets

/// The outcome of a row that is no asset's.
enum RowOutcome: Hashable, Sendable {
    case created, updated, unchanged
    /// Nothing of the row was taken, for the reason in the sentence.
    case failed(String)
}

/// One job's part of an import of people or locations.
protocol RowImport: AnyObject {
    associatedtype State
    /// Everything that is rolled back with a row.
    var state: State { get set }
    /// Takes a row. `request` has the requests for its writes: 0 for the row's own, 1 for one that it needs.
    func take(_ row: SheetRow, _ request: (UInt8) -> ChangeRequest) throws -> RowOutcome
    /// Hands over everything that the rows leave for the account.
    func settle()
}

extension RowImport {
    /// Takes rows until all are taken or `isWaitedFor` returns true, and returns the outcomes of those that were taken, in
    /// their order. A row that fails is rolled back alone.
    func take(
        _ rows: ArraySlice<SheetRow>, _ writer: TenantWriter, _ request: ChangeRequest, until isWaitedFor: () -> Bool
    ) throws -> [RowOutcome] {
        let operations = ImportOperations(request.operation)
        var outcomes: [RowOutcome] = []
        for row in rows {
            let mark = try writer.writer.mark(savepoint: true)
            let before = state
            do {
                outcomes.append(
                    try take(row) { part in
                        var request = request
                        request.operation = operations.operation(line: row.line, part: part)
                        return request
                    })
                try writer.writer.release(mark)
            } catch {
                if let failure = error as? SQLFailure, failure.isStorage { throw failure }
                state = before
                try writer.writer.rollBack(to: mark)
                outcomes.append(.failed(try rowSentence(error)))
            }
            if outcomes.count % 100 == 0, isWaitedFor() { break }
        }
        settle()
        return outcomes
    }
}

/// Returns the reason for which a row was not taken. Throws an error that is not the row's fault.
func rowSentence(_ error: any Error) throws -> String {
    switch error {
    case let refusal as Refusal: return refusal.message
    case let error as DepotError where error.code != .storeUnavailable && error.code != .storeUnusable:
        return error.message
    case let failure as SQLFailure where !failure.isStorage: return failure.error.message
    default: throw error
    }
}
