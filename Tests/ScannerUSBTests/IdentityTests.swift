import Testing

@testable import ScannerUSB

@Suite struct IdentityTests {
    @Test(arguments: [
        ("SER-A", "SER-A"),
        ("44F1A2 Rev:PAACLS00-001-R015", "44F1A2"),
        ("S/N:44F1A2 Rev:PAACLS00-001-R015", "44F1A2"),
        ("  20130042\0", "20130042"),
        ("G16D02346", "G16D02346"),
        ("é7a", "?7a"),
    ])
    func aRealSerialIsKeptUpToTheFirstSpace(text: String, serial: String) {
        #expect(Identity.realSerial(text) == serial)
    }

    @Test(arguments: [
        "", "   ", "\0", "0", "0000000000", "FFFFFFFF", "XXXX", "123456", "0123456789ABCDEF", "1234567890", "S/N:",
    ])
    func whatMakersLeaveInIsNoSerial(text: String) {
        #expect(Identity.realSerial(text) == nil)
    }

    @Test func noSerialAtAllIsNone() {
        #expect(Identity.realSerial(nil) == nil)
    }

    @Test func theSerialNamesTheDeviceWhereverItIsPlugged() {
        let before = Identity.device(vendor: 0x05e0, serial: "SER-A", port: "1-1", taken: [])
        let after = Identity.device(vendor: 0x05e0, serial: "SER-A", port: "1-4.2", taken: ["port:1-1"])
        #expect(before == "usb:05e0:SER-A")
        #expect(after == before)
    }

    @Test func theSecondOfTwoWithOneSerialIsNamedByItsPort() {
        let second = Identity.device(vendor: 0x05e0, serial: "SAME", port: "1-2", taken: ["usb:05e0:SAME"])
        #expect(second == "port:1-2")
    }

    @Test func sameSerialOfAnotherVendorIsAnotherDevice() {
        let other = Identity.device(vendor: 0x0c2e, serial: "SAME", port: "1-2", taken: ["usb:05e0:SAME"])
        #expect(other == "usb:0c2e:SAME")
    }

    @Test func withoutSerialThePortNamesIt() {
        #expect(Identity.device(vendor: 0x05e0, serial: "0000", port: "3-1.4", taken: []) == "port:3-1.4")
    }

    @Test func furtherInterfacesHaveASuffix() {
        #expect(Identity.interface(0, of: "port:1-1") == "port:1-1")
        #expect(Identity.interface(2, of: "usb:05e0:A") == "usb:05e0:A#2")
    }

    @Test func portsAreWrittenAsInSysfs() {
        #expect(Identity.port(bus: 1, ports: [4, 2]) == "1-4.2")
        #expect(Identity.port(bus: 2, ports: [1]) == "2-1")
        #expect(Identity.port(bus: 1, ports: []) == "usb1")
    }
}

@Suite struct USBMatchTests {
    @Test func readsAPairAndAWholeVendor() {
        #expect(USBMatch("05e0:1200") == USBMatch(vendor: 0x05e0, product: 0x1200))
        #expect(USBMatch("0C2E:*") == USBMatch(vendor: 0x0c2e, product: nil))
        #expect(USBMatch("05e0:1200")?.description == "05e0:1200")
        #expect(USBMatch("0C2E:*")?.description == "0c2e:*")
    }

    @Test(arguments: [
        "", "05e0", "05e0:", "05e0:12", "5e0:1200", "05e0:12000", "*:*", "05g0:1200", "05e0:1200:1", "+5e0:1200",
        " 05e0:1200", "٠٥٠٠:1200",
    ])
    func anythingElseIsRefused(text: String) {
        #expect(USBMatch(text) == nil)
    }

    @Test func matchesItsProductOrAll() {
        let one = USBMatch(vendor: 0x05e0, product: 0x1200)
        let all = USBMatch(vendor: 0x05e0, product: nil)
        #expect(one.matches(vendor: 0x05e0, product: 0x1200) && !one.matches(vendor: 0x05e0, product: 0x1201))
        #expect(all.matches(vendor: 0x05e0, product: 0x1201) && !all.matches(vendor: 0x05e1, product: 0x1201))
    }
}
