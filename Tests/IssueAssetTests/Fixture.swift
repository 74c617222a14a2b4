import DepotDialect
import DepotModel
import DepotStore
import DialectTestKit
import HTTPTypes
import IssueAsset
import TextFormats

/// A store in a folder of its own, and IssueAsset over it.
typealias Fixture = DialectHarness

extension DialectHarness {
    convenience init() throws { try self.init(IssueAsset()) }

    /// Calls the route for the method and path, as the HTTP face does, without what it does before.
    func send(
        _ method: HTTPRequest.Method, _ target: String, _ body: String = "", version: Int64? = nil,
        operation: UniqueID = newOperation(), at: Timestamp = noon
    ) async -> DialectReply {
        var request = Request(method, target, origin: Origin(face: .issueAsset))
        request.body = CallBody(Array(body.utf8))
        (request.operation, request.at, request.expectedVersion) = (operation, at, version)
        return await send(request)
    }

    // MARK: Things

    var routes: [DialectRoute] { dialect.routes }

    /// An asset that nobody has.
    func asset(_ tag: String, serial: String? = nil) async throws -> AssetID {
        try await create(tag) { $0.serial = serial }.asset.id
    }

    /// The id of the first label of a type, as text.
    func label(_ type: StatusType) throws -> String { try label(of: type).description }
}

extension Actor {
    static let me = Actor(kind: .user, name: "me")
}
