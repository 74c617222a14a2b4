import NIOCore
import NIOHTTP1

/// Sees to it that every request says once which host it is for (RFC 9112 §3.2): HTTP/1.1 without `Host`, any with several
/// or with what is no host, is not HTTP. The authority in a target of absolute form stands for the header.
///
/// Whoever is on the control socket has reached the station and no other, so that there it may be missing.
///
/// Stands in front of ``ExchangeHandler``, which answers.
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

    /// The head with its one host, and a target of origin form; nil where it has not one.
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

    /// RFC 3986 §3.2.2 and §3.2.3: what hosts and ports are made of. Empty is a host that has no name.
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
