import DepotAPI
import DepotModel
import DepotTestKit
import Foundation
import Glibc
import Testing

/// A daemon whose descriptors are used up by connections that do nothing.
@Suite struct DescriptorTests {
    @Test func idleConnectionsMakeRoomForTheControlSocket() async throws {
        try await DaemonFixture.with { daemon in
            let token = try await daemon.token("tests", role: .viewer)
            let pid = try Self.pid(of: daemon.socket)
            let open = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/fd").count
            let limited = try await Shell.run("prlimit", ["--pid", "\(pid)", "--nofile=\(open + 12)"])
            try #require(limited.status == 0, "\(limited.errors)")
            let port = try #require(URL(string: daemon.http)?.port)
            let idle = try (0..<40).map { _ in try Self.connection(to: port) }
            defer { for descriptor in idle { close(descriptor) } }
            #expect(try await daemon.http("GET", "/health").status == 200)
            // what opens no file of its own: the next idle connection may have taken the descriptor for one
            let status = try await daemon.depotctl("status")
            #expect(status.status == 0, "\(status.errors)")
            let metrics = try await daemon.http("GET", "/metrics", token: token)
            #expect(metrics.text.contains(/depot_http_descriptors_exhausted_total [1-9]/), "\(metrics.text)")
            let log = try String(contentsOf: daemon.log, encoding: .utf8)
            #expect(log.split(separator: "\n").count { $0.contains("too many connections") } == 1, "\(log)")
        }
    }

    private static func connection(to port: Int) throws -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(truncatingIfNeeded: port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        try #require(result == 0)
        return descriptor
    }

    /// Who listens on the socket, as the kernel says.
    private static func pid(of path: String) throws -> pid_t {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix(107)) }
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        try #require(result == 0)
        // struct ucred: pid, uid, gid
        var credentials: (pid_t, uid_t, gid_t) = (0, 0, 0)
        var size = socklen_t(MemoryLayout.size(ofValue: credentials))
        try #require(getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &credentials, &size) == 0)
        return credentials.0
    }
}
