import DepotAPI
import DepotEngine
import DepotModel
import DepotStore
import NIOCore
import Testing

@testable import DepotHTTP

/// The event stream: from a cursor on, in order, no gap, no repeat, bounded.
@Suite struct EventStreamTests {
    private func add(_ count: Int, _ prefix: String, _ station: TestStation) async throws {
        for number in 0..<count { try await station.asset("\(prefix)-\(number)") }
    }

    private func ids(_ messages: [StreamReader.Message]) -> [Int64] { messages.compactMap(\.id) }

    @Test func aCursorGetsEveryEventOnce() async throws {
        try await TestStation.run({ $0.streams.batch = 3 }) { station in
            try await add(10, "old", station)
            let known = station.store.lastEvent.rawValue
            let reader = try StreamReader(.unix(station.socketPath), "events?since=4", headers: [:])
            defer { reader.close() }
            async let read = reader.messages { ($0.id ?? 0) >= known + 20 }
            try await add(20, "new", station)
            #expect(ids(try await read) == Array(5...(known + 20)))
        }
    }

    @Test func whoComesBackGoesOnWhereHeWas() async throws {
        try await TestStation.run { station in
            try await add(6, "a", station)
            let last = station.store.lastEvent.rawValue
            let reader = try StreamReader(
                .tcp(station.port), "events?since=0",
                headers: ["Authorization": "Bearer \(station.viewer)", "Last-Event-ID": "\(last - 2)"])
            defer { reader.close() }
            #expect(ids(try await reader.messages { $0.id == last }) == [last - 1, last])
        }
    }

    @Test func withoutACursorItBeginsNow() async throws {
        try await TestStation.run { station in
            try await add(3, "before", station)
            let last = station.store.lastEvent.rawValue
            let reader = try StreamReader(.unix(station.socketPath), "events", headers: [:])
            defer { reader.close() }
            try await reader.opened()
            try await add(1, "after", station)
            #expect(ids(try await reader.messages { $0.id != nil }) == [last + 1])
        }
    }

    @Test func lanesComeAsTheyChangeAndWithoutANumber() async throws {
        try await TestStation.run { station in
            let reader = try StreamReader(.unix(station.socketPath), "events", headers: [:])
            defer { reader.close() }
            try await reader.opened()
            _ = try await station.socket("POST", "scans", body: #"{"code":"nothing"}"#)
            let messages = try await reader.messages { $0.event == "lane" && $0.data.contains("nothing") }
            #expect(messages.last?.id == nil)
            #expect(messages.contains { $0.event == "event" && $0.id != nil })
        }
    }

    @Test func theBytesOfTheLedgerAreThoseOfEveryAnswer() async throws {
        try await TestStation.run { station in
            let before = station.store.lastEvent
            let note = #"two\nlines\r\n\nid: 7\ndata: \u2028 ä/\"\\"#
            let made = try await station.socket("POST", "assets", body: #"{"asset_tag":"A-1","notes":"\#(note)"}"#)
            #expect(made.status == 201)
            _ = try await station.socket("POST", "scans", body: #"{"code":"no\nthing"}"#)
            let stored = try station.store.eventBodies(since: before, limit: 10).map {
                String(decoding: $0.json, as: UTF8.self)
            }
            let last = station.store.lastEvent.rawValue
            let reader = try StreamReader(.unix(station.socketPath), "events?since=\(before)", headers: [:])
            defer { reader.close() }
            let messages = try await reader.messages { $0.id == last }
            #expect(stored.count == 2 && messages.map(\.data) == stored)
            let list = try await station.socket("GET", "events?since=\(before)").text
            #expect(list == #"{"events":[\#(stored.joined(separator: ","))],"last":\#(last)}"#)
            let asset = try #require(try made.json(TransitionReply.self).asset?.asset.id)
            let history = try await station.socket("GET", "assets/\(asset)/history").text
            #expect(history == #"{"events":[\#(stored[0])]}"#)
        }
    }

    /// An old ledger may hold JSON of more than one line; that is not touched, because it is hashed.
    @Test(arguments: ["{\n  \"a\" : 1\r\n}", "\n{\"a\":1}\r", "{\"a\":1}"])
    func linesOfStoredJSONAreOneMessage(_ json: String) throws {
        var buffer = ByteBuffer(string: "id: 7\n")
        EventStream.write("event", Array(json.utf8), to: &buffer)
        EventStream.write("event", Array("2".utf8), to: &buffer)
        var parser = ServerSentParser()
        let messages = try parser.feed(buffer.readableBytesView)
        #expect(messages.map(\.name) == ["event", "event"] && messages.map(\.lastID) == ["7", "7"])
        #expect(messages[0].data.filter { !$0.isWhitespace } == #"{"a":1}"# && messages[1].data == "2")
    }

    @Test func aReaderThatStopsIsDroppedAndHoldsNobodyUp() async throws {
        try await TestStation.run({
            $0.streams.heartbeat = .milliseconds(50)
            $0.connections.stall = .milliseconds(200)
        }) { station in
            let reader = try StreamReader(.unix(station.socketPath), "events?since=0", headers: [:])
            defer { reader.close() }
            try await reader.opened()
            // More than the kernel's buffers hold.
            try await station.fill(megabytes: 4)
            try await reader.hungUp()
            #expect(try await station.socket("GET", "status").status == 200)
        }
    }

    @Test func subscribersAreCounted() async throws {
        try await TestStation.run({ $0.streams.subscribers = 1 }) { station in
            let reader = try StreamReader(.unix(station.socketPath), "events", headers: [:])
            try await reader.opened()
            let second = try await station.socket("GET", "events", headers: ["Accept": "text/event-stream"])
            #expect(second.status == 503)
            #expect(second.code == .busy)
            // The station closes its end after the place is free.
            reader.finish()
            try await reader.end()
            reader.close()
            let third = try StreamReader(.unix(station.socketPath), "events?since=0", headers: [:])
            defer { third.close() }
            #expect(try await !third.messages { $0.id != nil }.isEmpty)
        }
    }

    @Test func itEndsWhenTheStationStops() async throws {
        let (ends, end) = AsyncStream.makeStream(of: Task<Bool, any Error>.self)
        // However long a busy machine takes, nobody is cut off.
        try await TestStation.run({ $0.connections.drain = .seconds(300) }) { station in
            let reader = try StreamReader(.unix(station.socketPath), "events?since=0", headers: [:])
            _ = try await reader.messages { $0.id != nil }
            end.yield(
                Task {
                    defer { reader.close() }
                    return try await reader.end()
                })
        }
        end.finish()
        for await ended in ends { #expect(try await ended.value, "a station that stops cuts nobody off") }
    }
}
