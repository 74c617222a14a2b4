import NIOCore
import NIOHTTP1

/// Refuses requests that do not name exactly one valid host (RFC 9112 §3.2). The authority in a target of absolute form
/// replaces the header.
///
/// On the control socket the host may be missing, since its clients have reached the only station. ``ExchangeHandler``,
/// which comes next, answers refused requests.
final class HostHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart

    private let transport: Transport
    private var isRefused = false

    init(_ transport: Transport) { self.transport = transport }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isRefused else { return }
        guard case .head(let head) = unwrapInboundIn(data) else {
            context.fireChannelRead(data)
            return
        }
        guard let settled = settled(head) else {
            isRefused = true
            context.fireErrorCaught(HTTPParserError.invalidHeaderToken)
            return
        }
        context.fireChannelRead(wrapInboundOut(.head(settled)))
    }

    /// Returns the head with one host and a target in origin form, or nil if it does not have one host.
    private func settled(_ head: HTTPRequestHead) -> HTTPRequestHead? {
        let hosts = head.headers["Host"]
        guard hosts.count == 1 || (hosts.isEmpty && (head.version == .http1_0 || transport == .unixSocket)),
            hosts.allSatisfy(Self.isHost)
        else {
            return nil
        }
        let schemes = ["http://", "https://"]
        guard let scheme = schemes.first(where: { head.uri.prefix($0.count).lowercased() == $0 }) else { return head }
        let rest = head.uri.dropFirst(scheme.count)
        let authority = String(rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" })
        guard !authority.isEmpty, Self.isHost(authority) else { return nil }
        var head = head
        head.headers.replaceOrAdd(name: "Host", value: authority)
        let path = rest.dropFirst(authority.count)
        head.uri = path.hasPrefix("/") ? String(path) : "/" + path
        return head
    }

    /// Returns true if the text consists of the characters of a host and a port (RFC 3986 §3.2.2 and §3.2.3). It may be
    /// empty, for a host without a name.
    private static func isHost(_ text: String) -> Bool {
        text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "-._~%!$&'()*+;=:[]".utf8.contains(byte)
            }
        }
    }
}
