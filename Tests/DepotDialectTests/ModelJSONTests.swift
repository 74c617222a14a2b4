import DepotDialect
import DepotModel
import Testing
import TextFormats

/// JSON from outside, in the inventory's words.
@Suite struct ModelJSONTests {
    @Test func idsAndMoneyComeAsNumberOrText() throws {
        #expect(JSONValue.number("42").id(as: AssetID.self)?.rawValue == 42)
        #expect(JSONValue.string(" 42 ").id(as: AssetID.self)?.rawValue == 42)
        for other in ["0", "-1", "4.2", "1e400", "99999999999999999999", "x", ""] {
            #expect(JSONValue.string(other).id(as: AssetID.self) == nil, "\(other)")
        }
        #expect(JSONValue.number("0.10").money?.description == "0.10")
        #expect(JSONValue.number("1e400").money == nil)
        #expect(JSONValue.string("2024-02-29").day?.description == "2024-02-29")
        #expect(JSONValue.string("2023-02-29").day == nil)
        #expect(JSONValue.string("2024-01-15T09:30:00Z").day?.description == "2024-01-15")
        #expect(JSONValue.string("Yes").flag == true && JSONValue.number("0").flag == false)
    }

    @Test func whatIsNotReadIsTheRequestsFault() {
        let faults: [(any Error, String)] = [
            (
                JSONError.of("{"),
                "The body is not valid JSON: a field's name in double quotes is expected, and the text"
            ),
            (QueryError(item: "a=%"), "The query is not valid: “a=%”."),
            (MultipartError(reason: "it ends"), "The form is not valid: it ends."),
        ]
        for (error, message) in faults {
            let problem = RequestError(catching: error)
            #expect(problem.status == 400 && problem.message.hasPrefix(message), "\(problem.message)")
        }
    }
}

extension JSONError {
    /// What reading a text throws.
    fileprivate static func of(_ text: String) -> any Error {
        do throws(JSONError) {
            _ = try JSONValue(parsing: Array(text.utf8))
            return CancellationError()
        } catch {
            return error
        }
    }
}
