public import Foundation

/// A case of the corpus of scanners, which has a folder per device and scenario under `Tests/Corpus`.
///
/// `header.txt` describes the case and its source, `descriptor.hex` and `reports.txt` hold the device's data, and
/// `expected.ndjson` the expected results.
public struct CorpusCase: Sendable, CustomStringConvertible {
    /// A line of `reports.txt`: microseconds, and a report, `expire` or `unplug`.
    public enum Step: Sendable {
        case report([UInt8])
        case expire
        case unplug
    }

    /// A line of `expected.ndjson`.
    public enum Expected: Sendable, Equatable {
        case scan([UInt8], symbology: String?)
        case broken([UInt8], reason: String)
        case reply([UInt8])
    }

    /// The folder's name: `VVVV_PPPP_scenario`.
    public var name: String
    /// The keys and values of `header.txt`.
    public var header: [String: String]
    /// The report descriptor.
    public var descriptor: [UInt8]
    /// The steps with their times in microseconds.
    public var steps: [(at: UInt64, step: Step)]
    /// The expected results.
    public var expected: [Expected]

    /// The folder's name.
    public var description: String { name }
    /// The USB vendor id from the name.
    public var vendor: UInt16 { UInt16(name.prefix(4), radix: 16) ?? 0 }
    /// The USB product id from the name.
    public var product: UInt16 { UInt16(name.dropFirst(5).prefix(4), radix: 16) ?? 0 }
    /// The protocol, `keyboard_wedge` or `hid_pos`.
    public var kind: String { header["kind"] ?? "" }
    /// The name of the keyboard layout.
    public var layout: String { header["layout"] ?? "us" }

    /// The names of all folders of devices, readable or not, in order.
    public static let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [])
        .filter { $0 != "sheets" }.sorted()

    /// Every case in the order of names.
    public static let all = names.compactMap { try? CorpusCase(folder.appendingPathComponent($0)) }

    private static let folder = Programs.repository.appendingPathComponent("Tests/Corpus")

    /// Reads the case in a folder.
    public init(_ folder: URL) throws {
        func lines(_ file: String) throws -> [String] {
            try String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8)
                .split(separator: "\n").map { $0.split(separator: "#", omittingEmptySubsequences: false)[0] }
                .map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
        }
        name = folder.lastPathComponent
        header = [:]
        for line in try String(contentsOf: folder.appendingPathComponent("header.txt"), encoding: .utf8)
            .split(separator: "\n")
        {
            let parts = line.split(separator: ":", maxSplits: 1)
            if parts.count == 2 { header[String(parts[0])] = parts[1].trimmingCharacters(in: .whitespaces) }
        }
        descriptor = try bytes(lines("descriptor.hex").joined())
        steps = try lines("reports.txt").map { line in
            let parts = line.split(separator: " ", maxSplits: 1)
            guard parts.count == 2, let at = UInt64(parts[0]) else { throw KitError("reports.txt: \(line)") }
            return switch parts[1] {
            case "expire": (at, .expire)
            case "unplug": (at, .unplug)
            default: (at, .report(try bytes(String(parts[1]))))
            }
        }
        expected = try String(contentsOf: folder.appendingPathComponent("expected.ndjson"), encoding: .utf8)
            .split(separator: "\n").map { try CorpusCase.expected(String($0)) }
    }

    private static func expected(_ line: String) throws -> Expected {
        guard let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: String] else {
            throw KitError("expected.ndjson: \(line)")
        }
        if let text = object["scan"] { return .scan(Array(text.utf8), symbology: object["symbology"]) }
        if let hex = object["scan_hex"] { return .scan(try bytes(hex), symbology: object["symbology"]) }
        if let reason = object["broken"] { return .broken(try bytes(object["hex"] ?? ""), reason: reason) }
        return .reply(try bytes(object["reply"] ?? ""))
    }
}

/// Returns the bytes of hexadecimal digits; white space is ignored.
public func bytes(_ hex: String) throws(KitError) -> [UInt8] {
    let digits = hex.filter { !$0.isWhitespace }
    var result: [UInt8] = []
    var rest = digits[...]
    while !rest.isEmpty {
        guard let byte = UInt8(rest.prefix(2), radix: 16), rest.count >= 2 else {
            throw KitError("not hexadecimal: \(hex)")
        }
        result.append(byte)
        rest = rest.dropFirst(2)
    }
    return result
}

/// Returns bytes in lower-case hexadecimal digits.
public func hex(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}
