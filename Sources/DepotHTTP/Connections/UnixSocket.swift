import CLinuxShim
import DepotModel
import Glibc

/// The control socket's file: never another daemon's, never something that is no socket, never open to more than its
/// group, gone when the daemon is.
struct UnixSocket: Sendable {
    let path: String
    /// Gets the file if it exists.
    let group: String

    /// Refuses a path that is in use, is no socket or cannot be bound to. A stale socket is fine.
    func check() throws(DepotError) {
        // `sun_path` holds 108 bytes with the NUL (unix(7)).
        guard path.utf8.count <= 107, staging.utf8.count + 2 <= 107, !path.isEmpty else {
            throw DepotError(.configuration, "The socket path \(path) is longer than 107 bytes.")
        }
        var file = linux_file()
        guard linux_file_at(path, &file) == 0 else {
            if errno == ENOENT { return }
            throw Self.error("\(path) cannot be used", errno)
        }
        guard file.is_socket != 0 else {
            throw DepotError(
                .configuration, "\(path) exists and is not a socket.", hint: "move it away, or choose another path")
        }
        switch Self.connects(to: path) {
        case 0, EAGAIN:
            throw DepotError(
                .conflict, "Another daemon is listening on \(path).", hint: "stop it, or choose another path")
        case ECONNREFUSED, ENOENT: return
        case let number: throw Self.error("\(path) cannot be used", number)
        }
    }

    /// Makes a private folder beside the path, and answers where in it to bind: nobody can connect there, so the mode
    /// is right from the first moment that ``publish()`` makes the socket visible.
    func prepare() throws(DepotError) -> String {
        try check()
        _ = unlink(staging + "/s")
        guard mkdir(staging, 0o700) == 0 || errno == EEXIST else {
            throw Self.error("The folder of \(path) cannot be written", errno)
        }
        return staging + "/s"
    }

    /// Gives the bound socket its mode and group and moves it to its path, over a stale one.
    func publish() throws(DepotError) {
        let bound = staging + "/s"
        guard chmod(bound, 0o660) == 0 else { throw Self.error("\(path) cannot be given its mode", errno) }
        if let id = PeerPolicy.groupID(named: group) {
            // An ordinary user who is no member may not; then the group is his own, which is narrower.
            _ = chown(bound, uid_t.max, id)
        }
        try check()
        guard rename(bound, path) == 0 else { throw Self.error("\(path) cannot be put in place", errno) }
        _ = rmdir(staging)
    }

    /// Returns the identity of the file that ``publish()`` created, or nil if there is none.
    func identity() -> FileIdentity? {
        var file = linux_file()
        guard linux_file_at(path, &file) == 0 else { return nil }
        return FileIdentity(device: file.device, node: file.node)
    }

    /// Removes the file, if it is still that one.
    func remove(_ published: FileIdentity?) {
        _ = unlink(staging + "/s")
        _ = rmdir(staging)
        if let published, identity() == published { _ = unlink(path) }
    }

    /// A file, whatever its name.
    struct FileIdentity: Hashable, Sendable {
        var device: UInt64
        var node: UInt64
    }

    private var staging: String {
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "./"
        return folder + ".s\(getpid())"
    }

    /// 0 when somebody accepts connections there, else the error number.
    private static func connects(to path: String) -> Int32 {
        let descriptor = socket(
            AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
        guard descriptor >= 0 else { return errno }
        defer { _ = close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix($0.count - 1)) }
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        return result == 0 ? 0 : errno
    }

    private static func error(_ what: String, _ number: Int32) -> DepotError {
        DepotError(.configuration, "\(what): \(String(cString: strerror(number))).")
    }
}
