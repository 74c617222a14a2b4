import DepotAPI
import DepotModel
import Testing

@Suite struct DepotClientTests {
    @Test func nobodyThereIsUnreachable() async {
        let path = "/tmp/depot-no-such-socket-\(UInt64.random(in: .min ... .max))"
        do throws(ErrorReply) {
            _ = try await DepotClient.with(.socket(path: path)) { client throws(ErrorReply) in
                try await client.status()
            }
            Issue.record("somebody answered")
        } catch {
            #expect(error.error.code == .unreachable)
            #expect(error.error.message.contains("there is no such socket"))
            #expect(error.error.hint?.contains("systemctl status depotd") == true)
        }
    }

    @Test(arguments: ["", "ftp://x", "http://", "127.0.0.1:8480", "http://x/?a=b"])
    func whatIsNoBaseURL(_ url: String) {
        #expect(throws: DepotError.self) { _ = try DepotClient(.url(url)) }
    }

    @Test func whatIsNoSocketPath() {
        #expect(throws: DepotError.self) { _ = try DepotClient(.socket(path: "")) }
        #expect(throws: DepotError.self) { _ = try DepotClient(.socket(path: String(repeating: "x", count: 108))) }
    }

    @Test func aTokenCannotSmuggleAHeader() {
        #expect(throws: DepotError.self) { _ = try DepotClient(.url("http://localhost"), tenant: "a\r\nX: y") }
        #expect(throws: DepotError.self) { _ = try DepotClient(.url("http://localhost"), token: "a\r\nX: y") }
    }
}
