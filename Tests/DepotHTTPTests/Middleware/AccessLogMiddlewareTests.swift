import DepotDialect
import DepotModel
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import Testing

@testable import DepotHTTP

/// Every response is counted, and logged as loudly as it deserves.
@Suite struct AccessLogMiddlewareTests {
    @Test(arguments: [
        (HTTPRequest.Method.get, HTTPResponse.Status.ok, Logger.Level.debug), (.get, .notFound, .debug),
        (.post, .created, .info), (.get, .internalServerError, .error), (.post, .serviceUnavailable, .info),
    ])
    func aResponseIsALine(_ method: HTTPRequest.Method, _ status: HTTPResponse.Status, _ level: Logger.Level)
        async throws
    {
        try await MiddlewareHarness.run { harness in
            let (log, metrics) = (LogRecorder(), RequestMetrics())
            _ = try await harness.send(
                method, through: [AccessLogMiddleware(metrics: metrics, logger: log.logger)],
                prepare: { $0.caller = .success(MiddlewareHarness.caller) },
                route: { _, _ in Response(status: status) })
            #expect(metrics.byStatus.map(\.status) == [status.code] && metrics.byStatus.map(\.count) == [1])
            let lines = log.lines(from: level)
            #expect(lines.count == 1 && lines[0].contains("tool") && lines[0].contains("\(status.code)"))
            #expect(level == .error || log.lines(from: .error).isEmpty)
        }
    }

    @Test func noSecretIsInALine() async throws {
        try await MiddlewareHarness.run { harness in
            let log = LogRecorder()
            _ = try await harness.send(
                .get, "/pair/SECRET", through: [AccessLogMiddleware(metrics: RequestMetrics(), logger: log.logger)])
            #expect(log.lines(from: .trace).count == 1 && !log.lines(from: .trace)[0].contains("SECRET"))
        }
    }
}
