import DepotDialect
import DepotModel
import TextFormats

/// The body of an issue.
struct IssueRequest: Sendable {
    var name: String
    var email: String
    var type: String?
    var model: String?
    var comments: String?
    var tag: String?
    var serial: String?

    /// The required keys, in the order in which missing ones are named.
    private static let required = ["employee_name", "employee_email", "asset_type", "asset_model"]
    private static let updatable: Set<String> = [
        "employee_name", "employee_email", "asset_type", "asset_model", "comments",
    ]
    /// The keys of the other API with this path.
    private static let atechKeys: Set<String> = [
        "asset_tag", "name", "manufacturer", "model", "serial", "status", "category_id", "location_id",
        "purchase_date", "purchase_cost", "warranty_expiry", "notes",
    ]

    /// Returns whether the body is an issue, complete or not.
    @Sendable static func fits(_ body: JSONValue?) -> Bool {
        guard let members = body?.object?.members else { return false }
        return members.contains { required.contains($0.key) } || !members.contains { atechKeys.contains($0.key) }
    }

    /// Returns whether the body changes an issued asset.
    @Sendable static func fitsUpdate(_ body: JSONValue?) -> Bool {
        guard let members = body?.object?.members, !members.isEmpty else { return false }
        return members.allSatisfy { updatable.contains($0.key) }
    }

    /// Reads the body. Throws an error that names all missing keys, or one for an invalid value.
    init(_ object: JSONObject) throws {
        let missing = Self.required.filter { key in
            guard let value = object[key], !value.isNull else { return true }
            // The type and the model may be empty; a person's name and address may not.
            return key.hasPrefix("employee_") && value.text.map(trimmingWhiteSpace) == ""
        }
        guard missing.isEmpty else {
            throw DepotError(.badRequest, "Missing fields: " + missing.joined(separator: ", "))
        }
        name = try Self.text(object, "employee_name") ?? ""
        email = try Self.text(object, "employee_email") ?? ""
        type = try Self.text(object, "asset_type")
        model = try Self.text(object, "asset_model")
        comments = try Self.text(object, "comments")
        tag = try Self.text(object, "asset_tag")
        serial = try Self.text(object, "serial")
    }

    /// Returns a trimmed text, or nil if it is absent, null or empty.
    static func text(_ object: JSONObject, _ key: String) throws -> String? {
        guard let value = object[key], !value.isNull else { return nil }
        guard let text = value.text.map(trimmingWhiteSpace) else {
            throw RequestError.invalid(key, "\(key) must be a string.")
        }
        guard !text.utf8.contains(0) else { throw RequestError.invalid(key, "\(key) contains a NUL character.") }
        return text.isEmpty ? nil : text
    }
}
