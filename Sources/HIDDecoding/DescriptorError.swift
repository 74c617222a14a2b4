/// The reasons for which a HID report descriptor cannot be used. Offsets count bytes from its start.
public enum DescriptorError: Error, Hashable, Sendable {
    /// No bytes at all.
    case empty
    /// More than ``ReportDescriptor/maximumBytes``.
    case tooLong(bytes: Int)
    /// An item that claims more bytes than are left.
    case truncated(at: Int)
    /// A global item with a tag that HID 1.11 §6.2.2.7 does not know.
    case unknownItem(at: Int)
    /// A report id outside 1 to 255.
    case badReportID(at: Int)
    /// A report size above 256 bits.
    case badReportSize(at: Int)
    /// A report count above 12,288.
    case badReportCount(at: Int)
    /// A logical maximum below the minimum.
    case badLogicalRange(at: Int)
    /// A report of more than 16 KiB.
    case reportTooLong(id: UInt8)
    /// More than 256 fields in one report.
    case tooManyFields(id: UInt8)
    /// Collections or Push nested more than 32 deep.
    case nestedTooDeep(at: Int)
    /// An End Collection, Pop or delimiter without its beginning.
    case unbalanced(at: Int)
    /// A collection or delimiter still open at the end.
    case unclosed
    /// A valid descriptor without a report that holds decoded data (usage 8C:FE).
    case noScannedData

    /// One sentence for a person.
    public var message: String {
        switch self {
        case .empty: "The report descriptor is empty."
        case .tooLong(let bytes): "The report descriptor has \(bytes) bytes; at most 4096 are read."
        case .truncated(let at): "The report descriptor ends inside the item at byte \(at)."
        case .unknownItem(let at): "The report descriptor has an unknown item at byte \(at)."
        case .badReportID(let at): "The report id at byte \(at) is not 1 to 255."
        case .badReportSize(let at): "The report size at byte \(at) is above 256 bits."
        case .badReportCount(let at): "The report count at byte \(at) is above 12288."
        case .badLogicalRange(let at): "The logical maximum is below the minimum at byte \(at)."
        case .reportTooLong(let id): "Report \(id) is longer than 16 KiB."
        case .tooManyFields(let id): "Report \(id) has more than 256 fields."
        case .nestedTooDeep(let at): "The report descriptor is nested too deep at byte \(at)."
        case .unbalanced(let at): "The report descriptor closes at byte \(at) what it did not open."
        case .unclosed: "The report descriptor ends with an open collection."
        case .noScannedData: "The report descriptor has no decoded data (usage 8C:FE)."
        }
    }
}
