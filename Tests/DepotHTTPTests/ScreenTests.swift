import DepotAPI
import DepotModel
import Foundation
import Testing

@testable import DepotHTTP

/// The counter screen: what a browser sees before and after it is paired.
@Suite struct ScreenTests {
    private func pair(_ station: TestStation) async throws -> String {
        let offer = try await station.socket("POST", "screens/pair", body: #"{"name":"desk"}"#)
        let url = try offer.json(PairScreenReply.self).url
        #expect(url.hasPrefix("http://127.0.0.1:\(station.port)/pair/"))
        return "/pair/" + (url.split(separator: "/").last ?? "")
    }

    private func cookie(_ answer: Answer) throws -> String {
        let header = try #require(answer.headers["set-cookie"])
        #expect(header.contains("HttpOnly") && header.contains("SameSite=Strict") && header.contains("Path=/"))
        #expect(!header.contains("Secure"))
        return String(header.prefix { $0 != ";" })
    }

    @Test func unpairedItShowsNothing() async throws {
        try await TestStation.run { station in
            _ = try await station.socket("POST", "people", body: #"{"name":"Ada Lovelace"}"#)
            try await station.asset("IT-1")
            for cookie in ["", "depot_screen=nonsense", "depot_screen=\(station.viewer)"] {
                let page = try await station.tcp("GET", "/", headers: ["Cookie": cookie])
                #expect(page.status == 200)
                #expect(page.text.contains("depotctl screen pair") && page.text.contains("http-equiv=\"refresh\""))
                #expect(page.text.contains("Counter &amp; Co"))
                #expect(!page.text.contains("Ada") && !page.text.contains("IT-1") && !page.text.contains("screen.js"))
                let lanes = try await station.tcp("GET", "lanes", headers: ["Cookie": cookie])
                #expect(lanes.status == 401)
            }
        }
    }

    @Test func aLinkPairsOneBrowserOnce() async throws {
        try await TestStation.run { station in
            let link = try await pair(station)
            #expect(try await station.tcp("HEAD", link).status == 405)
            let paired = try await station.tcp("GET", link)
            #expect(paired.status == 303)
            #expect(paired.headers["location"] == "/")
            let cookie = try cookie(paired)
            let again = try await station.tcp("GET", link)
            #expect(again.status == 404)
            #expect(again.headers["set-cookie"] == nil)
            let page = try await station.tcp("GET", "/", headers: ["Cookie": "a=b; \(cookie)"])
            #expect(page.text.contains("/screen.js") && !page.text.contains("http-equiv=\"refresh\""))
            #expect(page.headers["content-security-policy"]?.contains("default-src 'none'") == true)
        }
    }

    @Test func aScreenSeesWhatItShowsAndNothingElse() async throws {
        try await TestStation.run { station in
            let paired = ["Cookie": try cookie(await station.tcp("GET", try await pair(station)))]
            let bearer = ["Authorization": "Bearer \(try await station.token(.screen))"]
            for headers in [paired, bearer] {
                for path in ["status", "lanes", "scanners", "events"] {
                    #expect(try await station.tcp("GET", path, headers: headers).status == 200, "\(path)")
                }
                for path in ["assets", "people", "locations", "scans", "resolve?code=1", "tokens", "/metrics"] {
                    #expect(try await station.tcp("GET", path, headers: headers).status == 403, "\(path)")
                }
                let scan = try await station.tcp("POST", "scans", body: #"{"code":"x"}"#, headers: headers)
                #expect(scan.status == 403)
            }
        }
    }

    /// Neither who asked from where, nor what an administrator did, nor what is written about an asset.
    @Test func aScreensEventsAndLanesAreThoseThatItDraws() async throws {
        try await TestStation.run { station in
            let secret = "not-for-the-counter"
            let body = #"{"asset_tag":"IT-1","name":"MacBook","notes":"\#(secret)","purchase_cost":"12.34"}"#
            let made = try await station.tcp("POST", "assets", token: station.operator, body: body)
            let asset = try #require(try made.json(TransitionReply.self).asset?.asset.id)
            _ = try await station.socket(
                "POST", "people", body: #"{"name":"Ada Lovelace","email":"\#(secret)@x.example","badge":"BADGE:1"}"#)
            let edited = try await station.tcp(
                "PATCH", "assets/\(asset)", token: station.operator, body: #"{"fields":{"notes":"\#(secret) 2"}}"#)
            #expect(edited.status == 200, "\(edited.text)")
            _ = try await station.tcp("POST", "scans", token: station.operator, body: #"{"code":"BADGE:1"}"#)
            let scanned = try await station.tcp("POST", "scans", token: station.operator, body: #"{"code":"IT-1"}"#)
            #expect(try scanned.json(ScanResult.self).outcome == .applied)
            let cookie = ["Cookie": try cookie(await station.tcp("GET", try await pair(station)))]
            let hidden = [secret, "127.0.0.1", "12.34", "\"request\"", "administration", "\"operator\"", "\"note\""]

            let all = try await station.tcp("GET", "events?since=0", token: station.viewer).json(EventsReply.self)
            #expect(
                all.events.contains { $0.kind == .administration } && all.events.contains { $0.origin.address != nil })
            let page = try await station.tcp("GET", "events?since=0", headers: cookie)
            let shown = try page.json(EventsReply.self)
            #expect(shown.events.map(\.number) == all.events.filter { $0.kind != .administration }.map(\.number))
            #expect(shown.last == all.last)
            let checkout = try #require(shown.events.last { $0.kind == .checkout })
            #expect(checkout.asset?.tag == "IT-1" && checkout.message?.contains("Ada Lovelace") == true)
            #expect(checkout.origin.lane != nil && checkout.actor.kind == .token && checkout.actor.name == "token")

            let reader = try StreamReader(.tcp(station.port), "events?since=0", headers: cookie)
            defer { reader.close() }
            let last = shown.events.last?.number.rawValue
            var told = try await reader.messages { $0.id == last }
            #expect(told.compactMap(\.id) == shown.events.map(\.number.rawValue))
            async let more = reader.messages { $0.event == "lane" && $0.data.contains("nothing") }
            _ = try await station.tcp("POST", "scans", token: station.operator, body: #"{"code":"nothing"}"#)
            told += try await more
            let lanes = try await station.tcp("GET", "lanes", headers: cookie)
            #expect(try lanes.json(LanesReply.self).lanes.first?.last?.outcome == .unknown)
            for text in [page.text, lanes.text] + told.map(\.data) {
                for word in hidden { #expect(!text.contains(word), "\(word) in \(text)") }
            }
            let seen = try await station.tcp("GET", "lanes", token: station.viewer).text
            #expect(seen.contains("nothing"))
        }
    }

    @Test func aLinkIsGoodAsItIsWrittenOnly() async throws {
        try await TestStation.run { station in
            let link = try await pair(station)
            let code = link.dropFirst("/pair/".count)
            for path in [
                "/\(link)", "\(link)/", "/./pair/\(code)", "/pair//\(code)", "/PAIR/\(code)", "/pair%2f\(code)",
            ] {
                let answer = try await station.tcp("GET", path)
                #expect(answer.status == 404 && answer.headers["set-cookie"] == nil, "\(path)")
            }
            // from the page or letter where the link stood
            let opened = try await station.tcp("GET", link, headers: ["Sec-Fetch-Site": "cross-site"])
            #expect(opened.status == 303)
        }
    }

    /// However a code or a token comes into a path, it is not in the log.
    @Test(arguments: [
        "/pair/CODE", "//pair/CODE", "/pair%2fCODE", "/pair%2FCODE", "/./pair/CODE", "/PAIR/CODE", "/%70air/CODE",
        "/pair%252fCODE", "/%2570air/CODE", "/pair/CODE/x", "/pair//CODE", "/x/CODE", "/pairCODE", "/pair%00/CODE",
        "/pair;x/CODE", "/pair%5cCODE", "/station/v1/tokens/depot_CODE", "/pair/%ff/CODE", "/pair/CODE%",
    ])
    func secretsInPathsAreNotLogged(_ path: String) {
        let code = Pairing().offer(name: "", tenant: .standard)
        for secret in [code, code.utf8.map { "%" + String($0, radix: 16) }.joined()] {
            let logged = loggedPath(path.replacingOccurrences(of: "CODE", with: secret))
            #expect(!logged.contains(secret.prefix(12)), "\(logged)")
        }
    }

    @Test func otherPathsAreLoggedAsTheyAre() {
        for path in [
            "/", "/station/v1/screens/pair", "/api/v1/hardware/bytag/REPAIR-1", "/station/v1/assets/bytag/a%20b",
        ] {
            #expect(loggedPath(path) == path)
        }
    }

    @Test func scriptAndStyleAreTheWholeOfIt() async throws {
        try await TestStation.run { station in
            for (path, type) in [("/screen.js", "text/javascript"), ("/screen.css", "text/css")] {
                let file = try await station.tcp("GET", path)
                #expect(file.headers["content-type"]?.hasPrefix(type) == true)
                #expect(!file.text.contains("http://") && !file.text.contains("https://"))
                #expect(!file.text.contains("innerHTML"))
            }
        }
    }

    /// A tag or name may have 255 characters; a card that shows it must not push the others out of sight.
    @Test func whatIsLongIsShownInPart() {
        let (script, style) = (EmbeddedFile.script.text, EmbeddedFile.style.text)
        for text in ["lane.name", "lane.holder.name", "lane.location.name", "last.message", "last.code"] {
            let uses = script.components(separatedBy: ", \(text)").dropFirst()
            #expect(!uses.isEmpty && uses.allSatisfy { $0.hasPrefix(", ") }, "\(text) has no limit")
        }
        #expect(!script.contains(#"make("div", "lane-name""#) && script.contains("element.title = text"))
        for rule in ["-webkit-line-clamp: var(--lines)", "body { height: 100vh; }", "min-height: 0; overflow: auto"] {
            #expect(style.contains(rule), "\(rule)")
        }
        for name in [".lane-name", ".holder-name", ".result-text", ".result-more", ".what-text"] {
            #expect(style.contains("\(name), ") || style.contains("\(name) {"), "\(name)")
        }
    }

    @Test func withoutTCPThereIsNoScreen() async throws {
        try await TestStation.run({ $0.host = "" }) { station in
            let answer = try await station.socket("POST", "screens/pair")
            #expect(answer.status == 409)
        }
    }
}
