import DepotModel
import Glibc

/// An unnamed temporary file for an upload, so that it is complete before anything is imported.
final class Spool {
    private let descriptor: Int32
    private(set) var count = 0

    /// Creates the file in the folder for temporary files. Throws if that does not exist or is full.
    init() throws(DepotError) {
        let folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array((folder + "/depot-import-XXXXXX").utf8CString)
        descriptor = template.withUnsafeMutableBufferPointer { name in
            name.baseAddress.map { mkstemp($0) } ?? -1
        }
        guard descriptor >= 0 else { throw Self.failed() }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        template.withUnsafeBufferPointer { name in
            if let name = name.baseAddress { _ = unlink(name) }
        }
    }

    deinit { close(descriptor) }

    private static func failed() -> DepotError {
        DepotError(
            .storeUnavailable, "There is no room to receive the file.",
            hint: "look at the folder for temporary files: \(String(cString: strerror(errno)))")
    }

    /// Appends bytes.
    func append(_ bytes: ArraySlice<UInt8>) throws(DepotError) {
        var rest = bytes
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, off_t(count)) }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { throw Self.failed() }
            count += written
            rest = rest.dropFirst(written)
        }
    }

    /// Returns at most `limit` bytes from an offset, or none at the end.
    func read(at offset: Int, limit: Int = 65_536) throws(DepotError) -> [UInt8] {
        while true {
            var result = 0
            let bytes = [UInt8](unsafeUninitializedCapacity: limit) { buffer, filled in
                result = pread(descriptor, buffer.baseAddress, limit, off_t(offset))
                filled = max(0, result)
            }
            if result < 0, errno == EINTR { continue }
            guard result >= 0 else { throw Self.failed() }
            return bytes
        }
    }
}
