import DepotAPI
import DepotEngine
import DepotModel
import DepotStore
import Foundation
import Testing

@testable import DepotHTTP

/// People at a paired screen act at its lanes, as a scanner does, where the station allows it.
@Suite struct ScreenTouchTests {
    private func stock(_ station: TestStation) async throws {
        _ = try await station.socket(
            "POST", "people", body: #"{"name":"Ada Lovelace","badge":"BADGE:7","email":"ada@secret.example"}"#)
        for (tag, serial) in [("IT-1", "SN-9"), ("IT-2", "SN-9"), ("AIT-3", "X")] {
            let body = #"{"asset_tag":"\#(tag)","serial":"\#(serial)","name":"Drill","notes":"secret"}"#
            _ = try await station.socket("POST", "assets", body: body)
        }
        _ = try await station.socket("POST", "locations", body: #"{"name":"Italy room","code":"R1"}"#)
    }

    @Test func aScreenScansChoosesUndoesAndFinishes() async throws {
        try await TestStation.run { station in
            try await stock(station)
            let screen = try await station.token(.screen)
            func post(_ path: String, _ body: String? = nil) async throws -> Answer {
                try await station.tcp("POST", path, token: screen, body: body)
            }
            func scan(_ code: String) async throws -> ScanResult {
                try await post("scans", #"{"code":"\#(code)","lane_id":1001}"#).json(ScanResult.self)
            }
            #expect(try await scan("BADGE:7").message == "Assets scanned now will be checked out to Ada Lovelace.")
            let asked = try await scan("SN-9")
            #expect(asked.outcome == .ambiguous)
            let twin = try #require(asked.candidates.first { $0.label == "IT-2" })
            let body = #"{"scan":"\#(asked.scan)","kind":"asset","id":\#(twin.id)}"#
            let chosen = try await post("lanes/1001/choose", body)
            #expect(try chosen.json(ScanResult.self).message == "IT-2 (Drill) is checked out to Ada Lovelace.")
            #expect(!chosen.text.contains("secret"))
            #expect(try await post("lanes/1001/choose", body).status == 409)
            let lanes = try await station.tcp("GET", "lanes", token: screen)
            let lane = try #require(try lanes.json(LanesReply.self).lanes.first)
            #expect(lane.session?.items.map(\.tag) == ["IT-2"] && lane.session?.open?.items.map(\.tag) == ["IT-2"])
            #expect(lane.session?.holder?.detail == nil && !lanes.text.contains("secret"))
            #expect(try await post("lanes/1001/undo").json(ScanResult.self).tone == .done)
            #expect(
                try await post("lanes/1001/done").json(ScanResult.self).message == "Nothing was done for Ada Lovelace.")
            let mode = try await post("lanes/1001/mode", #"{"mode":"audit"}"#).json(LaneStatus.self)
            #expect(mode.mode == .audit && mode.homeMode == .counter && mode.modeUntil != nil)
            // Each is in the journal, as a scan of that lane.
            let scans = try station.store.scans(since: ScanNumber(rawValue: 0), limit: 20)
            #expect(scans.map(\.text) == ["BADGE:7", "SN-9", "SN-9", "DEPOT:UNDO", "DEPOT:DONE", "DEPOT:MODE:AUDIT"])
            #expect(scans.allSatisfy { $0.lane?.rawValue == 1001 })
            // Not what an administrator sets, nor at no lane, nor what is not of the counter.
            #expect(try await post("scans", #"{"code":"IT-1"}"#).status == 403)
            #expect(try await station.tcp("PATCH", "lanes/1001", token: screen, body: #"{"name":"x"}"#).status == 403)
            #expect(try await post("assets", #"{"asset_tag":"B"}"#).status == 403)
        }
    }

    @Test func aScreenFindsWhatToScan() async throws {
        try await TestStation.run { station in
            try await stock(station)
            let screen = try await station.token(.screen)
            func find(_ query: String) async throws -> [FindReply.Found] {
                try await station.tcp("GET", "find?\(query)", token: screen).json(FindReply.self).matches
            }
            #expect(try await find("q=it").map(\.label) == ["IT-1", "IT-2", "Italy room"])
            #expect(try await find("q=it-").map(\.label) == ["IT-1", "IT-2", "AIT-3"])
            #expect(try await find("q=it-&limit=1").map(\.label) == ["IT-1"])
            #expect(try await find("q=lovelace").map(\.code) == ["BADGE:7"])
            #expect(try await find("q=r1").map(\.code) == ["LOC:R1"])
            #expect(try await find("q=sn-9").map(\.code) == ["IT-1", "IT-2"])
            #expect(try await find("q=secret").isEmpty)
            #expect(try await station.tcp("GET", "find?q=", token: screen).status == 400)
        }
    }

    @Test func aScreenThatOnlyShowsMayNotAct() async throws {
        try await TestStation.run { station in
            try await stock(station)
            var configuration = station.station.configuration
            configuration.screenTouch = false
            // There are no keyboard layouts here.
            configuration.scannerLayout = ""
            _ = try await station.station.reload(configuration)
            let screen = try await station.token(.screen)
            for (method, path, body) in [
                ("POST", "scans", #"{"code":"IT-1","lane_id":1001}"#), ("POST", "lanes/1001/done", nil),
                ("POST", "lanes/1001/undo", nil), ("POST", "lanes/1001/mode", #"{"mode":"audit"}"#),
                ("GET", "find?q=it", nil),
            ] {
                #expect(try await station.tcp(method, path, token: screen, body: body).status == 403, "\(path)")
            }
            #expect(try await station.tcp("GET", "lanes", token: screen).status == 200)
            #expect(try await station.tcp("POST", "lanes/1001/undo", token: station.operator).status == 200)
        }
    }

    @Test func aPageOfAnotherOriginMayNotActWithTheCookie() async throws {
        try await TestStation.run { station in
            let cookie = [
                "Cookie": "depot_screen=\(try await station.token(.screen))", "Origin": "https://evil.example",
            ]
            let answer = try await station.tcp("POST", "lanes/1001/done", headers: cookie)
            #expect(answer.status == 403)
        }
    }
}
