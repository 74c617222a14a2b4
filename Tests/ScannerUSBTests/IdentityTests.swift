import HIDDecoding
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
        ("S/N G21A12345", "G21A12345"),
        ("S/N: G21A12345", "G21A12345"),
        ("S/NG21A12345", "G21A12345"),
        ("SN G21A12345", "G21A12345"),
        ("sn:G21A12345", "G21A12345"),
        ("Serial No. G21A12345 Rev 2", "G21A12345"),
        ("SERIAL NUMBER: 4711", "4711"),
        ("SNOW-4711", "SNOW-4711"),
        ("NO4711", "NO4711"),
        ("SN4711", "SN4711"),
    ])
    func aRealSerialIsKeptUpToTheFirstSpace(text: String, serial: String) {
        #expect(Identity.realSerial(text) == serial)
    }

    @Test(arguments: [
        "", "   ", "\0", "0", "0000000000", "FFFFFFFF", "XXXX", "123456", "0123456789ABCDEF", "1234567890", "S/N:",
        "S/N", "S/N 0000", "SN: ", "Serial No.", "S/N: 0123456789ABCDEF",
    ])
    func whatMakersLeaveInIsNoSerial(text: String) {
        #expect(Identity.realSerial(text) == nil)
    }

    @Test func noSerialAtAllIsNone() {
        #expect(Identity.realSerial(nil) == nil)
    }

    @Test func theSerialNamesTheDeviceWhereverItIsPlugged() {
        let table = IdentityTable()
        let serial = Identity.serialName(vendor: 0x05e0, serial: "SER-A")
        #expect(serial == "usb:05e0:SER-A")
        #expect(table.name(serial: serial, port: "1-1", taken: []) == .name("usb:05e0:SER-A"))
        #expect(table.name(serial: serial, port: "1-4.2", taken: ["port:1-1"]) == .name("usb:05e0:SER-A"))
    }

    @Test func unitsThatShareASerialAreKnownByPortFromTheSecondOn() {
        var table = IdentityTable()
        let serial = "usb:05e0:SAME"
        #expect(table.name(serial: serial, port: "1-2", taken: [serial]) == .shared(serial: serial))
        table.identify(serial, by: .port)
        // Whoever is there, and whoever came first.
        #expect(table.name(serial: serial, port: "1-2", taken: []) == .name("port:1-2"))
        #expect(table.name(serial: serial, port: "1-1", taken: ["port:1-2"]) == .name("port:1-1"))
    }

    @Test func whatSomebodySettledStaysUntilASecondUnitIsSeen() {
        let serial = "usb:05e0:SAME"
        let table = IdentityTable([serial: .serial])
        #expect(table.name(serial: serial, port: "1-2", taken: []) == .name(serial))
        #expect(table.name(serial: serial, port: "1-3", taken: [serial]) == .shared(serial: serial))
    }

    @Test func sameSerialOfAnotherVendorIsAnotherDevice() {
        let other = Identity.serialName(vendor: 0x0c2e, serial: "SAME")
        #expect(IdentityTable().name(serial: other, port: "1-2", taken: ["usb:05e0:SAME"]) == .name("usb:0c2e:SAME"))
    }

    @Test func withoutSerialThePortNamesIt() {
        let none = Identity.serialName(vendor: 0x05e0, serial: "0000")
        #expect(IdentityTable().name(serial: none, port: "3-1.4", taken: []) == .name("port:3-1.4"))
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
