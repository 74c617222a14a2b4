import DepotModel
import Foundation
import GRDBSQLite

/// The SQL functions that the store's connections have and no schema uses.
///
/// - `unpacked(body)`: The JSON of an event, packed or not (``PackedJSON``); null if it is damaged.
/// - `folded(text)`: The text in the form in which texts are searched and sorted (``folded(_:)``).
/// - `folded_key(text)`: The text in the form in which texts are compared (``foldedKey(_:)``).
/// - `any_contains(part, text, …)`: 1 if one of the texts contains the part when it is folded; the part is already
///   folded.
/// - `custom_value(json, name)`: The value of a custom field.
/// - `amount_text(ten-thousandths)`, `day_text(milliseconds)`: The forms of `Money` and `CalendarDate`.
enum SQLFunctions {
    static func register(_ handle: OpaquePointer) {
        let flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC
        sqlite3_create_function_v2(
            handle, "unpacked", 1, flags, nil,
            { context, _, values in
                guard let value = values?[0], sqlite3_value_type(value) == SQLITE_BLOB else {
                    return sqlite3_result_value(context, values?[0])
                }
                let bytes = UnsafeRawBufferPointer(
                    start: sqlite3_value_blob(value), count: Int(sqlite3_value_bytes(value)))
                guard let json = PackedJSON.unpack(bytes) else { return sqlite3_result_null(context) }
                json.withUnsafeBufferPointer { SQLFunctions.answer(context, $0) }
            }, nil, nil, nil)
        sqlite3_create_function_v2(
            handle, "folded", 1, flags, nil,
            { context, _, values in
                guard let text = SQLFunctions.text(values?[0]) else { return sqlite3_result_null(context) }
                SQLFunctions.answer(context, folded(text))
            }, nil, nil, nil)
        sqlite3_create_function_v2(
            handle, "folded_key", 1, flags, nil,
            { context, _, values in
                guard let text = SQLFunctions.text(values?[0]) else { return sqlite3_result_null(context) }
                SQLFunctions.answer(context, foldedKey(text))
            }, nil, nil, nil)
        sqlite3_create_function_v2(
            handle, "any_contains", -1, flags, nil,
            { context, count, values in
                guard count > 0, let part = SQLFunctions.bytes(values?[0]) else {
                    return sqlite3_result_null(context)
                }
                let isFound = (1..<max(1, Int(count))).contains { index in
                    SQLFunctions.bytes(values?[index]).map { SQLFunctions.contains($0, folded: part) } ?? false
                }
                sqlite3_result_int(context, isFound ? 1 : 0)
            }, nil, nil, nil)
        sqlite3_create_function_v2(
            handle, "custom_value", 2, flags, nil,
            { context, _, values in
                guard let json = SQLFunctions.text(values?[0]), let name = SQLFunctions.text(values?[1]),
                    let value = decodeCustom(Array(json.utf8))[name]
                else { return sqlite3_result_null(context) }
                SQLFunctions.answer(context, value)
            }, nil, nil, nil)
        sqlite3_create_function_v2(
            handle, "amount_text", 1, flags, nil,
            { context, _, values in
                guard let number = SQLFunctions.number(values?[0]) else { return sqlite3_result_null(context) }
                SQLFunctions.answer(context, Money(tenThousandths: number).description)
            }, nil, nil, nil)
        sqlite3_create_function_v2(
            handle, "day_text", 1, flags, nil,
            { context, _, values in
                guard let number = SQLFunctions.number(values?[0]) else { return sqlite3_result_null(context) }
                SQLFunctions.answer(context, Timestamp(milliseconds: number).date.description)
            }, nil, nil, nil)
    }

    private static func text(_ value: OpaquePointer?) -> String? {
        bytes(value).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Returns the text in SQLite's memory, valid until the function returns.
    private static func bytes(_ value: OpaquePointer?) -> UnsafeBufferPointer<UInt8>? {
        guard let value, let bytes = sqlite3_value_text(value) else { return nil }
        return UnsafeBufferPointer(start: bytes, count: Int(sqlite3_value_bytes(value)))
    }

    /// Returns true if the folded text contains the part. A search calls this for thousands of texts, most of them
    /// ASCII: these are folded byte by byte during the comparison, without a copy.
    private static func contains(_ text: UnsafeBufferPointer<UInt8>, folded part: UnsafeBufferPointer<UInt8>) -> Bool {
        guard text.allSatisfy({ $0 < 0x80 }) else {
            var copy = folded(String(decoding: text, as: UTF8.self))
            return copy.withUTF8 { bytes in occurs(part, in: bytes) { byte in byte } }
        }
        return occurs(part, in: text) { 0x41...0x5A ~= $0 ? $0 | 0x20 : $0 }
    }

    private static func occurs(
        _ part: UnsafeBufferPointer<UInt8>, in text: UnsafeBufferPointer<UInt8>, _ fold: (UInt8) -> UInt8
    ) -> Bool {
        guard let first = part.first else { return true }
        guard text.count >= part.count else { return false }
        for start in 0...(text.count - part.count) where fold(text[start]) == first {
            if part.indices.allSatisfy({ fold(text[start + $0]) == part[$0] }) { return true }
        }
        return false
    }

    private static func number(_ value: OpaquePointer?) -> Int64? {
        guard let value, sqlite3_value_type(value) != SQLITE_NULL else { return nil }
        return sqlite3_value_int64(value)
    }

    private static func answer(_ context: OpaquePointer?, _ text: String) {
        var text = text
        text.withUTF8 { answer(context, $0) }
    }

    private static func answer(_ context: OpaquePointer?, _ utf8: UnsafeBufferPointer<UInt8>) {
        guard let start = utf8.baseAddress else { return sqlite3_result_text(context, "", 0, nil) }
        start.withMemoryRebound(to: CChar.self, capacity: utf8.count) {
            sqlite3_result_text64(
                context, $0, UInt64(utf8.count), unsafeBitCast(-1, to: sqlite3_destructor_type.self),
                UInt8(SQLITE_UTF8))
        }
    }
}
