import DepotEngine
import DepotModel
import Testing

@Suite struct ConfigurationTests {
    private func load(_ yaml: String) throws(DepotError) -> Configuration {
        try Configuration.load(yaml: yaml, file: "depotd.yaml")
    }

    @Test func theReferenceIsAConfigurationOfAllDefaults() throws {
        #expect(try load(Configuration.reference) == Configuration())
    }

    @Test(arguments: ["", "# nothing but a comment\n", "station:\n", "{}"])
    func whatIsLeftOutHasItsDefault(_ yaml: String) throws {
        #expect(try load(yaml) == Configuration())
    }

    @Test func valuesAreRead() throws {
        let configuration = try load(
            """
            station:
              name: north-gate
            http:
              port: 9000
            scanners:
              layout: de
              wedges: ["1a86:*", "05fe:1010"]
              devices:
                - identity: "usb:05e0:A-1"
                  name: Left
                  layout: fr
            counter:
              location_holder: false
            """)
        #expect(configuration.stationName == "north-gate")
        #expect(configuration.httpPort == 9000)
        #expect(configuration.scannerWedges == ["1a86:*", "05fe:1010"])
        #expect(configuration.device("usb:05e0:A-1")?.name == "Left")
        #expect(!configuration.locationHolder)
        #expect(configuration.device("usb:05e0:A-1")?.tenant.isEmpty == true)
    }

    @Test func sectionsLieInSections() throws {
        let configuration = try load(
            """
            http:
              rate_limit_per_minute: 0
              tls_certificate: /etc/depotd/cert.pem
              tls_key: /etc/depotd/key.pem
              domain: Depot.Example
              max_import: 2147483648
            scanners:
              devices: [{identity: "usb:05e0:A-1", tenant: acme}]
            dialects:
              issue_asset:
                open: true
              incident_iq: {lenient: true}
              atech:
                qr: "https://depot.example/a/{tag}"
            """)
        #expect(configuration.httpRateLimit == 0)
        #expect(configuration.httpTLSCertificate == "/etc/depotd/cert.pem")
        #expect(configuration.httpDomain == "depot.example")
        #expect(configuration.httpMaximumImport == 2_147_483_648)
        #expect(configuration.device("usb:05e0:A-1")?.tenant == "acme")
        #expect(configuration.issueAssetIsOpen && configuration.incidentIQIsLenient)
        #expect(configuration.qrContent == "https://depot.example/a/{tag}")
    }

    @Test(arguments: [
        ("http:\n  prot: 1\n", "depotd.yaml:2:3: unknown key “http.prot”"),
        ("htpp:\n  port: 1\n", "depotd.yaml:1:1: unknown key “htpp”"),
        ("http:\n  port: 99999\n", "depotd.yaml:2:9: http.port must be 0 to 65535"),
        ("http:\n  port: 99999999999999999999999\n", "depotd.yaml:2:9: http.port must be a whole number"),
        ("http:\n  port: \"80\"\n", "depotd.yaml:2:9: http.port must be a whole number"),
        ("http:\n  port: [80]\n", "depotd.yaml:2:9: http.port must be a whole number"),
        ("counter:\n  location_holder: yes\n", "depotd.yaml:2:20: counter.location_holder must be true or false"),
        ("station: north\n", "depotd.yaml:1:10: station: must be a mapping"),
        ("- a\n", "depotd.yaml:1:1: the file must be a mapping"),
        ("dialects:\n  atech: x\n", "depotd.yaml:2:10: dialects.atech: must be a mapping"),
        ("dialects:\n  snipe: {}\n", "depotd.yaml:2:3: unknown key “dialects.snipe”"),
        ("dialects:\n  atech:\n    qrr: x\n", "depotd.yaml:3:5: unknown key “dialects.atech.qrr”"),
        ("dialects:\n  atech.qr: x\n", "depotd.yaml:2:3: unknown key “dialects.atech.qr”"),
        ("dialects:\n  issue_asset:\n    open: {}\n", "dialects.issue_asset.open must be true or false"),
        ("http:\n  port: 1\n  tls_key: k\n", "depotd.yaml:3:3: http.tls_certificate and http.tls_key belong together"),
        ("http:\n  rate_limit_per_minute: -1\n", "depotd.yaml:2:26: http.rate_limit_per_minute must be 0 to 1000000"),
        ("http:\n  domain: \"a..b\"\n", "depotd.yaml:2:11: http.domain must be a domain name"),
        ("scanners:\n  devices:\n    - {identity: x, tennant: y}\n", "scanners.devices has an unknown key “tennant”"),
        ("log:\n  level: loud\n", "depotd.yaml:2:10: log.level must be one of trace, debug, info"),
        ("scanners:\n  devices:\n    - name: x\n", "scanners.devices needs an identity"),
    ])
    func mistakesAreNamedWithTheirPlace(_ yaml: String, _ message: String) {
        let error = #expect(throws: DepotError.self) { try load(yaml) }
        #expect(error?.code == .configuration)
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
    }

    @Test(arguments: ["http: {port: 1\n", "a: b: c", "\t- x", "http:\n  port: 1\n  port: 2\n", "\u{0}\u{1}", "&a [*a]"])
    func brokenYAMLIsAnError(_ yaml: String) {
        #expect(throws: DepotError.self) { try load(yaml) }
    }

    @Test func everyTimeIsShownAsItWasRead() throws {
        let key = try #require(Configuration.keys.first { $0.path == "counter.holder_timeout_s" })
        var configuration = Configuration()
        for seconds in 5...86_400 {
            configuration.holderTimeout = .seconds(seconds)
            guard key.shown(configuration) != String(seconds) else { continue }
            Issue.record("\(seconds) s is shown as \(key.shown(configuration))")
        }
    }

    @Test func aReloadTakesWhatItCan() throws {
        let running = try load("http:\n  port: 9000\n")
        let newer = try load("http:\n  port: 9001\ncounter:\n  holder_timeout_s: 30\n")
        let (configuration, applied, needingRestart) = running.reloaded(from: newer)
        #expect(configuration.httpPort == 9000)
        #expect(configuration.holderTimeout == .seconds(30))
        #expect(applied == ["counter.holder_timeout_s"])
        #expect(needingRestart == ["http.port"])
    }
}
