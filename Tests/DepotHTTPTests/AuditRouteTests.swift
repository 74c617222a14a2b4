import DepotAPI
import DepotModel
import Foundation
import Testing

/// Audit walks over HTTP, from the start to the undo.
@Suite struct AuditRouteTests {
    /// Two rooms, three chairs in the first one and a lamp in the other.
    private func fill(_ station: TestStation) async throws {
        for body in [#"{"name":"Room 101","code":"R-101"}"#, #"{"name":"Room 102","code":"R-102"}"#] {
            #expect(try await station.socket("POST", "locations", body: body).status == 201)
        }
        for (tag, room) in [("C-1", "R-101"), ("C-2", "R-101"), ("=C-3", "R-101"), ("L-1", "R-102")] {
            let body = #"{"asset_tag":"\#(tag)","name":"<b>\#(tag)</b>","location":"\#(room)"}"#
            let made = try await station.socket("POST", "assets", body: body)
            #expect(made.status == 201, "\(made.text)")
        }
    }

    private func start(_ station: TestStation, _ body: String = #"{"location":"r-101"}"#) async throws -> AuditReply {
        let answer = try await station.tcp("POST", "audits", token: station.operator, body: body)
        #expect(answer.status == 201, "\(answer.text)")
        return try answer.json(AuditReply.self)
    }

    private func scan(_ station: TestStation, _ code: String, _ walk: Int = 1) async throws -> AuditScanReply {
        try await station.tcp(
            "POST", "audits/\(walk)/scans", token: station.operator, body: #"{"code":"\#(code)"}"#
        ).json(AuditScanReply.self)
    }

    private func post<Reply: Decodable>(
        _ station: TestStation, _ path: String, _ body: String? = nil, as _: Reply.Type = Reply.self
    ) async throws -> Reply {
        try await station.tcp("POST", path, token: station.operator, body: body).json(Reply.self)
    }

