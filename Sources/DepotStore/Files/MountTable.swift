import Glibc

/// What the kernel says of file systems (proc_pid_mountinfo(5)).
enum MountTable {
    /// Whether the file system of this device takes no changes any more, by the lines of `mountinfo`.
    ///
    /// ext4 that gave up after an error is still mounted for reading and writing by statvfs(3), and says
    /// `emergency_ro` here.
    static func isReadOnly(device: (major: UInt32, minor: UInt32), in mountinfo: String) -> Bool {
        mountinfo.split(separator: "\n").contains { line in
            let fields = line.split(separator: " ")
            guard fields.count > 9, fields[2] == "\(device.major):\(device.minor)", let last = fields.last else {
                return false
            }
            // the last field has the file system's own options, which hold for every place that it is mounted at
            return last.split(separator: ",").contains { $0 == "emergency_ro" || $0 == "ro" }
        }
    }

    /// Whether the file system of the file takes no changes any more; false where nobody knows.
    static func isReadOnly(fileSystemOf path: String) -> Bool {
        var status = stat()
        guard stat(path, &status) == 0, let text = text() else { return false }
        // as makedev(3) puts them together, whose inverses are macros
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
