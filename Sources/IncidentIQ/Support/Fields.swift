import DepotDialect
import DepotModel
import TextFormats

/// A JSON object whose members are found without case, as on Incident IQ's server; the last one with a name counts.
struct Fields: Sendable {
    private var members: [String: JSONValue] = [:]

    /// Creates the fields of an object.
    init(_ object: JSONObject = JSONObject()) {
        for member in object.members { members[member.key.lowercased()] = member.value }
    }

    /// Returns the value, or nil if it is absent or null.
    subscript(name: String) -> JSONValue? {
        guard let value = members[name.lowercased()], !value.isNull else { return nil }
        return value
    }

    /// Returns whether a member is present, including null.
    func has(_ name: String) -> Bool { members[name.lowercased()] != nil }

    /// Returns the first of the names that has a value.
    func first(_ names: [String]) -> String? { names.first { self[$0] != nil } }

    func text(_ name: String) throws(RequestError) -> String? {
        guard let value = self[name] else { return nil }
        guard let text = value.text else { throw .invalid(name, "\(name) must be a string.") }
        guard !text.utf8.contains(0) else { throw .invalid(name, "\(name) contains a NUL character.") }
        return text
    }

    /// Returns a text that is not empty, or nil.
    func filled(_ name: String) throws(RequestError) -> String? {
        guard let text = try text(name), !text.trimmed.isEmpty else { return nil }
        return text
    }

    /// Returns the first GUID in the members, in any case; the empty text and the GUID of zeros count as none.
    func guid(_ names: String...) throws(RequestError) -> UniqueID? {
        for name in names {
            guard let text = try filled(name) else { continue }
            let guid = try GUID.read(text, name)
            if guid != Known.nobody { return guid }
        }
        return nil
    }

    func requiredGUID(_ name: String) throws(RequestError) -> UniqueID {
        guard let guid = try guid(name) else { throw .invalid(name, "\(name) is required.") }
        return guid
    }

    func flag(_ name: String) throws(RequestError) -> Bool? {
        guard let value = self[name] else { return nil }
        guard let flag = value.flag else { throw .invalid(name, "\(name) must be true or false.") }
        return flag
    }

    func integer(_ name: String, or other: Int? = nil) throws(RequestError) -> Int? {
        guard let value = self[name] else { return other }
        guard let number = value.integer else { throw .invalid(name, "\(name) must be a whole number.") }
        return Int(number)
    }

    func money(_ name: String) throws(RequestError) -> Money? {
        guard let value = self[name], value.text?.isEmpty == false else { return nil }
        guard let money = value.money, money.tenThousandths >= 0 else {
            throw .invalid(name, "\(name) must be an amount such as 349.00.")
        }
        return money
    }

    /// Returns a day, alone or before a time. The empty text and the first day of year 1, which .NET writes, count as none.
    func day(_ name: String) throws(RequestError) -> CalendarDate? {
        guard let text = try filled(name) else { return nil }
        if text.hasPrefix("0001-01-01") { return nil }
        guard let day = CalendarDate(text.trimmed, in: DateGrammar.days) else {
            throw .invalid(name, "\(name) must be a date such as 2026-05-30.")
        }
        return day
    }

    /// Returns a time, in UTC if it has no zone.
    func time(_ name: String) throws(RequestError) -> Timestamp? {
        guard let text = try filled(name) else { return nil }
        let trimmed = text.trimmed
        if trimmed.hasPrefix("0001-01-01") { return nil }
        guard let time = Timestamp(trimmed) ?? Timestamp(trimmed + "Z") ?? CalendarDate(trimmed)?.startOfDay else {
            throw .invalid(name, "\(name) must be a time such as 2026-05-30T10:40:00.")
        }
        return time
    }

    func array(_ name: String) throws(RequestError) -> [JSONValue] {
        guard let value = self[name] else { return [] }
        guard let array = value.array else { throw .invalid(name, "\(name) must be an array.") }
        return array
    }

    func object(_ name: String) throws(RequestError) -> Fields {
        guard let value = self[name] else { return Fields() }
        guard let object = value.object else { throw .invalid(name, "\(name) must be an object.") }
        return Fields(object)
    }

    /// Returns the GUIDs of an array, at most `limit`.
    func guids(_ name: String, limit: Int) throws(RequestError) -> [UniqueID] {
        let values = try array(name)
        guard values.count <= limit else { throw .invalid(name, "\(name) has more than \(limit) entries.") }
        var guids: [UniqueID] = []
        for value in values {
            guard let text = value.text else { throw .invalid(name, "\(name) must be an array of GUIDs.") }
            guids.append(try GUID.read(text, name))
        }
        return guids
    }
}

/// The parser of GUIDs.
enum GUID {
    /// Returns a GUID in any case. Throws `RequestError.invalid` with the name of `field` for anything else.
    static func read(_ text: String, _ field: String) throws(RequestError) -> UniqueID {
        guard let guid = parse(text) else {
            throw .invalid(field, "\(field) must be a GUID, not “\(text.prefix(40))”.")
        }
        return guid
    }

    /// Returns a GUID of 32 digits, or of 36 characters with correct dashes, optionally in braces, or nil.
    static func parse(_ text: String) -> UniqueID? {
        var text = text.trimmed
        if text.hasPrefix("{"), text.hasSuffix("}"), text.utf8.count == 38 {
            text = String(text.dropFirst().dropLast())
        }
        let bytes = Array(text.utf8)
        switch bytes.count {
        case 32: return bytes.contains(UInt8(ascii: "-")) ? nil : UniqueID(text)
        case 36: return [8, 13, 18, 23].allSatisfy { bytes[$0] == UInt8(ascii: "-") } ? UniqueID(text) : nil
        default: return nil
        }
    }
}

extension String {
    /// The text without leading and trailing white space.
    var trimmed: String { trimmingWhiteSpace(self) }
}
