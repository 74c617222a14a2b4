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

    @Test func aReloadTakesWhatItCan() throws {
        let running = try load("http:\n  port: 9000\n")
        let newer = try load("http:\n  port: 9001\ncounter:\n  holder_timeout_s: 30\n")
        let (configuration, applied, needingRestart) = running.reloaded(from: newer)
        #expect(configuration.httpPort == 9000)
        #expect(configuration.holderTimeout == 30)
        #expect(applied == ["counter.holder_timeout_s"])
        #expect(needingRestart == ["http.port"])
    }
}
