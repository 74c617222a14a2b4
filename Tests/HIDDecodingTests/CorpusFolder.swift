import Foundation
import HIDDecoding
import Testing

/// One folder of `Tests/Corpus`: what a device says it is, what it sent, and what that must become.
struct CorpusFolder: Sendable, CustomTestStringConvertible {
    enum Step {
        case report(at: UInt64, [UInt8])
        case expire(at: UInt64)
        case unplug
    }

    enum Failure: Error {
        case line(String)
    }

    let name: String
    let header: [String: String]
    let descriptor: [UInt8]
    let steps: [Step]
    let expected: [Outcome]

    var testDescription: String { name }

    init(_ folder: URL) throws {
        func text(_ file: String) throws -> String {
            try String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8)
        }
        func lines(_ file: String) throws -> [Substring] {
            try text(file).split(separator: "\n")
        }
        name = folder.lastPathComponent
        header = try lines("header.txt").reduce(into: [:]) { header, line in
            guard let colon = line.firstRange(of: ": ") else { throw Failure.line(String(line)) }
            header[String(line[..<colon.lowerBound])] = String(line[colon.upperBound...])
        }
        let digits = try lines("descriptor.hex").map { $0.prefix { $0 != "#" } }.joined()
        descriptor = try bytes(hex: digits.filter { !$0.isWhitespace })
        steps = try lines("reports.txt").map { line in
            let words = line.split(separator: " ")
            guard words.count == 2, let at = UInt64(words[0]) else { throw Failure.line(String(line)) }
            return switch words[1] {
            case "expire": .expire(at: at)
            case "unplug": .unplug
            default: .report(at: at, try bytes(hex: String(words[1])))
            }
        }
        expected = try lines("expected.ndjson").map {
            try JSONDecoder().decode(Outcome.self, from: Data($0.utf8))
        }
    }

    /// The device as it would connect.
    func description() throws -> ScannerDescription {
        guard let vendor = UInt16(header["vid"] ?? "", radix: 16), let product = UInt16(header["pid"] ?? "", radix: 16),
            let kind = ScannerKind(rawValue: header["kind"] ?? "")
        else { throw Failure.line(name) }
        return ScannerDescription(
            identity: "port:1-1", vendorID: vendor, productID: product, manufacturer: nil, product: nil, serial: nil,
            port: "1-1", interface: 0, kind: kind, reportDescriptor: descriptor)
    }

    private static let corpus = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Corpus")

    /// The names of all folders of devices, readable or not.
    static let names = ((try? FileManager.default.contentsOfDirectory(atPath: corpus.path)) ?? [])
        .filter { $0 != "sheets" }.sorted()

    static let all = names.compactMap { try? CorpusFolder(corpus.appendingPathComponent($0)) }
}

/// A ``Decoded`` without its times: what a line of `expected.ndjson` says.
enum Outcome: Hashable, Decodable {
    case scan([UInt8], symbology: String?)
    case broken(String, [UInt8])
    case reply([UInt8])

    private enum Key: String, CodingKey {
        case scan, hexScan = "scan_hex", symbology, broken, hex, reply
    }

    init(from decoder: any Decoder) throws {
        let line = try decoder.container(keyedBy: Key.self)
        let symbology = try line.decodeIfPresent(String.self, forKey: .symbology)
        if let text = try line.decodeIfPresent(String.self, forKey: .scan) {
            self = .scan(Array(text.utf8), symbology: symbology)
        } else if let hex = try line.decodeIfPresent(String.self, forKey: .hexScan) {
            self = .scan(try bytes(hex: hex), symbology: symbology)
        } else if let reason = try line.decodeIfPresent(String.self, forKey: .broken) {
            self = .broken(reason, try bytes(hex: line.decode(String.self, forKey: .hex)))
        } else {
            self = .reply(try bytes(hex: line.decode(String.self, forKey: .reply)))
        }
    }

    init(_ decoded: Decoded) {
        self =
            switch decoded {
            case .scan(let scan): .scan(scan.bytes, symbology: scan.symbology)
            case .broken(let bytes, let reason): .broken(reason, bytes)
            case .reply(let bytes): .reply(bytes)
            case .flood(let bytes): .broken("flood", bytes)
            case .unread(let codes): .broken("\(codes) unread", [])
            }
    }

    static func text(_ text: String) -> Outcome { .scan(Array(text.utf8), symbology: nil) }
}

/// Bytes of hexadecimal digits.
func bytes(hex: String) throws -> [UInt8] {
    let digits = Array(hex.utf8)
    guard digits.count.isMultiple(of: 2) else { throw CorpusFolder.Failure.line(hex) }
    return try stride(from: 0, to: digits.count, by: 2).map {
        let pair = String(decoding: digits[$0..<$0 + 2], as: UTF8.self)
        guard let byte = UInt8(pair, radix: 16) else { throw CorpusFolder.Failure.line(hex) }
        return byte
    }
}
