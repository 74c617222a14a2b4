import DepotDialect
import TextFormats

extension JSONWriter {
    /// Writes a member with an HTML-escaped text, or null for nil.
    mutating func escaped(_ name: StaticString, _ text: String?) {
        key(name)
        value(text.map(Markup.escaped))
    }

    /// Writes `{"id":…,"name":…}` with the name HTML-escaped, or null for nil.
    mutating func reference(_ name: StaticString, id: Int64?, _ text: String?) {
        key(name)
        guard let id, let text else { return null() }
        object { json in
            json.member("id", id)
            json.escaped("name", text)
        }
    }
}
