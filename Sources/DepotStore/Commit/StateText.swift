public import DepotModel
import Foundation

/// The text in which a value is stored that only its owner reads, such as the state of a lane.
public enum StateText {
    /// Returns the value as JSON, or nil if it has none. Equal values have equal texts.
    public static func encode(_ value: some Encodable) -> String? {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        return (try? encoder.encode(value)).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Returns the value of a text.
    ///
    /// - Throws: `store_unusable` if the text is not that of such a value.
    public static func decode<Value: Decodable>(_ type: Value.Type, from text: String) throws(DepotError) -> Value {
        do {
            return try JSONDecoder().decode(type, from: Data(text.utf8))
        } catch {
            throw DepotError(.storeUnusable, "A stored \(type) cannot be read.", hint: "\(error)")
        }
    }
}
