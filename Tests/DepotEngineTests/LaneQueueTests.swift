import HIDDecoding
import Testing

@testable import DepotEngine

/// The one queue between the USB callback and the lane.
@Suite struct LaneQueueTests {
    private func report(_ at: UInt64) -> HIDReport { HIDReport([1], at: at) }

    /// Everything that is in the queue, in words.
    private func drain(_ queue: LaneQueue) async -> [String] {
        queue.close()
        var words: [String] = []
        while let item = await queue.next(quietAt: nil) {
            switch item {
            case .report(let report): words.append("\(report.at)")
            case .lost(let count, _): words.append("lost \(count)")
            case .quiet: words.append("quiet")
            case .notice(.disconnected): words.append("disconnected")
            case .notice: words.append("notice")
            case .input: words.append("input")
            }
        }
        return words
    }

    @Test func reportsAndWhatIsSaidKeepTheirOrder() async {
        let queue = LaneQueue()
        queue.report(report(1))
        queue.notice(.interrupted(.stall, at: 2))
        queue.report(report(3))
        queue.notice(.disconnected)
        queue.post(.settings)
        #expect(await drain(queue) == ["1", "notice", "3", "disconnected", "input"])
    }

    @Test func whatFindsNoRoomIsSaidInItsPlaceAndNothingElseIsDropped() async {
        let queue = LaneQueue()
        for at in 0..<10_000 { queue.report(report(UInt64(at))) }
        queue.notice(.disconnected)
        #expect(queue.lost == 10_000 - 8192)
        var first: [LaneQueue.Item] = []
        for _ in 0..<2 { if let item = await queue.next(quietAt: nil) { first.append(item) } }
        queue.report(report(20_000))
        let words = await drain(queue)
        #expect(words.count == 8192 - 2 + 3)
        #expect(words.suffix(3) == ["lost 1808", "disconnected", "20000"])
    }

    @Test func silenceIsTakenOnlyWhereNothingOfBeforeWaits() async {
        let queue = LaneQueue()
        queue.report(report(1000))
        queue.quiet(until: 900_000)
        // The lane's time-out is over, but a report waits.
        guard case .report? = await queue.next(quietAt: 500_000) else {
            Issue.record("the time-out overtook a report")
            return
        }
        guard case .quiet(let until)? = await queue.next(quietAt: 501_000) else {
            Issue.record("the silence was not told")
            return
        }
        #expect(until == 900_000)
        queue.quiet(until: 950_000)
        queue.close()
        if await queue.next(quietAt: 1_000_000) != nil { Issue.record("silence that nobody saw") }
    }

    @Test func aClosedQueueTakesNothingAndSaysSo() async {
        let queue = LaneQueue()
        queue.close()
        queue.report(report(1))
        #expect(!queue.post(.settings))
        if await queue.next(quietAt: nil) != nil { Issue.record("something was taken") }
        let isAlive = await queue.waitForItem()
        #expect(!isAlive)
    }
}
