public import DepotModel
public import TextFormats

extension JSONValue {
    /// Returns a row id from a number or a string, or nil if the value is not a positive integer.
    public func id<ID: RowID>(as _: ID.Type = ID.self) -> ID? {
        integer.flatMap { $0 > 0 ? ID(rawValue: $0) : nil }
    }

    /// The exact amount of a number without an exponent or of a string, or nil for any other value.
    public var money: Money? { text.flatMap { Money(trimmingWhiteSpace($0)) } }

    /// The day of a string `YYYY-MM-DD`, which a time may follow, or nil for any other value.
    public var day: CalendarDate? {
        guard case .string(let text) = self else { return nil }
        return CalendarDate(trimmingWhiteSpace(text), in: [.iso, .isoBeforeTime])
    }
}

extension JSONWriter {
    /// Writes a row id as a member, or null if it is nil.
    public mutating func member(_ name: StaticString, _ id: (some RowID)?) { member(name, id?.rawValue) }
}
