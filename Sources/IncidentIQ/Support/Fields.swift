import DepotDialect
import DepotModel
import TextFormats

/// A JSON object whose members are found without case, as Incident IQ's server finds them; the last of a name counts.
struct Fields: Sendable {
    private var members: [String: JSONValue] = [:]

    /// The fields of an object.
    init(_ object: JSONObject = JSONObject()) {
        for member in object.members { members[member.key.lowercased()] = member.value }
    }

    /// The value; nil where it is absent or null.
    subscript(name: String) -> JSONValue? {
        guard let value = members[name.lowercased()], !value.isNull else { return nil }
        return value
    }

    /// Whether the name is there, null included.
    func has(_ name: String) -> Bool { members[name.lowercased()] != nil }

    /// The first of these names that has a value.
    func first(_ names: [String]) -> String? { names.first { self[$0] != nil } }

    func text(_ name: String) throws(RequestError) -> String? {
        guard let value = self[name] else { return nil }
        guard let text = value.text else { throw .invalid(name, "\(name) must be a text.") }
        guard !text.utf8.contains(0) else { throw .invalid(name, "\(name) contains a NUL character.") }
        return text
    }

    /// A text with something in it.
    func filled(_ name: String) throws(RequestError) -> String? {
        guard let text = try text(name), !text.trimmed.isEmpty else { return nil }
        return text
    }

    /// The first of these members that has a GUID, in any case; the empty text and the GUID of zeros are none.
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

    /// A day, alone or before a time. Empty, and the first day of year 1, are none, as .NET writes them.
    func day(_ name: String) throws(RequestError) -> CalendarDate? {
        guard let text = try filled(name) else { return nil }
        if text.hasPrefix("0001-01-01") { return nil }
        guard let day = JSONValue.string(text).day ?? DateGrammar.american(text) else {
            throw .invalid(name, "\(name) must be a date such as 2026-05-30.")
        }
        return day
    }

    /// A time; without a zone it is UTC.
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

    /// The GUIDs of an array, at most `limit`.
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

/// How GUIDs are read.
enum GUID {
    /// A GUID in any case. Throws ``RequestError/invalid(_:)`` naming `field` for everything else.
    static func read(_ text: String, _ field: String) throws(RequestError) -> UniqueID {
        guard let guid = parse(text) else {
            throw .invalid(field, "\(field) must be a GUID, not “\(text.prefix(40))”.")
        }
        return guid
    }

    /// 32 digits, or 36 characters with the dashes where they belong; in braces too.
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
    /// Without white space around it.
    var trimmed: String { trimmingWhiteSpace(self) }
}
