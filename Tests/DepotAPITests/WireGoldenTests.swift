import DepotAPI
import DepotModel
import FoundationEssentials
import Testing

/// The wire form of the replies, letter for letter: a change here breaks other programs.
@Suite struct WireGoldenTests {
    private let time = Timestamp(milliseconds: 1_795_231_361_123)

    private func sorted(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    /// The reply is written so, and reading it gives the same again.
    private func check<T: Codable & Equatable>(_ value: T, _ json: String) throws {
        #expect(try sorted(value) == json)
        #expect(try WireJSON.decodeReply(T.self, from: Data(json.utf8)) == value)
    }

    @Test func status() throws {
        let status = StatusReply(
            version: "0.2.0", station: "depot", startedAt: time, now: time.advanced(byMilliseconds: 5000),
            uptimeSeconds: 5, tenants: 1, lastEvent: EventNumber(rawValue: 7), lastScan: ScanNumber(rawValue: 9),
            scanners: .init(ready: 2, failing: 1, unplugged: 0), lanes: 3,
            today: .init(scans: 9, transitions: 4, refusals: 1), inventory: .init(assets: 10, deployed: 3, people: 4),
            database: .init(
                path: "/var/lib/depotd/depot.db", bytes: 4096, journalMode: "wal", synchronous: "full",
                schemaVersion: "v1", writtenBytes: 40960, bytesPerTransition: 20480),
            queues: [.init(name: "webhook", pending: 2, lagSeconds: 3)],
            problems: [DepotError(.busy, "Much to do.")])
        try check(
            status,
            #"{"api_version":"1","database":{"bytes":4096,"bytes_per_transition":20480,"journal_mode":"wal","path":"/var/lib/depotd/depot.db","#
                + #""schema_version":"v1","synchronous":"full","written_bytes":40960},"inventory":{"assets":10,"deployed":3,"people":4},"#
                + #""lanes":3,"last_event":7,"last_scan":9,"now":"2026-11-21T03:22:46.123Z","#
                + #""problems":[{"code":"busy","message":"Much to do."}],"#
                + #""queues":[{"lag_seconds":3,"name":"webhook","pending":2}],"#
                + #""scanners":{"failing":1,"ready":2,"unplugged":0},"started_at":"2026-11-21T03:22:41.123Z","#
                + #""station":"depot","tenants":1,"today":{"refusals":1,"scans":9,"transitions":4},"#
                + #""uptime_seconds":5,"version":"0.2.0"}"#)
    }

    @Test func errors() throws {
        let refusal = Refusal(.alreadyDeployed, "IT-1 is checked out to Ada.", facts: ["asset_tag": "IT-1"])
        try check(
            ErrorReply(.refused(refusal), request: "r1"),
            #"{"error":{"code":"refused","message":"IT-1 is checked out to Ada.","refusal":{"code":"already_deployed","#
                + #""facts":{"asset_tag":"IT-1"},"message":"IT-1 is checked out to Ada."},"request":"r1"}}"#)
        try check(
            ErrorReply(
                DepotError(.ambiguous, "Several fit.", hint: "say which"),
                candidates: [Match(kind: "person", id: 7, label: "Ada", detail: nil)]),
            #"{"error":{"candidates":[{"id":7,"kind":"person","label":"Ada"}],"code":"ambiguous","#
                + #""hint":"say which","message":"Several fit."}}"#)
    }

    @Test func transition() throws {
        let event = LedgerEvent(
            number: EventNumber(rawValue: 7), station: "depot", sequence: 7, operation: UniqueID(high: 1, low: 2),
            tenant: .standard, at: time, kind: .checkin, actor: Actor(kind: .user, name: "root"),
            origin: Origin(face: .socket), message: "IT-1 is back.")
        let wire =
            #"{"actor":{"kind":"user","name":"root"},"at":"2026-11-21T03:22:41.123Z","changes":[],"facts":{},"#
            + #""kind":"checkin","message":"IT-1 is back.","number":7,"#
            + #""operation":"00000000-0000-0001-0000-000000000002","origin":{"face":"socket"},"sequence":7,"#
            + #""station":"depot","tenant_id":1}"#
        try check(
            TransitionReply(event: event, asset: nil, repeated: true), #"{"event":\#(wire),"repeated":true}"#)
        try check(
            EventsReply(events: [event], last: event.number), #"{"events":[\#(wire)],"last":7}"#)
        try check(HistoryReply(events: [event]), #"{"events":[\#(wire)]}"#)
    }

    @Test func lists() throws {
        try check(ScansReply(scans: [], last: ScanNumber(rawValue: 3)), #"{"last":3,"scans":[]}"#)
        try check(AssetsReply(assets: [], total: 0), #"{"assets":[],"total":0}"#)
        try check(ScannersReply(scanners: []), #"{"scanners":[]}"#)
        try check(LanesReply(lanes: []), #"{"lanes":[]}"#)
        try check(LocationsReply(locations: [], total: 0), #"{"locations":[],"total":0}"#)
        let person = Person(
            id: PersonID(rawValue: 7), uuid: UniqueID(high: 1, low: 2), name: "Ada", employeeNumber: "11")
        try check(
            PeopleReply(people: [person], total: 1),
            #"{"people":[{"employee_number":"11","id":7,"name":"Ada","uuid":"00000000-0000-0001-0000-000000000002","#
                + #""version":1}],"total":1}"#)
    }

    @Test func administration() throws {
        let token = TokenInfo(
            name: "till", role: .operator, tenantID: .standard, tenant: "default", rate: 60, createdAt: time,
            lastUsedAt: time)
        let wire =
            #"{"created_at":"2026-11-21T03:22:41.123Z","last_used_at":"2026-11-21T03:22:41.123Z","name":"till","#
            + #""rate":60,"role":"operator","tenant":"default","tenant_id":1}"#
        try check(CreateTokenReply(token: token, secret: "s"), #"{"secret":"s","token":\#(wire)}"#)
        try check(TokensReply(tokens: [token]), #"{"tokens":[\#(wire)]}"#)
        try check(
            PairScreenReply(url: "http://h/pair/X", expiresAt: time),
            #"{"expires_at":"2026-11-21T03:22:41.123Z","url":"http://h/pair/X"}"#)
        try check(BackupReply(path: "/b", bytes: 1, events: 2), #"{"bytes":1,"events":2,"path":"/b"}"#)
        try check(
            VerifyReply(
                events: 2, lastNumber: EventNumber(rawValue: 2), lastHash: "ab", problems: [], integrity: "ok"),
            #"{"events":2,"integrity":"ok","last_hash":"ab","last_number":2,"problems":[]}"#)
    }

    @Test func tenants() throws {
        let tenant = TenantInfo(
            id: TenantID(rawValue: 2), uuid: UniqueID(high: 1, low: 2), slug: "acme", name: "Acme",
            hosts: ["it.acme.org"],
            assetLimit: 50)
        let wire =
            #"{"asset_limit":50,"hosts":["it.acme.org"],"id":2,"name":"Acme","slug":"acme","#
            + #""uuid":"00000000-0000-0001-0000-000000000002"}"#
        try check(tenant, wire)
        try check(TenantsReply(tenants: [tenant]), #"{"tenants":[\#(wire)]}"#)
        // A token of every tenant, without a rate of its own.
        try check(
            TokenInfo(name: "msp", role: .msp, tenantID: nil, createdAt: time),
            #"{"created_at":"2026-11-21T03:22:41.123Z","name":"msp","role":"msp"}"#)
    }

    @Test func repliesOfANewerDaemonAreRead() throws {
        let json = #"{"path":"/b","bytes":1,"events":2,"checksum":"new"}"#
        #expect(try WireJSON.decodeReply(BackupReply.self, from: Data(json.utf8)).bytes == 1)
        #expect(throws: DepotError.self) {
            try WireJSON.decodeReply(BackupReply.self, from: Data(#"{"path":7}"#.utf8))
        }
    }
}
