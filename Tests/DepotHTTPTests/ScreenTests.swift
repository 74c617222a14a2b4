import DepotAPI
import DepotHTTP
import DepotModel
import Testing

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
                #expect(page.text.contains("depotctl screen pair"))
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
            #expect(page.text.contains("/screen.js"))
            #expect(page.headers["content-security-policy"]?.contains("default-src 'none'") == true)
        }
    }

    @Test func aScreenSeesWhatItShowsAndNothingElse() async throws {
        try await TestStation.run { station in
            let headers = ["Cookie": try cookie(await station.tcp("GET", try await pair(station)))]
            for path in ["status", "lanes", "scanners", "scans", "events"] {
                #expect(try await station.tcp("GET", path, headers: headers).status == 200, "\(path)")
            }
            for path in ["assets", "people", "locations", "resolve?code=1", "tokens", "/metrics"] {
                #expect(try await station.tcp("GET", path, headers: headers).status == 403, "\(path)")
            }
            let scan = try await station.tcp("POST", "scans", body: #"{"code":"x"}"#, headers: headers)
            #expect(scan.status == 403)
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

    @Test func withoutTCPThereIsNoScreen() async throws {
        try await TestStation.run({ $0.host = "" }) { station in
            let answer = try await station.socket("POST", "screens/pair")
            #expect(answer.status == 409)
        }
    }
}
