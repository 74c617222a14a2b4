public import DepotModel
public import TextFormats

extension JSONValue {
    /// A row's number, given as number or as text.
    public func id<ID: RowID>(as _: ID.Type = ID.self) -> ID? {
        integer.flatMap { $0 > 0 ? ID(rawValue: $0) : nil }
    }

    /// An exact amount, given as number (without an exponent) or as text.
    public var money: Money? { text.flatMap { Money(trimmingWhiteSpace($0)) } }

    /// A day, `YYYY-MM-DD`, alone or before a time.
    public var day: CalendarDate? {
        guard case .string(let text) = self else { return nil }
        let trimmed = trimmingWhiteSpace(text)
        guard trimmed.utf8.count > 10 else { return CalendarDate(trimmed) }
        let separator = trimmed.dropFirst(10).first
        return separator == "T" || separator == " " ? CalendarDate(String(trimmed.prefix(10))) : nil
    }
}

extension JSONWriter {
    /// Writes a row's number as a member; null for nil.
    public mutating func member(_ name: StaticString, _ id: (some RowID)?) { member(name, id?.rawValue) }
}
