import DepotModel
import Testing

@testable import DepotHTTP

/// Long answers hold memory for as long as their readers take, so a caller has few of them.
@Suite struct OpenExportsTests {
    @Test func aCallerHasEightAndOthersHaveTheirOwn() throws {
        let exports = OpenExports()
        var places = try (0..<8).map { _ in try exports.enter("viewer") }
        #expect(throws: DepotError.self) { _ = try exports.enter("viewer") }
        places.append(try exports.enter("other"))
        places.removeFirst()
        _ = try exports.enter("viewer")
    }
}
