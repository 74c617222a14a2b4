import Glibc

/// The kernel's table of mounted file systems (proc_pid_mountinfo(5)).
enum MountTable {
    /// Returns true if the file system of this device accepts no more changes according to the lines of `mountinfo`.
    ///
    /// After an error, statvfs(3) still reports ext4 as writable, while it has `emergency_ro` here.
    static func isReadOnly(device: (major: UInt32, minor: UInt32), in mountinfo: String) -> Bool {
        mountinfo.split(separator: "\n").contains { line in
            let fields = line.split(separator: " ")
            guard fields.count > 9, fields[2] == "\(device.major):\(device.minor)", let last = fields.last else {
                return false
            }
            // The last field has the file system's own options, which apply to all of its mount points.
            return last.split(separator: ",").contains { $0 == "emergency_ro" || $0 == "ro" }
        }
    }

    /// Returns true if the file's file system accepts no more changes; false if that is not known.
    static func isReadOnly(fileSystemOf path: String) -> Bool {
        var status = stat()
        guard stat(path, &status) == 0, let text = text() else { return false }
        // The arithmetic follows makedev(3), whose inverses are macros.
        let device = UInt64(status.st_dev)
        let major = (device >> 8) & 0xFFF | (device >> 32) & 0xFFFF_F000
        let minor = device & 0xFF | (device >> 12) & 0xFFFF_FF00
        return isReadOnly(device: (UInt32(major), UInt32(minor)), in: text)
    }

    private static func text() -> String? {
        let file = open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var (bytes, buffer) = ([UInt8](), [UInt8](repeating: 0, count: 16_384))
        while case let count = read(file, &buffer, buffer.count), count > 0 {
            bytes += buffer.prefix(count)
            guard bytes.count < 1 << 20 else { return nil }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
