public import DepotDialect
import DepotModel
import HTTPTypes
import TextFormats

extension IncidentIQ {
    /// `StatusCode`, `Message`, `Errors` where fields are to blame, and the request's id as `CorrelationId`.
    public func answer(_ problem: Problem, to call: CallHead) -> Answer {
        var answer = Answer.json(HTTPResponse.Status(code: problem.status)) { json in
            json.object { json in
                json.member("StatusCode", problem.status)
                json.member("Message", problem.message)
                if case .rateLimited(let seconds) = problem { json.member("RetryAfter", seconds) }
                let fields = Self.fields(problem)
                if !fields.isEmpty {
                    json.array("Errors", of: fields) { json, field in
                        json.object { json in
                            json.member("Field", field.field)
                            json.member("Message", field.message)
                        }
                    }
                }
                json.member("CorrelationId", call.requestID)
            }
        }
        switch problem {
        case .rateLimited(let seconds): answer.headers[.retryAfter] = String(seconds)
        case .methodNotAllowed(let allowed): answer.headers[.allow] = allowed.joined(separator: ", ")
        case .unauthenticated: answer.headers[.wwwAuthenticate] = "Bearer"
        default: break
        }
        return answer
    }

    private static func fields(_ problem: Problem) -> [Problem.FieldProblem] {
        switch problem {
        case .invalid(let fields): return fields
        case .refused(let refusal):
            guard let field = refusal.facts["field"] else { return [] }
            return [.init(names[field] ?? field, refusal.message)]
        default: return []
        }
    }

    /// The members in which Incident IQ writes an asset's fields.
    private static let names: [String: String] = [
        AssetField.tag.rawValue: "AssetTag", AssetField.serial.rawValue: "SerialNumber",
        AssetField.name.rawValue: "Name", AssetField.model.rawValue: "ModelId",
        AssetField.status.rawValue: "StatusTypeId", AssetField.location.rawValue: "LocationId",
        AssetField.defaultLocation.rawValue: "LocationId", AssetField.purchaseDate.rawValue: "PurchasedDate",
        AssetField.purchaseCost.rawValue: "PurchasePrice", AssetField.orderNumber.rawValue: "PurchasePoNumber",
        AssetField.supplier.rawValue: "Vendor", "supplier": "Vendor",
        AssetField.warrantyExpiry.rawValue: "WarrantyExpirationDate", AssetField.endOfLife.rawValue: "EndOfLifeDate",
        AssetField.expectedCheckin.rawValue: "DueDate", AssetField.notes.rawValue: "Notes",
        "subject": "Subject", "description": "IssueDescription",
    ]
}
