import DepotDialect
import Hummingbird
import HummingbirdCore
import NIOCore

extension ResponseBody {
    /// Creates a body that the closure writes part by part while the lease is held.
    init(_ write: @escaping @Sendable (AnswerStream) async throws -> Void, _ place: Lease? = nil) {
        self.init { writer in
            defer { withExtendedLifetime(place) {} }
            // The closure of a stream is called once, and writes one part after another.
            let box = WriterBox(writer)
            try await write(AnswerStream { try await box.write($0) })
            try await box.finish()
        }
    }
}

/// A box that lets a `Sendable` closure use Hummingbird's writer.
// @unchecked: a stream writes one part after another, from one task.
private final class WriterBox: @unchecked Sendable {
    private var writer: (any ResponseBodyWriter)?

    init(_ writer: any ResponseBodyWriter) { self.writer = writer }

    func write(_ bytes: [UInt8]) async throws { try await writer?.write(ByteBuffer(bytes: bytes)) }

    func finish() async throws {
        guard let writer else { return }
        self.writer = nil
        try await writer.finish(nil)
    }
}
