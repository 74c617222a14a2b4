import DepotModel
import HTTPTypes
import Hummingbird
import Logging
import NIOCore

/// Which of the two doors a request came in by.
enum Face: Sendable {
    case socket, tcp
}

/// What a caller may do; each step includes the ones before.
enum Access: Int, Comparable, Sendable {
    /// Everybody, without credentials.
    case anyone
    /// A paired counter screen: lanes, scanners, status, scans and events, to look at.
    case screen
    /// Everything there is to read.
    case viewer
    /// Transitions, scans, and the assets, people and locations themselves.
    case `operator`
    /// Tokens, screens, lane modes, backup, verify.
    case administrator

    static func < (left: Access, right: Access) -> Bool { left.rawValue < right.rawValue }
}

/// Who asks, as the kernel or a token says.
struct Caller: Sendable {
    var actor: Actor
    var access: Access
    var tenant: TenantID
}

/// What is known about a request beside itself.
struct StationContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let channel: any Channel
    var face = Face.tcp
    /// Who asks, or why nobody knows.
    var caller: Result<Caller, Failure> = .failure(Failure(.unauthenticated, "Nobody asked who you are."))
    /// A version 7 identity as text; also in the log, in the reply and in the ledger.
    var requestID = ""
    /// The connection it came over; nil outside a server.
    var connection: Connection?
    /// Largest body that is read, in bytes.
    var maximumBody = 1_048_576

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        channel = source.channel
    }

    /// The caller's actor; only for routes that demanded one.
    func actor() throws -> Actor { try caller.get().actor }

    /// The tenant the caller belongs to.
    func tenant() throws -> TenantID { try caller.get().tenant }

    /// Where the request came from, as the ledger keeps it.
    var origin: Origin {
        Origin(
            face: face == .socket ? .socket : .station, request: requestID,
            address: face == .socket ? nil : channel.remoteAddress?.ipAddress)
    }
}
