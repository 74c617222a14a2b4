public import DepotDialect
public import DepotModel
import DepotStore
import HTTPTypes
import TextFormats

/// The Issue Asset API (`POST /api/assets` and the routes around it) over the inventory.
///
/// It shares `/api/assets` with the ATech API, which has the path where both have it: a `POST` is meant for this one
/// when its body has a key of an issue, or none that ATech knows; a `PUT` when all its keys are of an issue. The list
/// `GET /api/assets` is ATech's; `GET /api/assets/search` is this one's.
///
/// | place | what is done |
/// |---|---|
/// | issue | person by e-mail address, model and asset made where they are new, and the checkout, in one change |
/// | `asset_tag`, `serial` | optional: an asset that has it is issued if it is available (else 409); an unknown one is made |
/// | required keys | must be there; an empty name or e-mail address, or null, counts as missing |
/// | `comments` | the checkout's note, and a new asset's notes; later the asset's notes |
/// | record | an asset that was handed out: `Issued` while somebody has it, else `Returned` |
/// | return again | 200, and nothing changes |
/// | device history | from the ledger: the model of every asset that was handed to the person, oldest first |
/// | errors | `{"error": …}`, with `detail` too, which ATech's clients look for |
public struct IssueAsset: Dialect {
    public let face = Origin.Face.issueAsset
    public let prefixes = ["/api/device-history"]
    public let routes: [DialectRoute]

    /// The dialect.
    public init() {
        routes = [
            DialectRoute(.post, "/api/assets", .operator, fits: IssueRequest.fits, handler: Issue.answer),
            DialectRoute(.get, "/api/assets/search", .viewer, handler: Records.search),
            DialectRoute(.post, "/api/assets/:id/return", .operator, handler: Records.giveBack),
            DialectRoute(.patch, "/api/assets/:id", .operator, handler: Records.update),
            DialectRoute(.put, "/api/assets/:id", .operator, fits: IssueRequest.fitsUpdate, handler: Records.update),
            DialectRoute(.get, "/api/device-history/:email", .viewer, handler: Records.history),
        ]
    }

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

    /// `{"error", "detail"}` with the same text.
    static func error(_ status: HTTPResponse.Status, _ message: String) -> Answer {
        .json(status) { json in
            json.object { json in
                json.member("error", message)
                json.member("detail", message)
            }
        }
    }
}
