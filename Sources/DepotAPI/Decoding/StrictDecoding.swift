public import DepotModel
public import FoundationEssentials
import TextFormats

/// A request body whose every field is known: anything else in it is an error that names it.
public protocol StrictRequest: Decodable {
    /// The JSON names of all fields.
    static var fieldNames: Set<String> { get }
    /// Whether its text may hold U+0000; only a scanned code may.
    static var allowsNull: Bool { get }
}

extension StrictRequest {
    /// No U+0000, unless the type says otherwise.
    public static var allowsNull: Bool { false }
}

extension StrictRequest {
    /// The JSON names of a closed set of keys.
    static func names<Key: CodingKey & CaseIterable>(of keys: Key.Type) -> Set<String> {
        Set(keys.allCases.map(\.stringValue))
    }
}

/// Reads a request body.
///
/// - Throws: `DepotError.Code.badRequest` with a sentence that says what is wrong and where.
public func decodeRequest<T: StrictRequest>(_ type: T.Type, from bytes: [UInt8]) throws(DepotError) -> T {
    try decodeRequest(type, from: Data(bytes))
}

/// Reads a request body.
///
/// - Throws: `DepotError.Code.badRequest` with a sentence that says what is wrong and where.
public func decodeRequest<T: StrictRequest>(_ type: T.Type, from data: Data) throws(DepotError) -> T {
    guard !data.isEmpty else { throw DepotError(.badRequest, "The body is empty; a JSON object is expected.") }
    let json: JSONValue
    do { json = try JSONValue(parsing: Array(data)) } catch {
        throw DepotError(.badRequest, "The body is not valid JSON: \(error).")
    }
    if !T.allowsNull, json.containsText(where: { $0.utf8.contains(0) }) {
        throw DepotError(.badRequest, "Text must not contain U+0000.")
    }
    do {
        return try WireJSON.decoder.decode(StrictObject<T>.self, from: data).value
    } catch let error as UnknownFields {
        throw DepotError(.badRequest, error.sentence, hint: error.hint)
    } catch let error as DecodingError {
        throw DepotError(.badRequest, sentence(for: error))
    } catch {
        throw DepotError(.badRequest, "The body cannot be read as JSON.")
    }
}

/// The shared JSON configuration of the station API.
public enum WireJSON {
    static let decoder = JSONDecoder()

    private static let encoder: JSONEncoder = {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        return encoder
    }()

    private static let prettyEncoder: JSONEncoder = {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes, .prettyPrinted, .sortedKeys]
        return encoder
    }()

    /// One line of JSON; key order is not part of the contract.
    public static func encode(_ value: some Encodable) throws(DepotError) -> Data {
        do { return try encoder.encode(value) } catch {
            throw DepotError(.internal, "A reply cannot be written as JSON: \(error)")
        }
    }

    /// Indented JSON with sorted keys, for people and for comparing.
    public static func encodePretty(_ value: some Encodable) throws(DepotError) -> Data {
        do { return try prettyEncoder.encode(value) } catch {
            throw DepotError(.internal, "A reply cannot be written as JSON: \(error)")
        }
    }

    /// Reads a reply; unknown fields are a newer daemon's and ignored.
    ///
    /// - Throws: `DepotError.Code.protocolMismatch` with what does not fit.
    public static func decodeReply<T: Decodable>(_ type: T.Type, from data: Data) throws(DepotError) -> T {
        do { return try decoder.decode(type, from: data) } catch let error as DecodingError {
            throw DepotError(
                .protocolMismatch, "The daemon's response cannot be understood: " + sentence(for: error),
                hint: "compare `depotctl version` with the daemon's version")
        } catch {
            throw DepotError(.protocolMismatch, "The daemon's response cannot be understood.")
        }
    }
}

/// Any key, to see which there are.
struct AnyKey: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}

/// A field that the request does not have.
struct UnknownFields: Error {
    var path: [any CodingKey]
    var names: [String]
    var known: Set<String>

    var sentence: String {
        let list = names.prefix(5).map { "“\(fieldPath(path, $0))”" }.joined(separator: ", ")
        return names.count == 1
            ? "Unknown field \(list)." : "Unknown fields \(list)\(names.count > 5 ? " and others" : "")."
    }

    var hint: String? { known.isEmpty ? nil : "known fields: " + known.sorted().joined(separator: ", ") }
}

/// Decodes only what has no other keys than the known ones.
private struct StrictObject<T: StrictRequest>: Decodable {
    var value: T

