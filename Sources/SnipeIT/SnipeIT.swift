public import DepotDialect
public import DepotModel
public import HTTPTypes
import TextFormats

/// Snipe-IT's API (`/api/v1`) over the inventory.
///
/// Failures are HTTP 200 with `{"status":"error","messages":…,"payload":null}`, as its clients expect; only
/// authentication, permission, path, method, broken JSON, size, throttling, a stale `If-Match` and a store that cannot
/// be reached have a status of their own. The answers to reads and to writes have different shapes.
///
/// Differences between the API's documentation and the program itself:
///
/// | subject | the page | the program | here |
/// | --- | --- | --- | --- |
/// | `limit` | 50 | 500 | 50, at most 500 |
/// | `checkout_to_type` | absent | required | optional if exactly one `assigned_…` is sent |
/// | `location_id` of an audit | location of the asset | only logged | only logged, unless `update_location` is set |
/// | `asset_tag` of a new asset | required | optional with auto-increment | optional: a tag is generated |
/// | `sort`, `status`, filters | sixteen, seven, six | some forty, eight, some twenty | all of them |
/// | `purchase_cost`, `warranty_months` | numbers | `"1,234.50"`, `"24 months"` when read | as the program |
/// | fields of a new asset | twelve | twice as many | all of them but `image` |
/// | update | PATCH | PUT is the same | both |
/// | checkout and checkin | few fields | also `name`, `status_id`, `checkin_at`, … | all of them |
/// | `payload` of an update | unspecified | some columns in a form of their own | the sent values, unchanged; ids as numbers |
/// | restore | unspecified | its text in `payload`, `messages` null | its text in both |
/// | `available_actions` | unspecified | by the token's rights | as for a token with all rights |
/// | `created_by`, `book_value`, `image`, `qr` | unspecified | as configured | null |
public struct SnipeIT: Dialect {
    /// Creates the dialect.
    public init() {}

    /// The interface that the ledger names as the origin of this dialect's changes.
    public var face: Origin.Face { .snipeIT }
    /// The prefixes of the dialect's paths.
    public var prefixes: [String] { ["/api/v1"] }
    /// The routes of the dialect.
    public var routes: [DialectRoute] { hardwareRoutes + supportRoutes }

    /// Returns the header fields of the rate limit.
    public func headers(limit: RateLimitState?) -> HTTPFields {
        var headers: HTTPFields = [:]
        if let limit {
            headers[.rateLimit] = String(limit.limit)
            headers[.rateLimitRemaining] = String(limit.remaining)
        }
        return headers
    }

    /// Returns the answer to a problem in this API's form.
    public func answer(_ error: RequestError, to call: CallHead) -> Answer {
        switch error.reason {
        case .unauthenticated:
            return Envelope.bare(.unauthorized) { $0.member("error", "Unauthorized or unauthenticated.") }
        case .forbidden, .otherTenant:
            return Envelope.bare(.forbidden) { $0.member("message", "This action is unauthorized.") }
        case .noRoute:
            return Envelope.bare(.notFound) { json in
                json.member("status", "error")
                json.member("message", "404 endpoint not found. This is not a path of the API.")
                json.null("payload")
            }
        case .methodNotAllowed:
            var answer = Envelope.failure("Method not allowed", status: .methodNotAllowed)
            answer.headers.append(contentsOf: error.headers)
            return answer
        case .brokenJSON: return Envelope.failure("Invalid JSON", status: .unprocessableContent)
        case .rateLimited(let seconds): return tooMany(error.message, retryAfter: seconds)
        case .tooLarge: return Envelope.failure(error.message, status: .contentTooLarge)
        case .scopeMissing: return Envelope.failure(error.message, status: .badRequest)
        case .ambiguous: return Envelope.failure(error.message)
        case .invalid(let fields): return Envelope.failure(fields)
        case .notFound(let kind, _): return Envelope.failure("\(Self.className(kind)) not found")
        case .refused(let refusal): return refused(refusal)
        case .failed(let error): return failed(error)
        case .answered(let answer): return answer
        }
    }

    private func tooMany(_ message: String, retryAfter seconds: Int) -> Answer {
        var answer = Envelope.bare(.tooManyRequests) { json in
            json.member("status", "error")
            json.member("messages", message)
            json.null("payload")
            json.member("status_code", 429)
            json.member("retryAfter", seconds)
        }
        answer.headers[.retryAfter] = String(seconds)
        return answer
    }

    private func refused(_ refusal: Refusal) -> Answer {
        switch refusal.code {
        case .versionConflict: return Envelope.failure(refusal.message, status: .preconditionFailed)
        case .tagTaken: return Envelope.failure([.init("asset_tag", "The asset tag must be unique.")])
        case .unknownAsset: return Envelope.failure("Asset not found")
        case .invalidField, .unknownLocation:
            guard let field = refusal.facts["field"] else { return Envelope.failure(refusal.message) }
            return Envelope.failure([.init(Self.wireName(field), refusal.message)])
        default: return Envelope.failure(refusal.message)
        }
    }

    private func failed(_ error: DepotError) -> Answer {
        switch error.code {
        case .badRequest, .notFound, .refused, .ambiguous, .conflict: Envelope.failure(error.message)
        default: Envelope.failure(error.message, status: .init(code: error.code.httpStatus))
        }
    }

    /// Returns the API's name of a field of an asset.
    static func wireName(_ field: String) -> String {
        switch AssetField(rawValue: field) {
        case .defaultLocation: "rtd_location_id"
        case .endOfLife: "asset_eol_date"
        case .nextAudit: "next_audit_date"
        case .lastAudit: "last_audit_date"
        default: field
        }
    }

    /// Returns the word for a kind of row in “… not found”.
    private static func className(_ kind: String) -> String {
        switch kind {
        case "asset": "Asset"
        case "person", "user": "User"
        case "location": "Location"
        case "model": "AssetModel"
        case "category": "Category"
        case "manufacturer": "Manufacturer"
        case "status_label": "Statuslabel"
        case "company": "Company"
        case "supplier": "Supplier"
        case "field": "CustomField"
        case "fieldset": "CustomFieldset"
        default: kind
        }
    }
}

extension HTTPField.Name {
    // The initializer fails only for a name that is no token, so the fallbacks are never used.

    /// The number of requests per minute.
    static let rateLimit = Self("X-RateLimit-Limit") ?? .range
    /// The number of remaining requests.
    static let rateLimitRemaining = Self("X-RateLimit-Remaining") ?? .range
}
