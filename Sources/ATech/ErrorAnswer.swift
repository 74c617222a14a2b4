import DepotDialect
import DepotModel
import HTTPTypes
import TextFormats

/// Errors in FastAPI's form: `{"detail": …}` with a text or a list of errors.
enum ErrorAnswer {
    static func answer(_ error: RequestError) -> Answer {
        var answer =
            switch error.reason {
            case .unauthenticated(let message): text(.unauthorized, message)
            case .forbidden, .otherTenant: text(.forbidden, "Permission denied")
            case .scopeMissing: text(.badRequest, "Tenant scope required")
            case .noRoute: text(.notFound, "Not Found")
            case .methodNotAllowed: text(.methodNotAllowed, "Method Not Allowed")
            case .rateLimited: text(.tooManyRequests, error.message)
            case .tooLarge: text(.contentTooLarge, error.message)
            case .brokenJSON(let message): list([RequestError.FieldError("body", message)], type: "json_invalid")
            case .invalid(let fields): list(fields)
            case .notFound(let kind, _): text(.notFound, "\(word(kind)) not found")
            case .ambiguous: text(.conflict, error.message)
            case .refused(let refusal): self.answer(refusal)
            case .failed(let error): self.answer(error)
            case .answered(let answer): answer
            }
        answer.headers.append(contentsOf: error.headers)
        if case .unauthenticated = error.reason { answer.headers[.wwwAuthenticate] = "Bearer" }
        return answer
    }

    private static func answer(_ refusal: Refusal) -> Answer {
        switch refusal.code {
        case .tagTaken: text(.badRequest, "Asset tag already exists")
        case .unknownAsset, .deleted: text(.notFound, "Asset not found")
        case .unknownHolder, .holderDeleted: text(.notFound, "Employee not found")
        case .unknownLocation: text(.notFound, "Location not found")
        case .versionConflict: text(.preconditionFailed, refusal.message)
        case .assetLimit: text(HTTPResponse.Status(code: 402, reasonPhrase: "Payment Required"), refusal.message)
        case .inUse, .holdsAssets: text(.conflict, refusal.message)
        case .invalidField:
            refusal.facts["field"].map { list([RequestError.FieldError(names[$0] ?? $0, refusal.message)]) }
                ?? text(.badRequest, refusal.message)
        default: text(.badRequest, refusal.message)
        }
    }

    private static func answer(_ error: DepotError) -> Answer {
        let status = error.code == .conflict || error.code == .refused ? 400 : error.code.httpStatus
        return text(
            HTTPResponse.Status(code: status), error.message + (error.hint.map { " (\($0))" } ?? ""))
    }

    /// The names in this API of fields with another name in the inventory.
    private static let names = [
        AssetField.model.rawValue: "model", AssetField.status.rawValue: "status",
        AssetField.defaultLocation.rawValue: "location_id",
    ]

    private static func word(_ kind: String) -> String {
        let word = kind == "person" ? "employee" : kind
        return word.prefix(1).uppercased() + word.dropFirst()
    }

    private static func text(_ status: HTTPResponse.Status, _ detail: String) -> Answer {
        .json(status) { json in json.object { $0.member("detail", detail) } }
    }

    /// Answers with a list of errors. A field is `query.NAME`, `path.NAME`, or else a member of the body.
    private static func list(_ fields: [RequestError.FieldError], type: String? = nil) -> Answer {
        .json(HTTPResponse.Status(code: 422, reasonPhrase: "Unprocessable Entity")) { json in
            json.object { json in
                json.array("detail", of: fields) { json, field in
                    json.object { json in
                        let parts = field.field.split(separator: ".", maxSplits: 1).map(String.init)
                        let place = parts.first ?? "body"
                        json.array("loc") { json in
                            if place == "query" || place == "path" || place == "body" {
                                for part in parts { json.value(part) }
                            } else {
                                json.value("body")
                                json.value(field.field)
                            }
                        }
                        json.member("msg", field.message)
                        json.member("type", type ?? (field.message == FieldReader.missing ? "missing" : "value_error"))
                    }
                }
            }
        }
    }
}