    init(from decoder: any Decoder) throws {
        try decoder.refuseUnknown(T.fieldNames)
        value = try T(from: decoder)
    }
}

extension Decoder {
    /// Throws ``UnknownFields`` where the object has other keys; a type mismatch where it is no object.
    func refuseUnknown(_ known: Set<String>) throws {
        let keys = try container(keyedBy: AnyKey.self).allKeys.map(\.stringValue)
        let unknown = keys.filter { !known.contains($0) }.sorted()
        guard unknown.isEmpty else { throw UnknownFields(path: codingPath, names: unknown, known: known) }
    }
}

extension KeyedDecodingContainer {
    /// An id, as a number or as a decimal string; nil where it is absent or null.
    func id<ID: RowID>(_ type: ID.Type = ID.self, forKey key: Key) throws -> ID? {
        guard contains(key), try !decodeNil(forKey: key) else { return nil }
        let number: Int64?
        if let text = try? decode(String.self, forKey: key) {
            number = Int64(text)
        } else {
            number = try whole(forKey: key)
        }
        guard let number, number > 0 else {
            throw DecodingError.dataCorruptedError(
                forKey: key, in: self, debugDescription: "not an id (a whole number from 1)")
        }
        return ID(rawValue: number)
    }

    /// One of our own words: what is asked for in a newer version's word is refused.
    func known<Word: OpenWord>(_ type: Word.Type = Word.self, forKey key: Key) throws -> Word {
        guard let word = Word(rawValue: try decode(String.self, forKey: key)) else {
            throw DecodingError.dataCorruptedError(
                forKey: key, in: self, debugDescription: "not one of its values")
        }
        return word
    }

    /// A whole number; nil where it is absent or null.
    func whole<Number: FixedWidthInteger & Decodable>(
        _ type: Number.Type = Number.self, forKey key: Key
    ) throws -> Number? {
        do {
            return try decodeIfPresent(type, forKey: key)
        } catch let error as DecodingError {
            throw error
        } catch {
            // The decoder's own error for a number that does not fit says nothing of the field.
            throw DecodingError.dataCorruptedError(
                forKey: key, in: self, debugDescription: "not a whole number, or out of range")
        }
    }
}

/// `asset.id`, `custom.colour`, `changes[3]`.
private func fieldPath(_ path: [any CodingKey], _ last: String? = nil) -> String {
    var text = ""
    for key in path {
        if let index = key.intValue {
            text += "[\(index)]"
        } else {
            text += (text.isEmpty ? "" : ".") + key.stringValue
        }
    }
    guard let last else { return text }
    return text + (text.isEmpty ? "" : ".") + last
}

/// One sentence for a person about what does not fit.
private func sentence(for error: DecodingError) -> String {
    switch error {
    case .keyNotFound(let key, let context):
        return "The field “\(fieldPath(context.codingPath, key.stringValue))” is missing."
    case .valueNotFound(_, let context):
        return context.codingPath.isEmpty
            ? "A JSON object is expected." : "The field “\(fieldPath(context.codingPath))” must not be null."
    case .typeMismatch(let type, let context):
        return context.codingPath.isEmpty
            ? "A JSON object is expected."
            : "The field “\(fieldPath(context.codingPath))” must be \(typeName(type))."
    case .dataCorrupted(let context):
        guard context.codingPath.isEmpty else {
            return "The field “\(fieldPath(context.codingPath))” is not valid: \(reason(context))."
        }
        // The text is valid, and the decoder does not say which number it is: fields with numbers say so themselves.
        return "The JSON contains an invalid value."
    @unknown default:
        return "The body cannot be read."
    }
}

private func typeName(_ type: any Any.Type) -> String {
    switch type {
    case is String.Type: "text"
    case is Bool.Type: "true or false"
    case is Int.Type, is Int64.Type: "a whole number"
    case is Double.Type: "a number"
    case is [String: Any].Type: "an object"
    case is [Any].Type: "a list"
    default: String(describing: type).hasPrefix("Array") ? "a list" : "an object"
    }
}

private func reason(_ context: DecodingError.Context) -> String {
    var text = context.debugDescription
    if text.hasPrefix("Cannot initialize") { return "not one of its values" }
    if text.hasPrefix("Parsed JSON number") || text.hasPrefix("Number") { return "a number out of range" }
    while text.hasSuffix(".") { text.removeLast() }
    return text
}
