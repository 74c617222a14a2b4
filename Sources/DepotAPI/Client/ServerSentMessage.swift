public import DepotModel
import FoundationEssentials

/// An item of the event stream.
public enum StreamItem: Hashable, Sendable {
    /// A committed event; numbers ascend without a gap.
    case event(LedgerEvent)
    /// A lane that changed.
    case lane(LaneStatus)
    /// A scanner that changed.
    case scanner(ScannerStatus)
    /// The state of the station's health, after it changed.
    case health(StationHealth)
    /// An item of a newer daemon.
    case unknown(name: String, data: String)

    /// Decodes one message of the stream.
    ///
    /// - Throws: `DepotError.Code.protocolMismatch` if the data of a known name cannot be decoded.
    public init(_ message: ServerSentMessage) throws(DepotError) {
        let data = Data(message.data.utf8)
        switch message.name {
        case StationAPI.StreamName.event: self = .event(try WireJSON.decodeReply(LedgerEvent.self, from: data))
        case StationAPI.StreamName.lane: self = .lane(try WireJSON.decodeReply(LaneStatus.self, from: data))
        case StationAPI.StreamName.scanner: self = .scanner(try WireJSON.decodeReply(ScannerStatus.self, from: data))
        case StationAPI.StreamName.health: self = .health(try WireJSON.decodeReply(StationHealth.self, from: data))
        default: self = .unknown(name: message.name, data: message.data)
        }
    }
}

/// One message of a server-sent event stream (WHATWG HTML §9.2.6).
public struct ServerSentMessage: Hashable, Sendable {
    /// The `event:` field, or `message` if there is none.
    public var name: String
    /// The `data:` lines, joined by line feeds.
    public var data: String
    /// The latest `id:` of the stream so far.
    public var lastID: String

    /// Creates a message.
    public init(name: String, data: String, lastID: String) {
        self.name = name
        self.data = data
        self.lastID = lastID
    }
}

/// A parser of server-sent events from bytes in pieces of any size (WHATWG HTML §9.2.6). Its limit bounds its memory.
public struct ServerSentParser: Sendable {
    /// The maximum size in bytes of one line, and of one message's data.
    public static let standardLimit = 1 << 20

    private let limit: Int
    private var line: [UInt8] = []
    private var afterReturn = false
    private var isFirstLine = true
    private var name = ""
    private var data: [UInt8] = []
    private var hasData = false
    private var lastID = ""

    /// Creates a parser at the start of a stream.
    public init(limit: Int = ServerSentParser.standardLimit) { self.limit = limit }

    /// Reads the next bytes.
    ///
    /// - Returns: The messages that the bytes complete. An incomplete message is kept for the next call.
    /// - Throws: `DepotError.Code.tooLarge` if a line or a message exceeds the limit.
    public mutating func feed(_ bytes: some Sequence<UInt8>) throws(DepotError) -> [ServerSentMessage] {
        var messages: [ServerSentMessage] = []
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "\n") where afterReturn:
                afterReturn = false
            case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
                afterReturn = byte == UInt8(ascii: "\r")
                if let message = try endLine() { messages.append(message) }
            default:
                afterReturn = false
                guard line.count < limit else { throw tooLong }
                line.append(byte)
            }
        }
        return messages
    }

    private var tooLong: DepotError {
        DepotError(.tooLarge, "The event stream holds more than \(limit) bytes in one piece.")
    }

    private mutating func endLine() throws(DepotError) -> ServerSentMessage? {
        defer {
            line.removeAll(keepingCapacity: true)
            isFirstLine = false
        }
        var content = line[...]
        if isFirstLine, content.starts(with: [0xEF, 0xBB, 0xBF]) { content = content.dropFirst(3) }
        guard !content.isEmpty else { return dispatch() }
        let field = content.prefix { $0 != UInt8(ascii: ":") }
        var value = content.dropFirst(field.count + 1)
        if value.first == UInt8(ascii: " ") { value = value.dropFirst() }
        switch String(decoding: field, as: UTF8.self) {
        case "event": name = String(decoding: value, as: UTF8.self)
        case "data":
            guard data.count + value.count < limit else { throw tooLong }
            if hasData { data.append(UInt8(ascii: "\n")) }
            data.append(contentsOf: value)
            hasData = true
        case "id" where !value.contains(0): lastID = String(decoding: value, as: UTF8.self)
        default: break
        }
        return nil
    }

    private mutating func dispatch() -> ServerSentMessage? {
        defer {
            name = ""
            data.removeAll(keepingCapacity: true)
            hasData = false
        }
        guard hasData else { return nil }
        return ServerSentMessage(
            name: name.isEmpty ? "message" : name, data: String(decoding: data, as: UTF8.self), lastID: lastID)
    }
}
