import DepotDialect
import DepotModel
import TextFormats

/// What a client sent of a row of the support routes, checked field by field; what does not fit is collected, so that
/// one answer names all of it.
///
/// A key that is absent leaves its field as it is; null clears it.
struct SupportForm {
    let sent: Sent
    /// Whether the row is made; then what is required may not be absent.
    let isNew: Bool
    private(set) var problems: [RequestError.FieldError] = []

    init(_ sent: Sent, isNew: Bool) {
        self.sent = sent
        self.isNew = isNew
    }

    /// Adds a sentence about a field.
    mutating func refuse(_ field: String, _ message: String) { problems.append(.init(field, message)) }

    /// Throws the answer where anything does not fit.
    func finish() throws(RequestError) {
        guard problems.isEmpty else { throw RequestError.invalid(problems) }
    }

    /// How a sentence names a field.
    static func label(_ key: String) -> String { key.split(separator: "_").joined(separator: " ") }

    /// Whether a required field is missing: absent from a new row, or cleared. Collects the sentence.
    mutating func isMissing(_ key: String) -> Bool {
        guard sent.filled(key) == nil else { return false }
        guard isNew || sent.has(key) else { return false }
        refuse(key, "The \(Self.label(key)) field is required.")
        return true
    }

    /// A text of `minimum` to `maximum` characters.
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

    /// A text that the row cannot be without.
    mutating func text(_ key: String, required field: inout String, minimum: Int = 0, maximum: Int = 255) {
        guard !isMissing(key) else { return }
        var text: String? = field
        self.text(key, &text, minimum: minimum, maximum: maximum)
        field = text ?? field
    }

    /// A text that has to look like an e-mail address.
    mutating func email(_ key: String, _ field: inout String?) {
        if let text = sent.text(key) {
            let parts = text.split(separator: "@", omittingEmptySubsequences: false)
            guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty }), !text.contains(where: \.isWhitespace) else {
                return refuse(key, "The \(Self.label(key)) field must be a valid email address.")
            }
        }
        text(key, &field, maximum: 191)
    }

    /// A whole number of 0 to `maximum`.
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

    /// The number of another row, which has to exist.
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

    /// One of these words.
    mutating func choice(_ key: String, _ field: inout String?, of words: [String]) {
        guard let value = sent.filled(key) else { return }
        guard let text = value.text, words.contains(text) else {
            return refuse(key, "The selected \(Self.label(key)) is invalid.")
        }
        field = text
    }

    /// Everything that is kept as an attribute.
    mutating func attributes(_ list: [SupportAttribute], _ attributes: inout [String: String]) {
        for attribute in list where sent.has(attribute.key) {
            var text = attributes[attribute.key]
            switch attribute.kind {
            case .text(let maximum): self.text(attribute.key, &text, maximum: maximum)
            case .email: email(attribute.key, &text)
            case .number: number(attribute.key, &text)
            case .flag: flag(attribute.key, &text)
            case .image:
                // the bytes of a picture are not kept, only where one is
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

/// What a row has that only this API knows: kept as text under the API's own key.
struct SupportAttribute: Sendable {
    /// What its text is.
    enum Kind: Hashable, Sendable {
        /// At most that many characters.
        case text(Int)
        case email
        /// A whole number from 0 on.
        case number
        /// `1` or `0`.
        case flag
        /// Where a picture is.
        case image
    }

    let key: String
    let kind: Kind

    /// A text.
    static func text(_ key: String, _ maximum: Int = 255) -> SupportAttribute { Self(key: key, kind: .text(maximum)) }
    static func email(_ key: String) -> SupportAttribute { Self(key: key, kind: .email) }
    static func number(_ key: String) -> SupportAttribute { Self(key: key, kind: .number) }
    static func flag(_ key: String) -> SupportAttribute { Self(key: key, kind: .flag) }

    /// Free text.
    static let notes = text("notes", 65_535)
    static let image = Self(key: "image", kind: .image)
    /// A postal address.
    static let address = ["address", "address2", "city", "state", "country", "zip"].map { text($0) }
}

extension JSONWriter {
    /// Attributes as a flat row has them: texts as they are, numbers and flags as such, null for what is not there;
    /// a flag that nobody set is false, as typed clients want it.
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

    /// Attributes as what is read has them: HTML-escaped, null for what is not there.
    mutating func escaped(_ keys: [String], of attributes: [String: String]) {
        for key in keys {
            self.key(escaping: key)
            value(attributes[key].map(escapedHTML))
        }
    }

    /// A flag that is kept as an attribute; false where it is not there.
    mutating func flag(_ name: StaticString, _ attributes: [String: String]) {
        member(name, attributes[name.description] == "1")
    }
}
