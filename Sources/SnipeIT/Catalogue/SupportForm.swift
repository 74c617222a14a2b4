import DepotDialect
import DepotModel
import TextFormats

/// The sent fields of a row of the support routes, checked one by one; errors are collected for one answer.
///
/// An absent key leaves its field unchanged; null clears it.
struct SupportForm {
    let sent: Sent
    /// A Boolean value that is true for a new row, in which required fields may not be absent.
    let isNew: Bool
    private(set) var problems: [RequestError.FieldError] = []

    init(_ sent: Sent, isNew: Bool) {
        self.sent = sent
        self.isNew = isNew
    }

    /// Adds an error about a field.
    mutating func refuse(_ field: String, _ message: String) { problems.append(.init(field, message)) }

    /// Throws the answer if there are errors.
    func finish() throws(RequestError) {
        guard problems.isEmpty else { throw RequestError.invalid(problems) }
    }

    /// Returns the name of a field in messages.
    static func label(_ key: String) -> String { key.split(separator: "_").joined(separator: " ") }

    /// Returns whether a required field is missing (absent from a new row, or cleared), and adds the error.
    mutating func isMissing(_ key: String) -> Bool {
        guard sent.filled(key) == nil else { return false }
        guard isNew || sent.has(key) else { return false }
        refuse(key, "The \(Self.label(key)) field is required.")
        return true
    }

    /// Returns a text of `minimum` to `maximum` characters.
    mutating func text(_ key: String, _ field: inout String?, minimum: Int = 0, maximum: Int = 255) {
        guard let value = sent[key] else { return }
        guard !value.isNull else {
            field = nil
            return
        }
        let label = Self.label(key)
        guard let text = value.text else {
            return refuse(key, "The \(label) field must be a string.")
        }
        let count = text.unicodeScalars.count
        if text.utf8.contains(0) {
            refuse(key, "The \(label) field format is invalid.")
        } else if count > maximum {
            refuse(key, "The \(label) field must not be greater than \(maximum) characters.")
        } else if count < minimum {
            refuse(key, "The \(label) field must be at least \(minimum) characters.")
        } else {
            field = text
        }
    }

    /// Returns a required text.
    mutating func text(_ key: String, required field: inout String, minimum: Int = 0, maximum: Int = 255) {
        guard !isMissing(key) else { return }
        var text: String? = field
        self.text(key, &text, minimum: minimum, maximum: maximum)
        field = text ?? field
    }

    /// Returns a text in the form of an e-mail address.
    mutating func email(_ key: String, _ field: inout String?) {
        if let text = sent.text(key) {
            let parts = text.split(separator: "@", omittingEmptySubsequences: false)
            guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty }), !text.contains(where: \.isWhitespace) else {
                return refuse(key, "The \(Self.label(key)) field must be a valid email address.")
            }
        }
        text(key, &field, maximum: 191)
    }

    /// Returns a whole number of 0 to `maximum`.
    mutating func number(_ key: String, _ field: inout Int?, maximum: Int) {
        guard let value = sent[key] else { return }
        guard !value.isNull else {
            field = nil
            return
        }
        let label = Self.label(key)
        guard let number = value.integer else { return refuse(key, "The \(label) field must be an integer.") }
        if number < 0 {
            refuse(key, "The \(label) field must be at least 0.")
        } else if number > maximum {
            refuse(key, "The \(label) field must not be greater than \(maximum).")
        } else {
            field = Int(number)
        }
    }

    /// Returns the number of another row, which must exist.
    mutating func row<ID: RowID>(_ key: String, _ field: inout ID?, exists: (ID) throws -> Bool) rethrows {
        guard let value = sent[key] else { return }
        guard !value.isNull else {
            field = nil
            return
        }
        let label = Self.label(key)
        guard value.integer != nil else { return refuse(key, "The \(label) field must be an integer.") }
        guard let id: ID = value.id(), try exists(id) else { return refuse(key, "The selected \(label) is invalid.") }
        field = id
    }

    /// Returns one of the words.
    mutating func choice(_ key: String, _ field: inout String?, of words: [String]) {
        guard let value = sent.filled(key) else { return }
        guard let text = value.text, words.contains(text) else {
            return refuse(key, "The selected \(Self.label(key)) is invalid.")
        }
        field = text
    }

    /// Returns all attributes.
    mutating func attributes(_ list: [SupportAttribute], _ attributes: inout [String: String]) {
        for attribute in list where sent.has(attribute.key) {
            var text = attributes[attribute.key]
            switch attribute.kind {
            case .text(let maximum): self.text(attribute.key, &text, maximum: maximum)
            case .email: email(attribute.key, &text)
            case .number: number(attribute.key, &text)
            case .flag: flag(attribute.key, &text)
            case .image:
                // Only the address of a picture is stored, not its bytes.
                if sent.text(attribute.key)?.hasPrefix("data:") == true { continue }
                self.text(attribute.key, &text, maximum: 2048)
            }
            attributes[attribute.key] = text
        }
    }

    private mutating func number(_ key: String, _ field: inout String?) {
        var number: Int?
        self.number(key, &number, maximum: .max)
        if let number { field = String(number) } else if sent.filled(key) == nil { field = nil }
    }

    private mutating func flag(_ key: String, _ field: inout String?) {
        guard let value = sent.filled(key) else {
            field = nil
            return
        }
        guard let flag = value.flag else {
            return refuse(key, "The \(Self.label(key)) field must be true or false.")
        }
        field = flag ? "1" : "0"
    }
}

/// A field of a row that only this API knows, stored as text under the API's own key.
struct SupportAttribute: Sendable {
    /// The kind of the text.
    enum Kind: Hashable, Sendable {
        /// A text with a largest number of characters.
        case text(Int)
        case email
        /// A whole number, at least 0.
        case number
        /// A flag, `1` or `0`.
        case flag
        /// The address of a picture.
        case image
    }

    let key: String
    let kind: Kind

    /// Returns a text attribute.
    static func text(_ key: String, _ maximum: Int = 255) -> SupportAttribute { Self(key: key, kind: .text(maximum)) }
    static func email(_ key: String) -> SupportAttribute { Self(key: key, kind: .email) }
    static func number(_ key: String) -> SupportAttribute { Self(key: key, kind: .number) }
    static func flag(_ key: String) -> SupportAttribute { Self(key: key, kind: .flag) }

    /// Free text.
    static let notes = text("notes", 65_535)
    static let image = Self(key: "image", kind: .image)
    /// The attributes of a postal address.
    static let address = ["address", "address2", "city", "state", "country", "zip"].map { text($0) }
}

extension JSONWriter {
    /// Writes attributes in the form of a flat row: texts unchanged, numbers and flags as such, null for absent ones. An
    /// absent flag is false, as typed clients require.
    mutating func flat(_ list: [SupportAttribute], _ attributes: [String: String]) {
        for attribute in list {
            let text = attributes[attribute.key]
            key(escaping: attribute.key)
            switch attribute.kind {
            case .text, .email, .image: value(text)
            case .number: if let number = text.flatMap({ Int64($0) }) { value(number) } else { null() }
            case .flag: value(text == "1")
            }
        }
    }

    /// Writes attributes in the form of a read: HTML-escaped, null for absent ones.
    mutating func escaped(_ keys: [String], of attributes: [String: String]) {
        for key in keys {
            self.key(escaping: key)
            value(attributes[key].map(Markup.escaped))
        }
    }

    /// Returns a flag that is stored as an attribute, false if it is absent.
    mutating func flag(_ name: StaticString, _ attributes: [String: String]) {
        member(name, attributes[name.description] == "1")
    }
}
