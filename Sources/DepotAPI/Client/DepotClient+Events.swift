import AsyncHTTPClient
public import DepotModel
import FoundationEssentials
import NIOCore
import NIOHTTP1

extension DepotClient {
    /// Opens the event stream, which is read only as fast as its items are requested.
    ///
    /// - Parameter since: The event after which the stream begins, or nil to begin with the next commit.
    /// - Returns: The stream, once the daemon has answered. The sequence ends when the daemon closes it and throws an
    ///   ``ErrorReply`` if the connection breaks. Cancelling the task that iterates it closes the connection.
    public func events(since: EventNumber?) async throws(ErrorReply) -> StationEvents {
        var request = self.request(.GET, ["events"], query: since.map { [("since", $0.description)] } ?? [])
        request.headers.replaceOrAdd(name: "Accept", value: StationAPI.eventStream)
        let response: HTTPClientResponse
        do { response = try await http.execute(request, deadline: .distantFuture) } catch {
            throw ErrorReply(unreachable(error))
        }
        if response.status != .ok {
            // Without an ErrorReply in the body, the status alone determines the error.
            let bytes = try? await response.body.collect(upTo: 1 << 20)
            try check(response, bytes.map { Data($0.readableBytesView) } ?? Data())
        }
        try check(response, Data())
        return StationEvents(body: response.body, client: self)
    }
}

/// The items of one event stream, in the order in which they were sent. It can be iterated once.
public struct StationEvents: AsyncSequence, Sendable {
    /// An item of the stream.
    public typealias Element = StreamItem
    /// The error is an ``ErrorReply``.
    public typealias Failure = any Error

    fileprivate let body: HTTPClientResponse.Body
    fileprivate let client: DepotClient

    /// Returns the iterator; there can be only one.
    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(chunks: body.makeAsyncIterator(), client: client)
    }

    /// An iterator that reads the stream chunk by chunk.
    public struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate var chunks: HTTPClientResponse.Body.AsyncIterator
        fileprivate let client: DepotClient
        private var parser = ServerSentParser()
        private var ready: ArraySlice<ServerSentMessage> = []

        fileprivate init(chunks: HTTPClientResponse.Body.AsyncIterator, client: DepotClient) {
            self.chunks = chunks
            self.client = client
        }

        /// Returns the next item, or nil once the daemon has ended the stream.
        ///
        /// - Throws: ``ErrorReply`` if the connection breaks or a message is malformed.
        public mutating func next() async throws -> StreamItem? {
            while true {
                do throws(DepotError) {
                    if let message = ready.popFirst() { return try StreamItem(message) }
                } catch { throw ErrorReply(error) }
                let chunk: ByteBuffer?
                do { chunk = try await chunks.next() } catch { throw ErrorReply(client.unreachable(error)) }
                guard let chunk else { return nil }
                do { ready = try parser.feed(chunk.readableBytesView)[...] } catch { throw ErrorReply(error) }
            }
        }
    }
}
