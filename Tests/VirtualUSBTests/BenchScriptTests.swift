import Testing

@testable import VirtualUSB

@Suite struct BenchScriptTests {
    private func step(_ line: String) throws -> BenchStep {
        try #require(try BenchScript.parse(line: line, number: 1).get()).step
    }

    private func plug(_ line: String) throws -> BenchStep.Plug {
        guard case .plug(let plug) = try step(line) else { throw Unexpected() }
        return plug
    }

    private struct Unexpected: Error {}

    @Test func membersOfPlugDescribeTheFirstInterface() throws {
        let plug = try plug(
            #"{"plug":{"name":"A","port":"4.2","kind":"pos","protocol":2,"max_packet":32,"busy":true,"serial":"S"}}"#)
        #expect(plug.vendor == 0x0C2E)
        #expect(plug.interfaces.count == 1)
        #expect(plug.interfaces[0].kind == .pos)
        #expect(plug.interfaces[0].interfaceClass == 3)
        #expect(plug.interfaces[0].interfaceProtocol == 2)
        #expect(plug.interfaces[0].maxPacket == 32)
        #expect(plug.interfaces[0].busy)
        #expect(!plug.interfaces[0].hasOutEndpoint)
        #expect(plug.interfaces[0].descriptor.count == 127)
    }

    @Test func furtherInterfacesHaveTheirOwnMembers() throws {
        let plug = try plug(
            #"{"plug":{"name":"A","port":"1","layout":"de","interfaces":[{"kind":"wedge"},{"kind":"pos"},"#
                + #"{"kind":"vendor","class":255,"descriptor":"0600ff","out_endpoint":true,"layout":"us"}]}}"#)
        #expect(plug.interfaces.map(\.kind) == [.wedge, .wedge, .pos, .vendor])
        #expect(plug.interfaces.map(\.interfaceProtocol) == [1, 1, 0, 0])
        #expect(plug.interfaces.map(\.maxPacket) == [8, 8, 64, 64])
        #expect(plug.interfaces.map(\.layout) == [.de, .de, .de, .us])
        #expect(plug.interfaces.map(\.interfaceClass) == [3, 3, 3, 255])
        #expect(plug.interfaces.map(\.hasOutEndpoint) == [false, false, false, true])
        #expect(plug.interfaces.map(\.descriptor.count) == [63, 63, 127, 3])
        #expect(plug.vendor == 0x05E0)
    }

    @Test func vendorInterfaceHasADescriptorOfItsOwn() throws {
        let plug = try plug(#"{"plug":{"name":"A","port":"1","kind":"vendor"}}"#)
        #expect(plug.interfaces[0].descriptor.prefix(3) == [0x06, 0x00, 0xFF])
        #expect(plug.interfaces[0].descriptor.last == 0xC0)
    }

    @Test func gapIsANumberOfMilliseconds() throws {
        let scan = BenchStep.Scan(
            scanner: "A#1", content: .text("x"), aim: nil, terminator: nil, gapMicroseconds: 130_000)
        #expect(try step(#"{"scan":{"scanner":"A#1","text":"x","gap_ms":130}}"#) == .scan(scan))
        #expect(
            try step(#"{"reports":{"scanner":"A","hex":["00 01","02"],"gap_ms":2.5}}"#)
                == .reports(scanner: "A", reports: [[0, 1], [2]], gapMicroseconds: 2500))
        #expect(
            try step(#"{"reports":{"scanner":"A","hex":["00"]}}"#)
                == .reports(scanner: "A", reports: [[0]], gapMicroseconds: 0))
    }

    @Test func transfersToTheOutEndpointAreWritten() throws {
        guard case .written(let written) = try step(#"{"written":{"scanner":"A#1","request":"interrupt_out"}}"#) else {
            throw Unexpected()
        }
        #expect(written.request == .interruptOut)
        #expect(written.scanner == "A#1")
    }

    @Test(arguments: [
        (#"{"plug":{"name":"A#1","port":"1"}}"#, "name"),
        (#"{"plug":{"name":"A","port":"1","interfaces":{}}}"#, "a list of objects expected"),
        (#"{"plug":{"name":"A","port":"1","interfaces":[{}]}}"#, "one of wedge, pos, vendor expected"),
        (#"{"plug":{"name":"A","port":"1","interfaces":[{"kind":"pos","serial":"x"}]}}"#, "interfaces[0]: unknown"),
        (#"{"plug":{"name":"A","port":"1","interfaces":[{"kind":"pos","protocol":256}]}}"#, "from 0 to 255"),
        (
            #"{"plug":{"name":"A","port":"1","interfaces":[{"kind":"pos"},{"kind":"pos"},{"kind":"pos"},"#
                + #"{"kind":"pos"},{"kind":"pos"},{"kind":"pos"},{"kind":"pos"},{"kind":"pos"}]}}"#,
            "at most 8 interfaces"
        ),
        (#"{"plug":{"name":"A","port":"1","descriptor":""}}"#, "1 to 4096 bytes"),
        (#"{"scan":{"scanner":"A","text":"x","gap_ms":-1}}"#, "a number from 0 to 60000"),
        (#"{"scan":{"scanner":"A","text":"x","gap_ms":"5"}}"#, "a number from 0 to 60000"),
        (#"{"reports":{"scanner":"A","hex":["00"],"gap_ms":60000.5}}"#, "a number from 0 to 60000"),
        (#"{"kill":"WINCH"}"#, "one of ABRT"),
    ])
    func mistakesAreNamed(_ line: String, _ message: String) throws {
        let error = try #require(throws: BenchScriptError.self) { try BenchScript.parse(line: line, number: 7).get() }
        #expect(error.line == 7)
        #expect(error.message.contains(message), "\(error.message)")
    }
}
