import DepotAPI
import DepotModel
import Testing

// Swift Testing has another one.
private typealias ExitStatus = DepotAPI.ExitStatus

@Suite struct StatusTableTests {
    @Test func everyErrorHasItsHTTPStatus() {
        let expected: [DepotError.Code: Int] = [
            .badRequest: 400, .unauthenticated: 401, .forbidden: 403, .notFound: 404, .methodNotAllowed: 405,
            .tooLarge: 413, .refused: 409, .ambiguous: 409, .conflict: 409, .storeUnavailable: 503,
            .storeUnusable: 503, .configuration: 500, .unreachable: 502, .protocolMismatch: 502, .busy: 503,
            .rateLimited: 429, .internal: 500, .tooExpensive: 503, .storeSlow: 503, .diskLow: 503, .logFailing: 500,
            .lockLost: 500,
            .clockWrong: 500,
        ]
        #expect(Set(expected.keys) == Set(DepotError.Code.all))
        for (code, status) in expected { #expect(code.httpStatus == status, "\(code)") }
        #expect(DepotError.Code(rawValue: "newer").httpStatus == 500)
    }

    @Test func aStaleVersionIs412AndEveryOtherRefusal409() {
        for code in Refusal.Code.all { #expect(code.httpStatus == (code == .versionConflict ? 412 : 409)) }
        #expect(ErrorReply(.refused(Refusal(.versionConflict, "x"))).status == 412)
        #expect(ErrorReply(.refused(Refusal(.retired, "x"))).status == 409)
        #expect(ErrorReply(DepotError(.notFound, "x")).status == 404)
    }

    @Test func everyErrorEndsDepotctlInItsWay() {
        #expect(Set(ExitStatus.table.keys) == Set(DepotError.Code.all))
        #expect(!ExitStatus.table.values.contains(.done))
        #expect(!ExitStatus.table.values.contains(.usage))
        #expect(ExitStatus(DepotError.Code(rawValue: "newer")) == .fault)
        #expect(ExitStatus.allCases.map(\.rawValue) == [0, 1, 3, 4, 5, 6, 7, 8, 64, 70])
    }

    @Test func refusalsForWhatDoesNotExistAreNotFound() {
        let notFound: Set<Refusal.Code> = [.unknownAsset, .unknownHolder, .unknownLocation]
        for code in Refusal.Code.all {
            let expected: ExitStatus =
                notFound.contains(code) ? .notFound : code == .invalidField ? .badInput : .refused
            #expect(ExitStatus(ErrorReply(.refused(Refusal(code, "x")))) == expected, "\(code)")
        }
    }

    @Test func onlyFaultyScansFail() {
        for outcome in ScanOutcome.allCases { #expect((ExitStatus(outcome) != .done) == outcome.isFault) }
    }
}
