import DepotModel
import Testing

@testable import DepotHTTP

/// Long answers hold memory for as long as their readers take, so a caller has few of them.
@Suite struct OpenExportsTests {
    @Test func aCallerHasEightAndOthersHaveTheirOwn() throws {
        let exports = OpenExports()
        var leases = try (0..<8).map { _ in try exports.enter("viewer") }
        #expect(throws: DepotError.self) { _ = try exports.enter("viewer") }
        leases.append(try exports.enter("other"))
        leases.removeFirst()
        _ = try exports.enter("viewer")
    }
}
