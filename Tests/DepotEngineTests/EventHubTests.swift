import DepotEngine
import DepotModel
import DepotStore
import Testing

@Suite struct EventHubTests {
    private func event(_ number: Int64) -> StoredEvent {
        StoredEvent(number: EventNumber(rawValue: number), tenant: .standard, kind: .scan, json: Array("{}".utf8))
    }

    @Test func aSlowSubscriberIsWokenOnceForManyEvents() async {
        let hub = EventHub()
        let subscription = hub.subscribe()
        for number in 1...10_000 { hub.publish([event(Int64(number))]) }
        hub.close()
        var signals: [Int64] = []
        for await case .ledger(let number) in subscription { signals.append(number.rawValue) }
        #expect(signals == [10_000])
    }

    @Test func recentEventsComeFromMemoryAndOlderOnesDoNot() {
        let hub = EventHub()
        #expect(hub.cached(after: EventNumber(rawValue: 0)) == nil)
        for number in 1...3000 { hub.publish([event(Int64(number))]) }
        #expect(hub.cached(after: EventNumber(rawValue: 1)) == nil)
        #expect(hub.cached(after: EventNumber(rawValue: 2998))?.map(\.number.rawValue) == [2999, 3000])
        #expect(hub.cached(after: EventNumber(rawValue: 3000)) == [])
        #expect(hub.cached(after: EventNumber(rawValue: 9999)) == [])
    }

    @Test func whatIsKeptInMemoryHasNoGap() {
        let hub = EventHub()
        hub.publish([event(1), event(2)])
        hub.publish([event(4)])
        #expect(hub.cached(after: EventNumber(rawValue: 1)) == nil)
        #expect(hub.cached(after: EventNumber(rawValue: 3))?.map(\.number.rawValue) == [4])
    }

    @Test func largeEventsAreNotKeptByTheHundred() {
        let hub = EventHub()
        let json = [UInt8](repeating: 0x20, count: 1 << 20)
        for number in 1...20 {
            hub.publish([
                StoredEvent(number: EventNumber(rawValue: Int64(number)), tenant: .standard, kind: .edit, json: json)
            ])
        }
        #expect(hub.cached(after: EventNumber(rawValue: 10)) == nil)
        #expect(hub.cached(after: EventNumber(rawValue: 19))?.count == 1)
    }

    @Test func whoLeavesIsForgotten() async {
        let hub = EventHub()
        let subscription = hub.subscribe()
        #expect(hub.subscriberCount == 1)
        subscription.cancel()
        #expect(hub.subscriberCount == 0)
        var iterator = subscription.makeAsyncIterator()
        #expect(await iterator.next() == nil)
    }
}
