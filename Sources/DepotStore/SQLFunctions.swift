import DepotModel
import Foundation
import GRDBSQLite

/// SQL functions for conditions on text, which a connection of ours has and no schema uses.
///
/// - `folded(text)`: in lower case and composed, as ``foldedKey(_:)`` but with the space around it.
/// - `custom_value(json, name)`: the value of a custom field.
/// - `amount_text(ten-thousandths)`, `day_text(milliseconds)`: as `Money` and `CalendarDate` write them.
enum SQLFunctions {
    static func register(_ handle: OpaquePointer) {
        let flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC
        sqlite3_create_function_v2(
            handle, "folded", 1, flags, nil,
            { context, _, values in
                guard let text = SQLFunctions.text(values?[0]) else { return sqlite3_result_null(context) }
                SQLFunctions.answer(context, folded(text))
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
        guard let value, let bytes = sqlite3_value_text(value) else { return nil }
        let count = Int(sqlite3_value_bytes(value))
        return String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
    }

    private static func number(_ value: OpaquePointer?) -> Int64? {
        guard let value, sqlite3_value_type(value) != SQLITE_NULL else { return nil }
        return sqlite3_value_int64(value)
    }

    private static func answer(_ context: OpaquePointer?, _ text: String) {
        var text = text
        text.withUTF8 { utf8 in
            guard let start = utf8.baseAddress else { return sqlite3_result_text(context, "", 0, nil) }
            start.withMemoryRebound(to: CChar.self, capacity: utf8.count) {
                sqlite3_result_text64(
                    context, $0, UInt64(utf8.count), unsafeBitCast(-1, to: sqlite3_destructor_type.self),
                    UInt8(SQLITE_UTF8))
            }
        }
    }
}

/// The text in lower case by Unicode's rules and composed, so that two are compared as ``foldedKey(_:)`` does.
func folded(_ text: String) -> String {
    text.utf8.allSatisfy { $0 < 0x80 } ? text.lowercased() : text.lowercased().precomposedStringWithCanonicalMapping
}
