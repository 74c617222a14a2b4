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
                #expect(!page.text.contains("Ada") && !page.text.contains("IT-1") && !page.text.contains("main.js"))
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
            #expect(page.text.contains("/screen/main.js") && !page.text.contains("http-equiv=\"refresh\""))
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

    /// The page, its style and its scripts need nothing from elsewhere, and nothing that its policy forbids.
    @Test func theFilesAreTheWholeOfIt() async throws {
        try await TestStation.run { station in
            let cookie = ["Cookie": try cookie(await station.tcp("GET", try await pair(station)))]
            let page = try await station.tcp("GET", "/", headers: cookie)
            let policy = try #require(page.headers["content-security-policy"])
            #expect(policy.contains("default-src 'none'") && policy.contains("script-src 'self'"))
            #expect(!policy.contains("unsafe"))
            #expect(!page.text.contains("style=\"") && !page.text.contains(" onclick") && !page.text.contains("{{"))
            var size = page.text.utf8.count
            for (name, embedded) in EmbeddedFile.screenFiles {
                let file = try await station.tcp("GET", "/screen/\(name)")
                #expect(file.status == 200 && file.headers["content-type"] == embedded.type, "\(name)")
                let text = file.text.replacing("http://www.w3.org/2000/svg", with: "")
                #expect(!text.contains("http://") && !text.contains("https://"), "\(name)")
                for forbidden in ["innerHTML", "outerHTML", "insertAdjacentHTML", "eval(", "document.write"] {
                    #expect(!text.contains(forbidden), "\(name) has \(forbidden)")
                }
                size += embedded.size
            }
            #expect(size < 100_000, "\(size) bytes in all")
            let missing = try await station.tcp("GET", "/screen/none.js")
            #expect(missing.status == 404)
        }
    }

    @Test func everyLanguageHasTheSameWords() throws {
        let english = try #require(ScreenLanguage.all["en"])
        let files = EmbeddedFile.screenFiles.keys.filter { $0.hasSuffix(".json") }
        #expect(ScreenLanguage.all.count == files.count && files.count >= 2)
        for page in [ScreenPage.screen, .unpaired, .spent] {
            for name in page.names where name != "station" && name != "language" {
                #expect(english.words[name] != nil, "\(name)")
            }
        }
        for language in ScreenLanguage.all.values {
            for (name, text) in english.words {
                let own = try #require(language.words[name], "\(language.code) lacks \(name)")
                #expect(places(in: own) == places(in: text), "\(language.code): \(name)")
            }
            // Sentences that a language adds are those that the station otherwise says itself, in English.
            let added = language.words.keys.filter { english.words[$0] == nil }
            #expect(added.allSatisfy { $0.hasPrefix("message.") || $0.hasPrefix("event.") }, "\(added)")
        }
    }

    /// Returns the names in braces.
    private func places(in text: String) -> Set<String> {
        Set(
            text.split(separator: "{", omittingEmptySubsequences: false).dropFirst().map {
                String($0.prefix { $0 != "}" })
            })
    }

    @Test(
        arguments: [
            (nil, "en"), ("de", "de"), ("de-AT,en;q=0.5", "de"), ("en-GB,de;q=0.9", "en"),
            ("fr,de;q=0.3,en;q=0.2", "de"),
            ("fr", "en"), ("de;q=0", "en"), (";;,q=,,-", "en"),
        ] as [(String?, String)])
    func theBrowserChoosesTheLanguage(_ accepted: String?, _ expected: String) {
        #expect(ScreenLanguage.choose(configured: "auto", accepted: accepted).code == expected)
        #expect(ScreenLanguage.choose(configured: "de", accepted: accepted).code == "de")
    }

    @Test func theStationChoosesTheLanguageBefore() async throws {
        try await TestStation.run { station in
            let page = try await station.tcp("GET", "/", headers: ["Accept-Language": "de"])
            #expect(page.text.contains("<html lang=\"de\">") && page.text.contains("nicht gekoppelt"))
            #expect(page.headers["vary"]?.contains("Accept-Language") == true)
            let other = try await station.tcp("GET", "/")
            #expect(other.text.contains("<html lang=\"en\">") && other.text.contains("not paired"))
        }
    }

    @Test func withoutTCPThereIsNoScreen() async throws {
        try await TestStation.run({ $0.host = "" }) { station in
            let answer = try await station.socket("POST", "screens/pair")
            #expect(answer.status == 409)
        }
    }
}
