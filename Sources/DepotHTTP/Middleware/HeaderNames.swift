import DepotAPI
import HTTPTypes

extension HTTPField.Name {
    static let apiVersion = fieldName(StationAPI.versionHeader)
    static let requestID = fieldName("X-Request-Id")
    static let contentTypeOptions = fieldName("X-Content-Type-Options")
    static let secFetchSite = fieldName("Sec-Fetch-Site")
    static let lastEventID = fieldName("Last-Event-ID")

    static let dryRun = fieldName("Depot-Dry-Run")
    static let idempotencyKey = fieldName("Idempotency-Key")
    static let tenant = fieldName("Depot-Tenant")

    /// Returns the name; callers pass constants only, and an invalid one becomes `Via`.
    static func fieldName(_ text: String) -> HTTPField.Name { HTTPField.Name(text) ?? .via }
}
