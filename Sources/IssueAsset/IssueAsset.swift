public import DepotDialect
public import DepotModel
import DepotStore
import HTTPTypes
import TextFormats

/// The Issue Asset API (`POST /api/assets` and the routes around it) over the inventory.
///
/// It shares `/api/assets` with the ATech API. A `POST` is this API's if its body has a key of an issue, or none that ATech
/// knows, and a `PUT` if all its keys are of an issue. The list `GET /api/assets` is ATech's; `GET /api/assets/search` is
/// this API's.
///
/// | subject | behaviour |
/// |---|---|
/// | issue | one change that creates the person (by e-mail address), the model and the asset if they are new, and checks the asset out |
/// | `asset_tag`, `serial` | optional: an existing asset is issued if it is available (else 409); an unknown one is created |
/// | required keys | must be present; an empty name or e-mail address, or null, counts as missing |
/// | `comments` | the checkout's note, and a new asset's notes; later the asset's notes |
/// | record | an asset that was checked out: `Issued` while it has a holder, else `Returned` |
/// | repeated return | 200 without a change |
/// | device history | the models, from the ledger, of all assets that were handed to the person, oldest first |
/// | errors | `{"error": …}`, and `detail` for ATech's clients |
public struct IssueAsset: Dialect {
    /// The interface that the ledger names as the origin of this dialect's changes.
    public let face = Origin.Face.issueAsset
    /// The prefixes of the dialect's own paths.
    public let prefixes = ["/api/device-history"]
    /// The routes of the dialect.
    public let routes: [DialectRoute]

    /// A Boolean value that is true if every route answers without a token.
    public let allowsAnonymous: Bool

    /// Creates the dialect.
    ///
    /// - Parameter open: whether every route answers without a token.
    public init(open: Bool = false) {
        allowsAnonymous = open
        routes = [
            DialectRoute(.post, "/api/assets", .operator, fits: IssueRequest.fits, handler: Issue.answer),
            DialectRoute(.get, "/api/assets/search", .viewer, handler: Records.search),
            DialectRoute(.post, "/api/assets/:id/return", .operator, handler: Records.returnAsset),
            DialectRoute(.patch, "/api/assets/:id", .operator, handler: Records.update),
            DialectRoute(.put, "/api/assets/:id", .operator, fits: IssueRequest.fitsUpdate, handler: Records.update),
            DialectRoute(.get, "/api/device-history/:email", .viewer, handler: Records.history),
        ]
    }

    /// Returns the answer to a problem in this API's form.
    public func answer(_ error: RequestError, to call: CallHead) -> Answer {
        let status = HTTPResponse.Status(code: Self.status(error))
        var answer = Self.error(status, Self.message(error))
        answer.headers.append(contentsOf: error.headers)
        if case .unauthenticated = error.reason { answer.headers[.wwwAuthenticate] = "Bearer" }
        return answer
    }

    private static func status(_ error: RequestError) -> Int {
        if case .refused(let refusal) = error.reason, refusal.code == .deleted { return 404 }
        return error.status
    }

    private static func message(_ error: RequestError) -> String {
        switch error.reason {
        case .notFound("asset", _): "Asset not found"
        case .refused(let refusal) where refusal.code == .unknownAsset || refusal.code == .deleted: "Asset not found"
        case .failed(let error): error.message + (error.hint.map { " (\($0))" } ?? "")
        default: error.message
        }
    }

    /// Returns an answer with `error` and `detail`, which have the same text.
    static func error(_ status: HTTPResponse.Status, _ message: String) -> Answer {
        .json(status) { json in
            json.object { json in
                json.member("error", message)
                json.member("detail", message)
            }
        }
    }
}
