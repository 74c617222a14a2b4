import DepotAPI
import DepotEngine
import DepotHTTP
import DepotModel
import DepotStore
import Testing

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

    @Test func aReaderThatStopsIsDroppedAndHoldsNobodyUp() async throws {
        try await TestStation.run({
            $0.streams.heartbeat = .milliseconds(50)
            $0.streams.stall = .milliseconds(200)
        }) { station in
            let reader = try StreamReader(.unix(station.socketPath), "events?since=0", headers: [:])
            defer { reader.close() }
            try await reader.opened()
            let note = String(repeating: "n", count: 8000)
            var number = 0
            // More than the kernel's buffers hold, and on until the station gave up on the reader.
            while station.station.events.subscriberCount > 0 {
                let answer = try await station.socket(
                    "POST", "assets", body: #"{"asset_tag":"S-\#(number)","notes":"\#(note)"}"#)
                #expect(answer.status == 201)
                number += 1
                try #require(number < 5000)
            }
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
            reader.close()
            // The place is free as soon as the station has seen the end of the connection.
            while station.station.events.subscriberCount > 0 { _ = try await station.socket("GET", "status") }
            let third = try StreamReader(.unix(station.socketPath), "events?since=0", headers: [:])
            defer { third.close() }
            #expect(try await !third.messages { $0.id != nil }.isEmpty)
        }
    }

    @Test func itEndsWhenTheStationStops() async throws {
        try await TestStation.run { station in
            let reader = try StreamReader(.unix(station.socketPath), "events?since=0", headers: [:])
            _ = try await reader.messages { $0.id != nil }
            Task {
                try await reader.end()
                reader.close()
            }
        }
    }
}
