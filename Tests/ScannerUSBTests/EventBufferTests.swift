import HIDDecoding
import Testing

@testable import ScannerUSB

private func report(_ identity: String, _ number: UInt8) -> ScannerEvent {
    .report(HIDReport(identity: identity, bytes: [number], at: 0))
}

private func text(_ event: ScannerEvent?) -> String {
    switch event {
    case .report(let report): "\(report.identity)\(report.bytes.first ?? 0)"
    case .overflow(let identity, let lost): "\(identity) lost \(lost)"
    case .disconnected(let identity): "\(identity) gone"
    case .connected, .problem: "other"
    case nil: "end"
    }
}

@Suite struct EventBufferTests {
    @Test func whatDoesNotFitIsCountedWhereItWouldHaveStood() async {
        let buffer = EventBuffer(capacity: 2)
        for number in 1...4 { buffer.push(report("A", UInt8(number))) }
        buffer.push(report("B", 1))
        buffer.push(.disconnected(identity: "A"))
        #expect(text(await buffer.next()) == "A1")
        buffer.push(report("B", 2))
        buffer.push(report("B", 3))
        buffer.finish()
        var rest: [String] = []
        while let event = await buffer.next() { rest.append(text(event)) }
        #expect(rest == ["A2", "A lost 2", "B lost 1", "A gone", "B2", "B lost 1"])
        #expect(buffer.lost == 4)
    }

    @Test func aWaitingConsumerIsWoken() async {
        let buffer = EventBuffer(capacity: 8)
        async let first = buffer.next()
        buffer.push(report("A", 1))
        #expect(text(await first) == "A1")
        async let last = buffer.next()
        buffer.finish()
        #expect(text(await last) == "end")
    }

    @Test func manyReportsKeepTheirOrder() async {
        let buffer = EventBuffer(capacity: 4096)
        var expected: [String] = []
        var seen: [String] = []
        for round in 0..<20 {
            for number in 0..<100 {
                buffer.push(report("A", UInt8(number)))
                expected.append("A\(number)")
            }
            for _ in 0..<(round.isMultiple(of: 2) ? 40 : 120) { seen.append(text(await buffer.next())) }
        }
        buffer.finish()
        while let event = await buffer.next() { seen.append(text(event)) }
        #expect(seen == expected)
    }

    @Test func aMonitorThatNeverRanStops() async throws {
        let monitor = try ScannerMonitor(ScannerUSBSettings())
        monitor.stop()
        await monitor.run()
        for await _ in monitor.events { Issue.record("an event") }
    }
}