    @Test func aWalkFromItsStartToItsUndo() async throws {
        try await TestStation.run { station in
            try await fill(station)
            let started = try await start(station)
            #expect(started.audit.counts.expected == 3 && started.audit.startedBy.name == "operator")
            let found = try await scan(station, "C-1")
            #expect(found.scan.outcome == .applied && found.audit.found == 1 && found.audit.missing == 2)
            #expect(try await scan(station, "c-1").scan.outcome == .alreadySo)
            let misplaced = try await scan(station, "L-1")
            #expect(misplaced.scan.reason == "misplaced" && misplaced.scan.message.contains("belongs at Room 102"))
            #expect(try await scan(station, "X-9").scan.outcome == .unknown)
            // Only assets are counted.
            for code in ["LOC:R-102", "DEPOT:DONE"] {
                #expect(try await scan(station, code).scan.outcome == .refused)
            }
            let paused: AuditReply = try await post(station, "audits/1/pause")
            #expect(paused.audit.state == .paused)
            let refused = try await scan(station, "C-2")
            #expect(refused.scan.reason == "walk_not_open" && refused.audit.found == 1)
            let _: AuditReply = try await post(station, "audits/1/resume")
            #expect(try await scan(station, "C-2").audit.found == 2)
            let back: AuditChangeReply = try await post(station, "audits/1/undo", #"{"code":"c-2"}"#)
            #expect(back.audit.counts.found == 1)
            let early = try await station.tcp("POST", "audits/1/apply", token: station.operator)
            #expect(early.status == 409 && early.text.contains("walk_open"))
            let closed: AuditReply = try await post(station, "audits/1/close")
            #expect(closed.summary == "Room 101: 1 of 3 found, 2 missing, 1 belongs elsewhere, 1 unknown.")
            let missing = try await station.tcp("GET", "audits/1?verdict=missing", token: station.viewer)
                .json(AuditReply.self)
            #expect(missing.lines?.map(\.code) == ["=C-3", "C-2"] && missing.total == 2)
            let page = try await station.tcp("GET", "audits/1?limit=1&offset=1", token: station.viewer)
                .json(AuditReply.self)
            #expect(page.lines?.map(\.code) == ["L-1"] && page.total == 3)
            let applied: AuditChangeReply = try await post(
                station, "audits/1/apply",
                #"{"misplaced":"move","missing":"missing","missing_status":"Lost","lines":[{"asset_tag":"C-2","action":"leave"}],"found":"audit"}"#
            )
            #expect(applied.changed == 3 && applied.audit.state == .applied && applied.refused.isEmpty)
            let lost = try await station.tcp("GET", "assets/bytag/%3DC-3", token: station.viewer)
            #expect(try lost.json(AssetDetails.self).asset.status.name == "Lost")
            let undone: AuditChangeReply = try await post(station, "audits/1/undo")
            #expect(undone.changed == 3 && undone.audit.state == .closed)
            let again = try await station.tcp("POST", "audits/1/undo", token: station.operator)
            #expect(again.status == 409 && again.text.contains("nothing_to_undo"))
        }
    }

    @Test func theReportIsJSONCSVAndAPage() async throws {
        try await TestStation.run { station in
            try await fill(station)
            _ = try await start(station)
            let _: AuditReply = try await post(station, "audits/1/close")
            _ = try await start(station)
            for code in ["C-1", "=C-3", "<i>X</i>", "=1+1"] { _ = try await scan(station, code, 2) }
            func report(_ format: String) async throws -> Answer {
                try await station.tcp("GET", "audits/2/report?format=\(format)", token: station.viewer)
            }
            let json = try await report("json").json(AuditReport.self)
            #expect(json.before?.audit.id.rawValue == 1)
            #expect(json.before?.missingAgain == ["C-2"] && json.before?.returned == ["=C-3", "C-1"])
            #expect(json.found.map(\.by) == ["operator", "operator"])
            let csv = try await report("csv")
            #expect(csv.headers["content-type"] == "text/csv; charset=utf-8")
            let rows = csv.text.split(separator: "\r\n").map(String.init)
            #expect(rows.count == 6 && rows[0].hasPrefix("verdict,code,name,scanned_at"))
            // No cell is a formula.
            #expect(rows.contains { $0.hasPrefix("unknown,'=1+1,") } && rows.contains { $0.hasPrefix("found,'=C-3,") })
            let page = try await report("html")
            #expect(page.text.hasPrefix("<!doctype html>") && page.text.contains("2 of 3 found, 1 missing, 2 unknown"))
            #expect(page.text.contains("&lt;i&gt;X&lt;/i&gt;") && !page.text.contains("<i>X"))
            #expect(page.text.contains("Missing again: C-2") && !page.text.contains("<script"))
            #expect(page.headers["content-security-policy"]?.contains("default-src 'none'") == true)
            #expect(try await report("pdf").status == 400)
        }
    }

    @Test func aHandheldsFileCountsOnce() async throws {
        try await TestStation.run { station in
            try await fill(station)
            _ = try await start(station)
            let file = """
                C-1,2026-11-21 10:00:05
                L-1,2026-11-21 10:00:09
                X-9,2026-11-21 10:00:11
                C-1,2026-11-21 10:00:12
                C-2,2026-11-21 10:00:13
                ,2026-11-21 10:00:14
                LOC:R-101,2026-11-21 10:00:15
                """
            func send(_ query: String = "", dryRun: Bool = false) async throws -> AuditImportReply {
                try await station.tcp(
                    "POST", "audits/1/import\(query)", token: station.operator, body: file,
                    headers: dryRun ? ["Depot-Dry-Run": "true"] : [:]
                ).json(AuditImportReply.self)
            }
            let preview = try await send("?reject=5", dryRun: true)
            #expect(preview.dryRun == true && preview.accepted == 4 && preview.rejected == 3)
            let verdicts = ["found": 1, "misplaced": 1, "unknown": 1, "repeated": 1]
            #expect(preview.verdicts == verdicts && preview.audit.counts.found == 0)
            let first = try await send("?reject=5")
            #expect(first.verdicts == verdicts && first.repeated == 0 && first.dryRun == nil)
            #expect(
                first.audit.counts == AuditCounts(expected: 3, found: 1, misplaced: 1, unknown: 1, repeated: 1))
            #expect(first.lines.prefix(3).map(\.line) == [5, 6, 7])
            // The same file again, now with the line that was rejected.
            #expect(try await send(dryRun: true).repeated == 4)
            let second = try await send()
            #expect(second.repeated == 4 && second.audit.counts.found == 2 && second.audit.counts.repeated == 1)
            #expect(try await send().audit.counts == second.audit.counts)
            let lines = try await station.tcp("GET", "audits/1?verdict=found", token: station.viewer)
                .json(AuditReply.self).lines
            #expect(lines?.first?.at?.description == "2026-11-21T10:00:05.000Z")
            for query in ["?clock_offset=x", "?reference_code=C-1", "?utc_offset=1", "?reject=9-1", "?month_first=1"] {
                let wrong = try await station.tcp(
                    "POST", "audits/1/import\(query)", token: station.operator, body: file)
                #expect(wrong.status == 400, "\(query)")
            }
            let _: AuditReply = try await post(station, "audits/1/close")
            let late = try await station.tcp("POST", "audits/1/import", token: station.operator, body: file)
            #expect(late.status == 409)
        }
    }

