public import DepotModel
public import FoundationEssentials
import TextFormats

/// A request body that may contain only known fields; any other field is an error that names it.
public protocol StrictRequest: Decodable {
    /// The JSON names of all fields.
    static var fieldNames: Set<String> { get }
    /// A Boolean value that is true if the body's text may contain U+0000; only a scanned code may.
    static var allowsNull: Bool { get }
}

extension StrictRequest {
    /// False: text must not contain U+0000 unless the type declares otherwise.
    public static var allowsNull: Bool { false }
}

extension StrictRequest {
    /// Returns the JSON names of a closed set of keys.
    static func names<Key: CodingKey & CaseIterable>(of keys: Key.Type) -> Set<String> {
        Set(keys.allCases.map(\.stringValue))
    }
}

/// Decodes a request body.
///
/// - Throws: `DepotError.Code.badRequest` with a sentence about the problem and its position.
public func decodeRequest<T: StrictRequest>(_ type: T.Type, from bytes: [UInt8]) throws(DepotError) -> T {
    try decodeRequest(type, from: Data(bytes))
}

/// Decodes a request body.
///
/// - Throws: `DepotError.Code.badRequest` with a sentence about the problem and its position.
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

/// The JSON configuration that both ends of the station API share.
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

    /// Returns one line of JSON. The order of keys is not part of the contract.
    ///
    /// - Throws: `DepotError.Code.internal` if the value cannot be encoded.
    public static func encode(_ value: some Encodable) throws(DepotError) -> Data {
        do { return try encoder.encode(value) } catch {
            throw DepotError(.internal, "A reply cannot be written as JSON: \(error)")
        }
    }

    /// Returns indented JSON with sorted keys, for people and for comparison.
    ///
    /// - Throws: `DepotError.Code.internal` if the value cannot be encoded.
    public static func encodePretty(_ value: some Encodable) throws(DepotError) -> Data {
        do { return try prettyEncoder.encode(value) } catch {
            throw DepotError(.internal, "A reply cannot be written as JSON: \(error)")
        }
    }

    /// Decodes a reply. Unknown fields belong to a newer daemon and are ignored.
    ///
    /// - Throws: `DepotError.Code.protocolMismatch` with a sentence about the mismatch.
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

/// A key with any name, for listing the keys of an object.
struct AnyKey: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}

/// The unknown fields of an object in a request.
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

/// A value that is decoded only if its object has no unknown keys.
private struct StrictObject<T: StrictRequest>: Decodable {
    var value: T

    init(from decoder: any Decoder) throws {
        try decoder.refuseUnknown(T.fieldNames)
        value = try T(from: decoder)
    }
}

extension Decoder {
    /// Checks that an object has only known keys.
    ///
    /// - Throws: ``UnknownFields`` if there are other keys, or a type mismatch if the value is no object.
    func refuseUnknown(_ known: Set<String>) throws {
        let keys = try container(keyedBy: AnyKey.self).allKeys.map(\.stringValue)
        let unknown = keys.filter { !known.contains($0) }.sorted()
        guard unknown.isEmpty else { throw UnknownFields(path: codingPath, names: unknown, known: known) }
    }
}

extension KeyedDecodingContainer {
    /// Decodes a row id from a number or a decimal string, or returns nil if it is absent or null.
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

    /// Decodes a word of this version; a request with a newer version's word is refused.
    func known<Word: OpenWord>(_ type: Word.Type = Word.self, forKey key: Key) throws -> Word {
        guard let word = Word(rawValue: try decode(String.self, forKey: key)) else {
            throw DecodingError.dataCorruptedError(
                forKey: key, in: self, debugDescription: "not one of its values")
        }
        return word
    }

    /// Decodes an integer, or returns nil if it is absent or null.
    func whole<Number: FixedWidthInteger & Decodable>(
        _ type: Number.Type = Number.self, forKey key: Key
    ) throws -> Number? {
        do {
            return try decodeIfPresent(type, forKey: key)
        } catch let error as DecodingError {
            throw error
        } catch {
            // The decoder's own error for a number out of range does not name the field.
            throw DecodingError.dataCorruptedError(
                forKey: key, in: self, debugDescription: "not a whole number, or out of range")
        }
    }
}

/// Returns the path of a field, such as `asset.id`, `custom.colour` or `changes[3]`.
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

/// Returns the sentence for a person about a decoding error.
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
        // The text is valid JSON, and the decoder does not say which number is wrong; fields with numbers report their
        // own.
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
