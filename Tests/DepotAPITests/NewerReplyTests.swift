import DepotAPI
import DepotModel
import FoundationEssentials
import Testing

/// What a daemon of a later version says is read and kept: an older `depotctl` shows its words instead of failing.
@Suite struct NewerReplyTests {
    private static let event = #"""
        {"number":9,"station":"depot","sequence":9,"operation":"0193a1b2-c3d4-7e5f-8901-23456789abcd","tenant_id":1,
        "at":"2026-11-21T03:22:41.123Z","kind":"borrowed","changes":[],"facts":{"until":"Friday"},"weather":{"sky":"blue"},
        "actor":{"kind":"robot","name":"R2","serial":7},"origin":{"face":"fridge","shelf":2},"outcome":"postponed",
        "to":{"holder":"team:7","name":"Kitchen","deleted":false,"size":4},"message":"Later."}
        """#
    private static let scan = #"""
        {"number":5,"id":"0193a1b2-c3d4-7e5f-8901-23456789abcd","at":"2026-11-21T03:22:41.123Z","raw":"49542d31",
        "outcome":"postponed","ended_by":"blink","message":"Later.","colour":"red"}
        """#
    private static let lane = #"""
        {"id":1,"name":"Lane 1","connected":true,"mode":"loan","terminator":"tab","last":{"scan":
        "0193a1b2-c3d4-7e5f-8901-23456789abcd","lane_id":1,"at":"2026-11-21T03:22:41.123Z","outcome":"postponed",
        "message":"Later.","code":"IT-1","candidates":[],"asset":{"id":42,"tenant_id":1,"asset_tag":"IT-1",
        "uuid":"0193a1b2-c3d4-7e5f-8901-23456789abcd","status":{"id":1,"name":"Lent","type":"lendable","hue":1},
        "lifecycle":"lent","checkout_count":0,"checkin_count":0,"created_at":"2026-11-21T03:22:41.123Z",
        "updated_at":"2026-11-21T03:22:41.123Z","version":1}}}
        """#
    private static let scanner = #"""
        {"identity":"usb:0c2e:S1","lane_id":1,"name":"Voyager","usb_id":"0c2e:0db3","port":"1-4.2","kind":"hid_laser",
        "state":"asleep","since":"2026-11-21T03:22:41.123Z","scans":3,"problems":1,"battery":80,
        "problem":{"code":"tired","message":"Zzz.","until":"noon"}}
        """#

    private func item(_ name: String, _ json: String) throws -> StreamItem {
        let data = json.replacing("\n", with: "")
        return try StreamItem(ServerSentMessage(name: name, data: data, lastID: "9"))
    }

    @Test func itsEventIsKeptWordByWord() throws {
        guard case .event(let event) = try item(StationAPI.StreamName.event, Self.event) else {
            Issue.record("no event")
            return
        }
        #expect(event.kind.rawValue == "borrowed" && event.outcome == .other("postponed"))
        #expect(event.actor.kind == .other("robot") && event.origin.face == .other("fridge"))
        #expect(event.to?.holder == .other("team:7") && event.to?.holder.kind == "team")
        let again = String(decoding: try WireJSON.encode(event), as: UTF8.self)
        for word in ["borrowed", "postponed", "robot", "fridge", "team:7"] { #expect(again.contains("\"\(word)\"")) }
    }

    @Test func itsLaneAndScannerAreKept() throws {
        guard case .lane(let lane) = try item(StationAPI.StreamName.lane, Self.lane),
            case .scanner(let scanner) = try item(StationAPI.StreamName.scanner, Self.scanner)
        else {
            Issue.record("no lane, or no scanner")
            return
        }
        #expect(lane.mode == .other("loan") && lane.last?.outcome == .other("postponed"))
        #expect(lane.last?.asset?.asset.status.type == .other("lendable"))
        #expect(lane.last?.asset?.asset.lifecycle == .other("lent"))
        #expect(scanner.state == .other("asleep") && scanner.kind == "hid_laser")
        #expect(scanner.problem?.code.rawValue == "tired")
    }

    @Test func itsListsAreKept() throws {
        func read<Reply: Decodable>(_ type: Reply.Type, _ json: String) throws -> Reply {
            try WireJSON.decodeReply(type, from: Data(json.utf8))
        }
        let scans = try read(ScansReply.self, #"{"scans":[\#(Self.scan)],"last":5,"more":true}"#).scans
        #expect(scans.map(\.outcome) == [.other("postponed")] && scans.map(\.outcome.isFault) == [true])
        #expect(ExitStatus(ScanOutcome.other("postponed")) == .fault)
        #expect(try read(EventsReply.self, #"{"events":[\#(Self.event)],"last":9}"#).events.count == 1)
        #expect(try read(LanesReply.self, #"{"lanes":[\#(Self.lane)]}"#).lanes.count == 1)
        #expect(try read(ScannersReply.self, #"{"scanners":[\#(Self.scanner)]}"#).scanners.count == 1)
        let token = #"{"name":"t","role":"auditor","created_at":"2026-11-21T03:22:41.123Z","scopes":["a"]}"#
        let tokens = try read(TokensReply.self, #"{"tokens":[\#(token)]}"#).tokens
        #expect(tokens.map(\.role) == [.other("auditor")])
    }

    /// A word that we do not know may be shown, but nothing is done by it.
    @Test func whatIsAskedForInAnUnknownWordIsRefusedByName() {
        func complaint<Request: StrictRequest>(_ type: Request.Type, _ json: String) -> String? {
            do throws(DepotError) {
                _ = try decodeRequest(type, from: Array(json.utf8))
                return nil
            } catch { return error.message }
        }
        #expect(complaint(LaneModeRequest.self, #"{"mode":"loan"}"#)?.contains("“mode”") == true)
        #expect(complaint(CreateTokenRequest.self, #"{"name":"t","role":"auditor"}"#)?.contains("“role”") == true)
        #expect(
            complaint(TransitionRequest.self, #"{"kind":"lend","asset":{"id":1}}"#)?.contains("“kind”") == true)
    }
}
