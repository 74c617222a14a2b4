import CLinuxShim
import Glibc

/// The process at the other end of a Unix socket, as reported by the kernel (unix(7), SO_PEERCRED).
struct Peer: Hashable, Sendable {
    let uid: uid_t
    let gid: gid_t
}

/// The rule for the control socket: root, the daemon's own user and the members of one group may use it.
struct PeerPolicy: Sendable {
    /// The group's name; a group that does not exist has no members.
    let group: String

    /// Returns true if the peer may use the socket. It asks the user database, so callers keep the result.
    func admits(_ peer: Peer) -> Bool {
        if peer.uid == 0 || peer.uid == geteuid() { return true }
        guard let wanted = Self.groupID(named: group) else { return false }
        return peer.gid == wanted || Self.groups(of: peer.uid).contains(wanted)
    }

    /// The user's name, or the number as text if the user database has none.
    static func userName(_ uid: uid_t) -> String {
        withAccount(uid) { String(cString: $0.pw_name) } ?? "uid \(uid)"
    }

    /// Returns the number of a group, or nil if there is no such group.
    static func groupID(named name: String) -> gid_t? {
        var buffer = [CChar](repeating: 0, count: 16_384)
        var entry = group_entry()
        var found: UnsafeMutablePointer<group_entry>?
        guard getgrnam_r(name, &entry, &buffer, buffer.count, &found) == 0, let found else { return nil }
        return found.pointee.gr_gid
    }

    /// Returns the user's groups, the primary one included; none if the user database does not know the user.
    private static func groups(of uid: uid_t) -> [gid_t] {
        withAccount(uid) { account in
            var room: Int32 = 64
            while true {
                var list = [gid_t](repeating: 0, count: Int(room))
                var count = room
                guard let name = account.pw_name else { return [account.pw_gid] }
                if getgrouplist(name, account.pw_gid, &list, &count) >= 0 {
                    return Array(list.prefix(Int(count)))
                }
                guard count > room, count <= 65_536 else { return [account.pw_gid] }
                room = count
            }
        } ?? []
    }

    private static func withAccount<Value>(_ uid: uid_t, _ body: (passwd) -> Value) -> Value? {
        var buffer = [CChar](repeating: 0, count: 16_384)
        var entry = passwd()
        return buffer.withUnsafeMutableBufferPointer { memory in
            var found: UnsafeMutablePointer<passwd>?
            guard let base = memory.baseAddress, getpwuid_r(uid, &entry, base, memory.count, &found) == 0, let found
            else { return nil }
            return body(found.pointee)
        }
    }
}

// `group` is also a local name above.
private typealias group_entry = Glibc.group
