import BarcodeData
import DepotTestKit
import HIDDecoding

extension FuzzEntry {
    static let scanners: [FuzzEntry] = [descriptor, decoder("wedge", .keyboardWedge), decoder("hid-pos", .hidPOS)]

    private static let descriptor = FuzzEntry("report-descriptor", CorpusCase.all.map(\.descriptor)) { bytes in
        guard let parsed = try? ReportDescriptor(parsing: bytes) else { return }
        try requireEqual(try ReportDescriptor(parsing: bytes), parsed, "parsed again")
        var ends: [[Int]: Int] = [:]
        for field in parsed.fields {
            let key = [Int(field.type.rawValue), Int(field.reportID)]
            try require(field.bitOffset >= ends[key] ?? 0, "fields do not overlap")
            ends[key] = field.bitOffset + field.elementBits * field.count
            try require(
                ends[key] ?? 0 <= parsed.bitCount(field.type, id: field.reportID) ?? 0, "a field is within its report")
        }
        _ = (parsed.isBarcodeScanner, parsed.isKeyboard, parsed.inputReportLength())
    }

    /// The descriptors of the corpus, of which an input chooses one, and after them the input's own.
    private static let descriptors = Array(Set(CorpusCase.all.map(\.descriptor)))
        .sorted { $0.lexicographicallyPrecedes($1) }

    /// An input is a byte of options, the descriptor's number, and steps: a byte of time, the count of bytes, the bytes.
    /// Counts from 0xF0 stand for silence, an interruption and an unplugging.
    private static func decoder(_ name: String, _ kind: ScannerKind) -> FuzzEntry {
        let cases = CorpusCase.all.filter { ($0.kind == "hid_pos") == (kind == .hidPOS) }
        let seeds = cases.map { item -> [UInt8] in
            var seed: [UInt8] = [0, UInt8(descriptors.firstIndex(of: item.descriptor) ?? 0)]
            for (_, step) in item.steps.prefix(200) {
                switch step {
                case .report(let report): seed += [1, UInt8(clamping: min(report.count, 0xEF))] + report.prefix(0xEF)
                case .expire: seed += [0xFF, 0xF0]
                case .unplug: seed += [1, 0xF3]
                }
            }
            return seed
        }
        return FuzzEntry(name, seeds) { bytes in
            var input = FuzzInput(bytes)
            let (options, number) = (input.byte(), Int(input.byte()))
            let descriptor = number < descriptors.count ? descriptors[number] : input.bytes(Int(input.byte()))
            let vendors: [UInt16] = [0x0C2E, 0x1EAB, 0x05E0, 0x05F9]
            let description = ScannerDescription(
                identity: "usb:1:1", vendorID: vendors[Int(options & 3)], productID: 1, manufacturer: nil, product: nil,
                serial: nil, port: "1-1", interface: 0, kind: kind, reportDescriptor: descriptor)
            let terminators = WedgeOptions.TerminatorSetting.allCases
            let wedge = WedgeOptions(
                interKeyTimeoutMicroseconds: options & 4 == 0 ? nil : 50_000,
                terminator: terminators[Int(options >> 3 & 3) % terminators.count],
                requiresTerminator: options & 32 != 0, controlKeys: options & 64 == 0 ? [:] : [0x41: 0x1D])
            guard var decoder = try? ScannerDecoder(description, wedge: wedge) else { return }
            var at: UInt64 = 1_000_000
            decoder.attach(at: at)
            var decoded: [Decoded] = []
            while !input.rest.isEmpty {
                let time = UInt64(input.byte())
                at += time * time * 100
                let count = input.byte()
                switch count {
                case 0xF0: decoded += decoder.quiet(until: max(at, decoder.deadline ?? at))
                case 0xF1: decoder.interrupt(.lostReports, at: at)
                case 0xF2: decoder.interrupt(.busError, at: at)
                case 0xF3: decoded += decoder.disconnect()
                default:
                    let since = time & 1 == 0 ? at : at - min(at, time * 50)
                    decoded += decoder.feed(HIDReport(input.bytes(Int(count)), since: since, at: at))
                }
            }
            decoded += decoder.quiet(until: .max)
            try require(decoder.deadline == nil, "nothing is open after endless silence")
            try require(decoder.disconnect().isEmpty, "nothing is in progress after endless silence")
            for case .scan(let scan) in decoded {
                try require(scan.bytes.count <= RawScan.maximumBytes, "the length of a code")
                try require(scan.length ?? .max > scan.bytes.count, "the length of a cut code")
                try require(scan.firstReportAt <= scan.lastReportAt, "the times of a code")
            }
        }
    }

    /// An input is the symbology's number and the code.
    static let barcode = FuzzEntry(
        "barcode",
        [
            "]C1010952123454321321SN-7\u{1d}8004X", "https://id.gs1.org/01/09521234543213/10/ABC123/21/12345",
            "[)>\u{1e}06\u{1d}1P20XY-77\u{1d}SPF0ABCDE\u{1e}\u{4}",
            "BEGIN:VCARD\r\nUID:1\r\nEMAIL;A=\"b:c\":d\r\n e\r\n",
            #"MECARD:N:Doe\;x;EMAIL:a\:b;;"#, "https://a.example/x/a/000-123", "@\n\u{1e}\rANSI 636000100002DL",
            "(414)9521321000018(254)ROOM-3", "DEPOT:OPERATOR:BADGE:1", "LOC:R 1", "3753759532",
        ].map { [0] + Array($0.utf8) }
    ) { bytes in
        var formats = BarcodeFormats()
        formats.baseURLs = ["https://a.example/x"]
        formats.maximumBytes = 8192
        let reader = BarcodeReader(formats: formats)
        let symbologies: [String?] = [nil, "]C1", "]d2", "]Q3", "]A1", "", "]", "ü", "]C12"]
        let symbology = symbologies[Int(bytes.first ?? 0) % symbologies.count]
        let code = Array(bytes.dropFirst())
        let reading = reader.read(code, symbology: symbology)
        try requireEqual(reader.read(code, symbology: symbology), reading, "read again")
        try require(displayText(code).count <= 200, "the length of what is shown")
        let text = String(decoding: code, as: UTF8.self)
        _ = (reader.isBadge(text), reader.badge(text))
        guard case .identifiers(let list) = reading else { return }
        try require((1...BarcodeReader.maximumIdentifiers).contains(list.count), "the number of readings")
        try require(list.allSatisfy { !$0.value.isEmpty && $0.rule.utf8.count <= 80 }, "no reading is empty")
        try require(
            Set(list.map { "\($0.kind.rawValue) \($0.value)" }).count == list.count, "no reading is there twice")
        let firstDerived = list.firstIndex(where: \.isDerived) ?? list.count
        try require(firstDerived > 0 && list[firstDerived...].allSatisfy(\.isDerived), "exact ones come first")
    }
}
