/// Parses the items of a report descriptor (HID 1.11 §6.2.2, and `hid-core.c` for cases that it leaves open).
struct DescriptorParser {
    private static let maximumUsages = 12_288
    private static let maximumReportBits = 16_384 * 8
    private static let maximumFieldsPerReport = 256
    private static let maximumNesting = 32

    private struct Global {
        var usagePage: UInt32 = 0
        var logicalMinimum: Int64 = 0
        var logicalMaximum: Int64 = 0
        var reportSize = 0
        var reportCount = 0
        var reportID: UInt8 = 0
    }

    private struct Local {
        /// The usages; `isExtended` is true if a usage came with its page.
        var usages: [(range: UsageRange, isExtended: Bool)] = []
        var usageCount = 0
        var minimum: UInt32 = 0
        var delimiterDepth = 0
        var delimiterSets = 0
    }

    private struct Item {
        var at: Int
        var tag: UInt8
        var size: Int
        var unsigned: UInt32
        var signed: Int32
    }

    private var global = Global()
    private var local = Local()
    private var stack: [Global] = []
    private var collections: [(isApplication: Bool, usage: Usage?)] = []
    private var fieldCounts: [ReportDescriptor.ReportKey: Int] = [:]
    private(set) var result = ReportDescriptor()

    mutating func parse(_ bytes: [UInt8]) throws(DescriptorError) {
        guard !bytes.isEmpty else { throw .empty }
        guard bytes.count <= ReportDescriptor.maximumBytes else { throw .tooLong(bytes: bytes.count) }
        var at = 0
        while at < bytes.count {
            let prefix = bytes[at]
            if prefix == 0xFE {
                guard at + 2 < bytes.count else { throw .truncated(at: at) }
                let next = at + 3 + Int(bytes[at + 1])
                guard next <= bytes.count else { throw .truncated(at: at) }
                at = next
                continue
            }
            let size = prefix & 3 == 3 ? 4 : Int(prefix & 3)
            guard at + 1 + size <= bytes.count else { throw .truncated(at: at) }
            let item = Self.item(bytes, at: at, size: size)
            switch prefix >> 2 & 3 {
            case 0: try parseMain(item)
            case 1: try parseGlobal(item)
            case 2: try parseLocal(item)
            default: break
            }
            at += 1 + size
        }
        guard collections.isEmpty, local.delimiterDepth == 0 else { throw .unclosed }
    }

    private static func item(_ bytes: [UInt8], at: Int, size: Int) -> Item {
        var value: UInt32 = 0
        for index in 0..<size { value |= UInt32(bytes[at + 1 + index]) << UInt32(8 * index) }
        let signed: Int32 =
            switch size {
            case 1: Int32(Int8(truncatingIfNeeded: value))
            case 2: Int32(Int16(truncatingIfNeeded: value))
            default: Int32(bitPattern: value)
            }
        return Item(at: at, tag: bytes[at] >> 4, size: size, unsigned: value, signed: signed)
    }

    // MARK: Global items

    private mutating func parseGlobal(_ item: Item) throws(DescriptorError) {
        switch item.tag {
        case 0x0: global.usagePage = item.unsigned & 0xFFFF
        case 0x1: global.logicalMinimum = Int64(item.signed)
        // Signed only if the current minimum is negative: `15 00 25 FF` means 255.
        case 0x2: global.logicalMaximum = global.logicalMinimum < 0 ? Int64(item.signed) : Int64(item.unsigned)
        case 0x3, 0x4, 0x5, 0x6: break
        case 0x7:
            guard item.unsigned <= 256 else { throw .badReportSize(at: item.at) }
            global.reportSize = Int(item.unsigned)
        case 0x8:
            guard item.unsigned >= 1, item.unsigned <= 255 else { throw .badReportID(at: item.at) }
            global.reportID = UInt8(item.unsigned)
        case 0x9:
            guard item.unsigned <= UInt32(Self.maximumUsages) else { throw .badReportCount(at: item.at) }
            global.reportCount = Int(item.unsigned)
        case 0xA:
            guard stack.count < Self.maximumNesting else { throw .nestedTooDeep(at: item.at) }
            stack.append(global)
        case 0xB:
            guard let saved = stack.popLast() else { throw .unbalanced(at: item.at) }
            global = saved
        default: throw .unknownItem(at: item.at)
        }
    }

