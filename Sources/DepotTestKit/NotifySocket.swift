import Foundation

/// A stand-in for systemd's notification socket (sd_notify(3)), which receives the daemon's messages.
final class NotifySocket: Sendable {
    let path: String
    let messages = Inbox<String>()
    private let descriptor: Int32

    init(path: String) throws(KitError) {
        self.path = path
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw KitError("socket: \(String(cString: strerror(errno)))") }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        guard path.utf8.count < MemoryLayout.size(ofValue: address.sun_path) else {
            throw KitError("\(path): too long")
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard bound == 0 else { throw KitError("bind \(path): \(String(cString: strerror(errno)))") }
        self.descriptor = descriptor
        let messages = messages
        let thread = Thread {
            var buffer = [UInt8](repeating: 0, count: 4096)
            while true {
                let count = recv(descriptor, &buffer, buffer.count, 0)
                if count < 0 && errno == EINTR { continue }
                guard count > 0 else { break }
                messages.push(String(decoding: buffer[0..<count], as: UTF8.self))
            }
            close(descriptor)
            messages.finish()
        }
        thread.name = "notify-socket"
        thread.start()
    }

    /// Ends the stream of messages.
    func end() {
        shutdown(descriptor, Int32(SHUT_RDWR))
        unlink(path)
    }
}
