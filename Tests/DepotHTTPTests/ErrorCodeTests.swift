import ATech
import DepotAPI
import DepotDialect
import DepotModel
import HTTPTypes
import IncidentIQ
import IssueAsset
import SnipeIT
import Testing
import TextFormats

@testable import DepotHTTP

/// Every code, through every face: the one table of statuses, and where a real system has another custom.
@Suite struct ErrorCodeTests {
    /// A dialect, and the statuses that its clients expect instead of the table's.
    struct Custom: Sendable, CustomTestStringConvertible {
        var dialect: any Dialect
        var errors: [DepotError.Code: Int] = [:]
        var refusals: [Refusal.Code: Int] = [:]

        var testDescription: String { dialect.face.rawValue }
    }

    private static let common: [Refusal.Code: Int] = [
        .unknownAsset: 404, .unknownHolder: 404, .unknownLocation: 404, .invalidField: 400, .assetLimit: 402,
    ]

    private static var customs: [Custom] {
        let snipe = Refusal.Code.all.map { ($0, $0 == .versionConflict ? 412 : 200) }
        let atech: [Refusal.Code: Int] = [
            .unknownAsset: 404, .deleted: 404, .unknownHolder: 404, .holderDeleted: 404, .unknownLocation: 404,
            .versionConflict: 412, .assetLimit: 402, .inUse: 409, .holdsAssets: 409,
        ]
        return [
            Custom(
                dialect: SnipeIT(),
                errors: [.badRequest: 200, .notFound: 200, .refused: 200, .ambiguous: 200, .conflict: 200],
                refusals: Dictionary(uniqueKeysWithValues: snipe)),
            Custom(
                dialect: ATech(), errors: [.refused: 400, .conflict: 400],
                refusals: Dictionary(uniqueKeysWithValues: Refusal.Code.all.map { ($0, atech[$0] ?? 400) })),
            Custom(dialect: IncidentIQ(), refusals: common),
            Custom(dialect: IssueAsset(), refusals: common.merging([.deleted: 404]) { $1 }),
        ]
    }

    private let head = CallHead(method: .post, path: "/")

    @Test(arguments: customs) func everyCodeInADialect(_ custom: Custom) throws {
        for code in DepotError.Code.all + [DepotError.Code(rawValue: "newer")] {
            let error = DepotError(code, "Because.", hint: "do so")
            for thrown in [RequestError(error), RequestError(catching: error)] {
                let answer = custom.dialect.answer(thrown, to: head)
                #expect(answer.status.code == custom.errors[code] ?? code.httpStatus, "\(code)")
                try expectJSON(answer, "\(code)")
            }
        }
        for code in Refusal.Code.all {
            let answer = custom.dialect.answer(.refused(Refusal(code, "Because.")), to: head)
            #expect(answer.status.code == custom.refusals[code] ?? code.httpStatus, "\(code)")
            try expectJSON(answer, "\(code)")
        }
    }

    @Test(arguments: customs) func headersThatBelongToAnError(_ custom: Custom) {
        let limited = custom.dialect.answer(.rateLimited(retryAfter: 7), to: head)
        #expect(limited.status.code == 429 && limited.headers[.retryAfter] == "7")
        let method = custom.dialect.answer(.methodNotAllowed(["GET", "PUT"]), to: head)
        #expect(method.status.code == 405 && method.headers[.allow] == "GET, PUT")
    }

    @Test func everyCodeInTheStationAPI() {
        for code in DepotError.Code.all {
            let reply = RequestError(code, "Because.", hint: "do so").reply(request: "r")
            #expect(reply.status == code.httpStatus, "\(code)")
            #expect(reply.error == .init(code: code, message: "Because.", hint: "do so", request: "r"))
        }
        for code in Refusal.Code.all {
            let refusal = Refusal(code, "Because.")
            let reply = RequestError.refused(refusal).reply(request: "")
            #expect(reply.status == code.httpStatus, "\(code)")
            #expect(reply.error == .init(code: .refused, message: "Because.", refusal: refusal))
        }
    }

    @Test func whatIsNotOursIsNotTold() {
        struct Fault: Error {}
        let error = RequestError(catching: Fault())
        #expect(error.code == .internal && error.cause is Fault && !error.message.contains("Fault"))
        #expect(RequestError(catching: CancellationError()).status == 503)
    }

    private func expectJSON(_ answer: DepotDialect.Answer, _ code: String) throws {
        guard case .bytes(let bytes) = answer.body else {
            Issue.record("\(code) is a stream")
            return
        }
        #expect(try JSONValue(parsing: bytes).object != nil, "\(code)")
    }
}
