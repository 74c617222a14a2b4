import Glibc

/// Notifies systemd's service manager (sd_notify(3)) with one datagram per message, if it listens.
enum Systemd {
    /// The interval in microseconds within which the manager expects `WATCHDOG=1` from this process, or nil.
    static var watchdog: UInt64? {
        guard let text = variable("WATCHDOG_USEC"), let time = UInt64(text), time > 0 else { return nil }
        if let pid = variable("WATCHDOG_PID"), Int32(pid) != getpid() { return nil }
        return time
    }

    /// Sends one notification such as `READY=1`.
    static func notify(_ message: String) {
        guard let path = variable("NOTIFY_SOCKET") else { return }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var bytes = Array(path.utf8)
        guard bytes.first == UInt8(ascii: "/") || bytes.first == UInt8(ascii: "@"),
            bytes.count < MemoryLayout.size(ofValue: address.sun_path)
        else { return }
        let isAbstract = bytes[0] == UInt8(ascii: "@")
        if isAbstract { bytes[0] = 0 }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let socket = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard socket >= 0 else { return }
        defer { close(socket) }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + bytes.count + (isAbstract ? 0 : 1))
        let text = Array(message.utf8)
        _ = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                sendto(socket, text, text.count, Int32(MSG_NOSIGNAL), $0, length)
            }
        }
    }

    private static func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
}