    @Test func whoMayDoWhat() async throws {
        try await TestStation.run { station in
            try await fill(station)
            _ = try await start(station, #"{"location":"R-101","blind":true}"#)
            for code in ["C-1", "L-1"] { _ = try await scan(station, code) }
            let screen = try await station.token(.screen, "screen")
            let shown = try await station.tcp("GET", "audits/1", token: screen).json(AuditReply.self)
            // A screen sees neither lines nor names nor what a blind walk conceals.
            #expect(shown.lines == nil && shown.audit.startedBy.name == "token")
            #expect(shown.audit.counts.missing == 0 && shown.summary == "Room 101: 2 assets counted.")
            #expect(try await station.tcp("GET", "audits/1/report", token: screen).status == 403)
            #expect(
                try await station.tcp("GET", "audits/1", token: station.viewer).json(AuditReply.self).lines?.count == 2)
            for path in ["audits/1/close", "audits/1/scans", "audits/1/import", "audits"] {
                #expect(try await station.tcp("POST", path, token: station.viewer, body: "{}").status == 403)
            }
            #expect(try await station.tcp("POST", "audit-policies", token: station.operator, body: "{}").status == 403)
        }
    }

    @Test func whatCannotBeIsSaid() async throws {
        try await TestStation.run { station in
            try await fill(station)
            for body in [
                "{}", #"{"location":"R-101","category":"x"}"#, #"{"filter":{}}"#, #"{"location":"R-101","x":1}"#,
            ] {
                let answer = try await station.tcp("POST", "audits", token: station.operator, body: body)
                #expect(answer.status == 400, "\(body)")
            }
            for body in [#"{"location":"nowhere"}"#, #"{"category":"none"}"#, #"{"holder":{"person":99}}"#] {
                let answer = try await station.tcp("POST", "audits", token: station.operator, body: body)
                #expect(answer.status == 404, "\(body)")
            }
            _ = try await start(station)
            let twice = try await station.tcp(
                "POST", "audits", token: station.operator, body: #"{"location_id":1}"#)
            #expect(twice.status == 409 && twice.text.contains("walk_open"))
            for path in ["audits/99", "audits/x", "audits/99/report"] {
                #expect(try await station.tcp("GET", path, token: station.viewer).status == 404)
            }
            #expect(try await station.tcp("POST", "audits/99/close", token: station.operator).status == 404)
            #expect(try await station.tcp("GET", "audits/1?verdict=lost", token: station.viewer).status == 400)
            let _: AuditReply = try await post(station, "audits/1/close")
            for body in [
                #"{"found":"missing"}"#, #"{"missing":"move"}"#, #"{"lines":[{"action":"move"}]}"#,
                #"{"lines":[{"asset_tag":"C-1","action":"burn"}]}"#,
            ] {
                let answer = try await station.tcp("POST", "audits/1/apply", token: station.operator, body: body)
                #expect(answer.status == 400, "\(body)")
            }
        }
    }

    @Test func intervalsAreSetByCategoryAndLocation() async throws {
        try await TestStation.run { station in
            try await fill(station)
            let set = try await station.tcp(
                "POST", "audit-policies", token: station.admin, body: #"{"location_id":1,"days":30}"#
            ).json(AuditPoliciesReply.self)
            #expect(set.policies.map(\.name) == ["Room 101"] && set.policies.map(\.days) == [30])
            let removed = try await station.tcp(
                "POST", "audit-policies", token: station.admin, body: #"{"location_id":1}"#
            ).json(AuditPoliciesReply.self)
            #expect(removed.policies.isEmpty)
            for body in [#"{"days":3}"#, #"{"location_id":1,"category_id":1,"days":3}"#] {
                #expect(try await station.tcp("POST", "audit-policies", token: station.admin, body: body).status == 400)
            }
        }
    }

    @Test func aDryRunCountsAndStartsNothing() async throws {
        try await TestStation.run { station in
            try await fill(station)
            let tried = try await station.tcp(
                "POST", "audits", token: station.operator, body: #"{"location":"R-101"}"#,
                headers: ["Depot-Dry-Run": "true"])
            #expect(try tried.json(AuditReply.self).audit.counts.expected == 3)
            #expect(try await station.tcp("GET", "audits", token: station.viewer).json(AuditsReply.self).total == 0)
            _ = try await start(station)
            let scan = try await station.tcp(
                "POST", "audits/1/scans", token: station.operator, body: #"{"code":"C-1"}"#,
                headers: ["Depot-Dry-Run": "true"])
            #expect(scan.status == 400)
        }
    }
}
