/// The positions of the parts of a scanned data report, in bits from its first byte.
struct POSReportShape: Sendable {
    var length: Int
    var aim: [Int] = []
    var count: (offset: Int, bits: Int)?
    /// Runs of whole bytes.
    var data: [(offset: Int, bytes: Int)] = []
    var continued: [(offset: Int, field: ReportField)] = []

    /// The most "continued" elements examined: one is used, and real devices pad to a byte with the rest.
    private static let maximumContinued = 64

    static func shapes(of descriptor: ReportDescriptor) -> [UInt8: POSReportShape] {
        let lengths = descriptor.inputReportLengths
        let idBits = descriptor.hasNumberedInput ? 8 : 0
        var shapes: [UInt8: POSReportShape] = [:]
        for field in descriptor.fields where field.type == .input {
            guard interesting.contains(where: field.hasUsage) else { continue }
            let shape = POSReportShape(length: lengths[field.reportID] ?? 0)
            shapes[field.reportID, default: shape].add(field, idBits: idBits)
        }
        return shapes.filter { !$0.value.data.isEmpty }
    }

    private static let interesting: [Usage] =
        [.byteCount, .decodedData, .decodeDataContinued] + [0xFB, 0xFC, 0xFD].map { Usage(0x8C, $0) }

    private mutating func add(_ field: ReportField, idBits: Int) {
        let isContinuedSelector = !field.isVariable && field.hasUsage(.decodeDataContinued)
        for element in 0..<field.count {
            let offset = idBits + field.bitOffset + element * field.elementBits
            if isContinuedSelector {
                addContinued(offset, field)
                continue
            }
            guard let usage = field.usage(ofElement: element) else { continue }
            switch (usage.page, usage.id) {
            case (0x8C, 0xFB...0xFD) where field.elementBits == 8 && aim.count < 3: aim.append(offset)
            case (0x8C, 0xFE) where field.elementBits % 8 == 0: addData(offset, bytes: field.elementBits / 8)
            case (0x8C, 0xFF): addContinued(offset, field)
            case (0x01, 0x3B) where count == nil: count = (offset, field.elementBits)
            default: break
            }
        }
    }

    private mutating func addContinued(_ offset: Int, _ field: ReportField) {
        if continued.count < Self.maximumContinued { continued.append((offset, field)) }
    }

    private mutating func addData(_ offset: Int, bytes: Int) {
        if let last = data.indices.last, data[last].offset + data[last].bytes * 8 == offset {
            data[last].bytes += bytes
        } else {
            data.append((offset, bytes))
        }
    }
}

/// One scanned data report.
struct POSReport {
    var isShort: Bool
    var aim: [UInt8]
    /// The bytes that the count declares, but no more than the field has. Without a count, the field without the
    /// trailing NULs of the last part.
    var data: [UInt8]
    var isContinued: Bool
    /// The AIM bytes and the data field without trailing NULs: the part that a reply may use as it likes.
    var payload: [UInt8]

    init(_ report: [UInt8], _ shape: POSReportShape) {
        isShort = report.count < shape.length
        aim = shape.aim.map { UInt8(truncatingIfNeeded: reportBits(report, at: $0, count: 8)) }
        isContinued = shape.continued.contains { part in
            let raw = reportBits(report, at: part.offset, count: part.field.elementBits)
            guard !part.field.isVariable else { return raw != 0 }
            guard let selected = part.field.selection(raw) else { return false }
            return part.field.usage(selectedBy: selected) == .decodeDataContinued
        }
        var field: [UInt8] = []
        for run in shape.data {
            for index in 0..<run.bytes where (run.offset >> 3) + index < report.count {
                field.append(UInt8(truncatingIfNeeded: reportBits(report, at: run.offset + index * 8, count: 8)))
            }
        }
        payload = Self.withoutTrailingNULs(aim + field)
        if let count = shape.count {
            let declared = Int(reportBits(report, at: count.offset, count: count.bits))
            data = Array(field.prefix(declared))
        } else {
            data = isContinued ? field : Self.withoutTrailingNULs(field)
        }
    }

    private static func withoutTrailingNULs(_ bytes: [UInt8]) -> [UInt8] {
        let end = bytes.lastIndex { $0 != 0 }.map { $0 + 1 } ?? 0
        return Array(bytes[..<end])
    }
}
