import DepotAPI
import DepotModel
import FoundationEssentials
import Testing

@Suite struct ServerSentMessageTests {
    private func messages(_ text: String) throws -> [ServerSentMessage] {
        var parser = ServerSentParser()
        return try parser.feed(text.utf8)
    }

    @Test func fieldsOfAMessage() throws {
        #expect(
            try messages(": hello\nretry: 10\nid: 7\nevent: event\ndata: {}\n\n")
                == [ServerSentMessage(name: "event", data: "{}", lastID: "7")])
        #expect(try messages("data\n\n") == [ServerSentMessage(name: "message", data: "", lastID: "")])
        #expect(
            try messages("data:a\ndata:  b\n\n") == [ServerSentMessage(name: "message", data: "a\n b", lastID: "")])
        #expect(try messages("event: ping\n\n:\n\n").isEmpty)
        #expect(try messages("id: 1\n\ndata: x\n\n").map(\.lastID) == ["1"])
        #expect(try messages("id: 1\nid: a\u{0}b\ndata: x\n\n").map(\.lastID) == ["1"])
        #expect(try messages("\u{FEFF}data: x\n\n").map(\.data) == ["x"])
    }

    @Test(arguments: ["\n", "\r", "\r\n"])
    func everyLineEndInPiecesOfAnySize(_ end: String) throws {
        let text = "id: 1\(end)data: ä\(end)data: b\(end)\(end)event: lane\(end)data: c\(end)\(end)"
        let whole = try messages(text)
        #expect(whole.map(\.data) == ["ä\nb", "c"])
        for size in 1...8 {
            var parser = ServerSentParser()
            var found: [ServerSentMessage] = []
            var rest = Array(text.utf8)[...]
            while !rest.isEmpty {
                found += try parser.feed(rest.prefix(size))
                rest = rest.dropFirst(size)
            }
            #expect(found == whole, "pieces of \(size)")
        }
    }

    @Test func unfinishedMessageIsKeptBack() throws {
        var parser = ServerSentParser()
        #expect(try parser.feed("data: x\n".utf8).isEmpty)
        #expect(try parser.feed("\n".utf8).map(\.data) == ["x"])
    }

    @Test func lengthIsBounded() throws {
        var line = ServerSentParser(limit: 16)
        #expect(throws: DepotError.self) { try line.feed("data: 12345678901".utf8) }
        var message = ServerSentParser(limit: 16)
        #expect(throws: DepotError.self) {
            for _ in 0..<10 { _ = try message.feed("data: 1234\n".utf8) }
        }
        var comments = ServerSentParser(limit: 16)
        for _ in 0..<10 { #expect(try comments.feed(": keep going\n\n".utf8).isEmpty) }
    }

    @Test func items() throws {
        let event = LedgerEvent(
            number: EventNumber(rawValue: 7), station: "depot", sequence: 7, operation: UniqueID(high: 1, low: 2),
            tenant: .standard, at: Timestamp(milliseconds: 0), kind: LedgerEvent.Kind(rawValue: "newer_kind"),
            actor: Actor(kind: .station, name: "depot"), origin: Origin(face: .daemon))
        let json = String(decoding: try WireJSON.encode(event), as: UTF8.self)
        #expect(try StreamItem(ServerSentMessage(name: "event", data: json, lastID: "7")) == .event(event))
        let lane = LaneStatus(
            id: LaneID(rawValue: 1), name: "Lane 1", scanner: nil, isConnected: true, mode: .counter)
        let laneJSON = String(decoding: try WireJSON.encode(lane), as: UTF8.self)
        #expect(try StreamItem(ServerSentMessage(name: "lane", data: laneJSON, lastID: "")) == .lane(lane))
        #expect(
            try StreamItem(ServerSentMessage(name: "weather", data: "rain", lastID: ""))
                == .unknown(name: "weather", data: "rain"))
        #expect(throws: DepotError.self) { try StreamItem(ServerSentMessage(name: "event", data: "{}", lastID: "")) }
    }
}
