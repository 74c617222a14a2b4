public import DepotDialect
import DepotModel
import HTTPTypes
import TextFormats

extension IncidentIQ {
    /// Answers a problem with `StatusCode`, `Message`, `Errors` by field if there are any, and the request's id as
    /// `CorrelationId`.
    public func answer(_ error: RequestError, to call: CallHead) -> Answer {
        var answer = Answer.json(HTTPResponse.Status(code: error.status)) { json in
            json.object { json in
                json.member("StatusCode", error.status)
                json.member("Message", error.message)
                if case .rateLimited(let seconds) = error.reason { json.member("RetryAfter", seconds) }
                let fields = Self.fields(error)
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
        answer.headers.append(contentsOf: error.headers)
        if case .unauthenticated = error.reason { answer.headers[.wwwAuthenticate] = "Bearer" }
        return answer
    }

    private static func fields(_ error: RequestError) -> [RequestError.FieldError] {
        switch error.reason {
        case .invalid(let fields): return fields
        case .refused(let refusal):
            guard let field = refusal.facts["field"] else { return [] }
            return [.init(names[field] ?? field, refusal.message)]
        default: return []
        }
    }

    /// Incident IQ's names of an asset's fields.
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
