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

    /// In the order in which missing ones are named.
    private static let required = ["employee_name", "employee_email", "asset_type", "asset_model"]
    private static let updatable: Set<String> = [
        "employee_name", "employee_email", "asset_type", "asset_model", "comments",
    ]
    /// What the other API of this path takes.
    private static let foreign: Set<String> = [
        "asset_tag", "name", "manufacturer", "model", "serial", "status", "category_id", "location_id",
        "purchase_date", "purchase_cost", "warranty_expiry", "notes",
    ]

    /// Whether the body is an issue, complete or not.
    @Sendable static func fits(_ body: JSONValue?) -> Bool {
        guard let members = body?.object?.members else { return false }
        return members.contains { required.contains($0.key) } || !members.contains { foreign.contains($0.key) }
    }

    /// Whether the body changes an issued asset.
    @Sendable static func fitsUpdate(_ body: JSONValue?) -> Bool {
        guard let members = body?.object?.members, !members.isEmpty else { return false }
        return members.allSatisfy { updatable.contains($0.key) }
    }

    /// Reads the body. Throws what is missing, in one sentence, or does not fit.
    init(_ object: JSONObject) throws {
        let missing = Self.required.filter { key in
            guard let value = object[key], !value.isNull else { return true }
            // the type and the model may be empty; nobody is called nothing
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

    /// A text without blanks around it; nil where it is absent, null or empty.
    static func text(_ object: JSONObject, _ key: String) throws -> String? {
        guard let value = object[key], !value.isNull else { return nil }
        guard let text = value.text.map(trimmingWhiteSpace) else {
            throw RequestError.invalid(key, "\(key) must be a text.")
        }
        guard !text.utf8.contains(0) else { throw RequestError.invalid(key, "\(key) contains a NUL character.") }
        return text.isEmpty ? nil : text
    }
}

/// The text without white space around it.
