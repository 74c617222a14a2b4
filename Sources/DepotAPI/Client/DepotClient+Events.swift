import AsyncHTTPClient
public import DepotModel
import FoundationEssentials
import NIOCore
import NIOHTTP1

extension DepotClient {
    /// The event stream, read as fast as it is asked for and no faster.
    ///
    /// - Parameter since: what is committed after this event comes first; nil: only what is committed from now on.
    /// - Returns: once the daemon has answered. The sequence ends when the daemon closes it, and throws an ``ErrorReply``
    ///   when the connection breaks. Cancelling the task that reads it closes the connection.
    public func events(since: EventNumber?) async throws(ErrorReply) -> StationEvents {
        var request = self.request(.GET, ["events"], query: since.map { [("since", $0.description)] } ?? [])
        request.headers.replaceOrAdd(name: "Accept", value: StationAPI.eventStream)
        let response: HTTPClientResponse
        do { response = try await http.execute(request, deadline: .distantFuture) } catch {
            throw ErrorReply(unreachable(error))
        }
        if response.status != .ok {
            // What is no ErrorReply is told from the status alone.
            let bytes = try? await response.body.collect(upTo: 1 << 20)
            try check(response, bytes.map { Data($0.readableBytesView) } ?? Data())
        }
        try check(response, Data())
        return StationEvents(body: response.body, client: self)
    }
}

/// The items of one event stream, in the order they were sent. To be iterated once.
public struct StationEvents: AsyncSequence, Sendable {
    public typealias Element = StreamItem
    public typealias Failure = any Error

    fileprivate let body: HTTPClientResponse.Body
    fileprivate let client: DepotClient

    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(chunks: body.makeAsyncIterator(), client: client)
    }

    /// Reads the stream piece by piece.
    public struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate var chunks: HTTPClientResponse.Body.AsyncIterator
        fileprivate let client: DepotClient
        private var parser = ServerSentParser()
        private var ready: ArraySlice<ServerSentMessage> = []

        fileprivate init(chunks: HTTPClientResponse.Body.AsyncIterator, client: DepotClient) {
            self.chunks = chunks
            self.client = client
        }

        /// The next item; nil when the daemon has ended the stream.
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
