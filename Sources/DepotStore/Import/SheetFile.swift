public import DepotModel
import Glibc
public import Sheets

/// An uploaded sheet in an unnamed temporary file, so that it is complete before anything of it is imported.
public final class SheetFile {
    private let descriptor: Int32
    private var inspection = SheetInspection()
    /// The number of bytes.
    public private(set) var count = 0

    /// Creates an empty file in the folder for temporary files.
    ///
    /// - Throws: `DepotError.Code.storeUnavailable` if that folder does not exist or is full.
    public init() throws(DepotError) {
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
    public func append(_ bytes: ArraySlice<UInt8>) throws(DepotError) {
        inspection.feed(bytes)
        var rest = bytes
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, off_t(count)) }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { throw Self.failed() }
            count += written
            rest = rest.dropFirst(written)
        }
    }

    /// Looks at the whole file and returns its layout.
    ///
    /// - Throws: `DepotError.Code.badRequest` if it is no sheet of this kind.
    public func layout(_ kind: SheetKind, _ options: SheetOptions) throws(DepotError) -> SheetLayout {
        var survey = try SheetSurvey(kind, options, inspection)
        var offset = 0
        while true {
            let bytes = try read(at: offset)
            guard !bytes.isEmpty else { return try survey.finish() }
            offset += bytes.count
            try survey.feed(bytes)
        }
    }

    /// Reads the file from its beginning and passes on the rows as they are read.
    func forEach(
        _ layout: SheetLayout, _ options: SheetOptions, _ body: ([SheetRecord]) async throws -> Void
    ) async throws {
        var reader = SheetReader(layout, options)
        var offset = 0
        while true {
            let bytes = try read(at: offset)
            offset += bytes.count
            let records = bytes.isEmpty ? reader.finish() : reader.feed(bytes)
            if !records.isEmpty { try await body(records) }
            if bytes.isEmpty { return }
        }
    }

    /// Returns at most `limit` bytes from an offset, or none at the end.
    private func read(at offset: Int, limit: Int = 65_536) throws(DepotError) -> [UInt8] {
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
