import DepotDialect
import DepotModel
import DepotStore
import TextFormats

/// Reads the members of a body and collects all errors for one answer.
struct FieldReader {
    static let missing = "Field required"

    let object: JSONObject
    private(set) var problems: [RequestError.FieldError] = []

    init(_ object: JSONObject) { self.object = object }

    /// Throws the collected errors.
    func finish() throws {
        guard problems.isEmpty else { throw RequestError.invalid(problems) }
    }

    mutating func refuse(_ name: String, _ message: String) { problems.append(.init(name, message)) }

    /// Adds an error for each absent member; null counts as present.
    mutating func require(_ names: [String]) {
        for name in names where !object.has(name) { refuse(name, Self.missing) }
    }

    /// Returns a trimmed text, or nil if it is absent, null or empty.
    mutating func text(_ name: String, limit: Int = 255) -> String? {
        guard let value = object[name], !value.isNull else { return nil }
        guard let text = value.text.map(trimmingWhiteSpace) else {
            refuse(name, "A string is expected.")
            return nil
        }
        if text.utf8.contains(0) { refuse(name, "The text contains a NUL character.") }
        if text.unicodeScalars.count > limit { refuse(name, "The text is longer than \(limit) characters.") }
        return text.isEmpty ? nil : text
    }

    /// Returns a text that must not be empty.
    mutating func name(_ name: String) -> String {
        if let text = text(name) { return text }
        if object.has(name), !problems.contains(where: { $0.field == name }) {
            refuse(name, "The text is empty.")
        }
        return ""
    }

    /// Returns a row's number, or nil if it is absent, null or empty.
    mutating func id<ID: RowID>(_ name: String, as _: ID.Type = ID.self) -> ID? {
        parsed(name, "A valid id is expected.") { $0.id() }
    }

    /// Returns a day, or nil if it is absent, null or empty.
    mutating func day(_ name: String) -> CalendarDate? { parsed(name, "A day YYYY-MM-DD is expected.") { $0.day } }

    /// Returns an amount, or nil if it is absent, null or empty.
    mutating func money(_ name: String) -> Money? {
        parsed(name, "An amount such as 1450.00 is expected.") { value in
            value.money.flatMap { $0.tenThousandths < 0 ? nil : $0 }
        }
    }

    private mutating func parsed<Value>(
        _ name: String, _ message: String, _ parse: (JSONValue) -> Value?
    ) -> Value? {
        guard let value = object[name], !value.isNull, value.text.map(trimmingWhiteSpace) != "" else { return nil }
        guard let parsed = parse(value) else {
            refuse(name, message)
            return nil
        }
        return parsed
    }
}

extension Call {
    /// Returns the body as an object. Throws 422 for another value or none.
    func fields() async throws -> FieldReader {
        guard let json = try await json() else { throw RequestError.invalid("body", FieldReader.missing) }
        guard case .object(let object) = json else {
            throw RequestError.invalid("body", "The body must be a JSON object.")
        }
        return FieldReader(object)
    }

    /// Returns the path's id. Throws 422 for anything but a number, and “not found” for a number without a row.
    func rowID<ID: RowID>(_ kind: String, as _: ID.Type = ID.self) throws -> ID {
        if let id = id(as: ID.self) { return id }
        let text = parameter("id")
        guard !text.isEmpty, text.utf8.allSatisfy({ (48...57).contains($0) }) else {
            throw RequestError.invalid("path.id", "A valid id is expected.")
        }
        throw RequestError.notFound(kind, text)
    }

    /// Returns a row of one of the tenants that the call reaches, with that tenant's store.
    func find<Value>(
        _ kind: String, _ find: (TenantStore) throws -> Value?
    ) throws -> (store: TenantStore, value: Value) {
        for store in try stores() {
            if let value = try find(store) { return (store, value) }
        }
        throw RequestError.notFound(kind, parameter("id"))
    }
}