    // MARK: Local items

    private mutating func parseLocal(_ item: Item) throws(DescriptorError) {
        // Alternatives are in order of preference: only the first set counts.
        let isIgnored = local.delimiterSets > 1
        switch item.tag {
        case 0x0 where !isIgnored:
            add(UsageRange(first: item.unsigned, count: 1), size: item.size)
        case 0x1 where !isIgnored:
            local.minimum = item.unsigned
        case 0x2 where !isIgnored:
            guard item.unsigned >= local.minimum else { return }
            let count = Int(item.unsigned - local.minimum) + 1
            add(UsageRange(first: local.minimum, count: count), size: item.size)
        case 0xA where item.unsigned != 0:
            guard local.delimiterDepth == 0 else { throw .unbalanced(at: item.at) }
            local.delimiterDepth = 1
            local.delimiterSets += 1
        case 0xA:
            guard local.delimiterDepth == 1 else { throw .unbalanced(at: item.at) }
            local.delimiterDepth = 0
        default: break
        }
    }

    private mutating func add(_ range: UsageRange, size: Int) {
        var range = range
        range.count = min(range.count, Self.maximumUsages - local.usageCount)
        guard range.count > 0 else { return }
        let isExtended = size > 2
        if !isExtended { range.first = range.first & 0xFFFF | global.usagePage << 16 }
        local.usageCount += range.count
        local.usages.append((range, isExtended))
    }

    /// Gives usages the page in effect at the main item, except those before one that already has it.
    private mutating func completePages() {
        for index in local.usages.indices.reversed() where !local.usages[index].isExtended {
            let raw = local.usages[index].range.first
            if raw >> 16 == global.usagePage { return }
            local.usages[index].range.first = raw & 0xFFFF | global.usagePage << 16
        }
    }

    // MARK: Main items

    private mutating func parseMain(_ item: Item) throws(DescriptorError) {
        completePages()
        switch item.tag {
        case 0x8: try addField(.input, item)
        case 0x9: try addField(.output, item)
        case 0xB: try addField(.feature, item)
        case 0xA:
            guard collections.count < Self.maximumNesting else { throw .nestedTooDeep(at: item.at) }
            let usage = local.usages.first.map { Usage(raw: $0.range.first) }
            let isApplication = item.unsigned & 0xFF == 1
            collections.append((isApplication, usage))
            if isApplication, let usage { result.applications.append(usage) }
        case 0xC:
            guard collections.popLast() != nil else { throw .unbalanced(at: item.at) }
        default: break
        }
        local = Local()
    }

    private mutating func addField(_ type: ReportType, _ item: Item) throws(DescriptorError) {
        guard global.logicalMaximum >= global.logicalMinimum else { throw .badLogicalRange(at: item.at) }
        let key = ReportDescriptor.ReportKey(type: type, id: global.reportID)
        let offset = result.reportBitCounts[key] ?? 0
        let bits = global.reportSize * global.reportCount
        guard offset + bits <= Self.maximumReportBits else { throw .reportTooLong(id: global.reportID) }
        result.reportBitCounts[key] = offset + bits
        let isConstant = item.unsigned & 1 == 1
        guard bits > 0, !isConstant, !local.usages.isEmpty else { return }
        let fields = (fieldCounts[key] ?? 0) + 1
        guard fields <= Self.maximumFieldsPerReport else { throw .tooManyFields(id: global.reportID) }
        fieldCounts[key] = fields
        result.fields.append(
            ReportField(
                type: type, reportID: global.reportID, bitOffset: offset, elementBits: global.reportSize,
                count: global.reportCount, logicalMinimum: global.logicalMinimum,
                logicalMaximum: global.logicalMaximum, isVariable: item.unsigned & 2 == 2,
                application: collections.last { $0.isApplication }?.usage, usages: local.usages.map(\.range)))
    }
}
