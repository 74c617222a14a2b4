import DepotAPI
import DepotEngine
import DepotHTTP
import DepotModel
import FoundationEssentials
import Glibc
import Logging
import Testing

/// The control socket's file.
@Suite struct SocketFileTests {
    private func mode(_ path: String) throws -> Int? {
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        return attributes[.posixPermissions].flatMap { Int("\($0)") }
    }

    private func refusal(_ station: TestStation, _ path: String) -> DepotError? {
        do throws(DepotError) {
            _ = try makeServices(
                station: station.station, settings: HTTPSettings(socketPath: path, host: "", port: 0),
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, onListening: { _ in })
            return nil
        } catch {
            return error
        }
    }

    @Test func itIsForTheGroupAloneAndGoneAfterwards() async throws {
        let folder = try temporaryFolder()
        defer { removeFolder(folder) }
        try await TestStation.run(in: folder) { station in
            let bits = try mode(station.socketPath)
            #expect(bits == 0o660)
            let names = try FileManager.default.contentsOfDirectory(atPath: folder)
            #expect(names.allSatisfy { !$0.hasPrefix(".") })
        }
        #expect(access(folder + "/depotd.sock", F_OK) == -1)
    }

    @Test func aStaleOneIsReplaced() async throws {
        let folder = try temporaryFolder()
        defer { removeFolder(folder) }
        let path = folder + "/depotd.sock"
        let descriptor = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        #expect(bound == 0)
        close(descriptor)
        try await TestStation.run(in: folder) { station in
            let reply = try await station.socket("GET", "status")
            #expect(reply.status == 200)
        }
    }

    @Test func anotherDaemonsIsRefusedAndGoesOnWorking() async throws {
        try await TestStation.run { station in
            #expect(refusal(station, station.socketPath)?.code == .conflict)
            let reply = try await station.socket("GET", "status")
            #expect(reply.status == 200)
        }
    }

    @Test func whatIsNoSocketIsRefusedAndKept() async throws {
        try await TestStation.run { station in
            let file = station.folder + "/file"
            try Data("precious".utf8).write(to: URL(filePath: file))
            #expect(refusal(station, file)?.code == .configuration)
            #expect(try Data(contentsOf: URL(filePath: file)) == Data("precious".utf8))
            #expect(refusal(station, station.folder)?.code == .configuration)
            #expect(refusal(station, "/tmp/" + String(repeating: "x", count: 120))?.code == .configuration)
        }
    }
}
