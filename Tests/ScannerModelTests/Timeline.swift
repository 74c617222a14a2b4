import DepotModel
import Foundation
import HIDDecoding

/// A scenario for people.
enum Timeline {
    static func text(_ scenario: Scenario, _ typing: Scenario.Typing, _ log: [Entry], _ rows: [Row]) -> String {
        let unit = typing.unit
        var lines = [
            "\(unit.name): \(unit.ending.rawValue), \(unit.isGerman ? "de" : "us"), every \(seconds(unit.pace)) s,"
                + "\(unit.isKnown ? " known," : "")\(unit.isLame ? " lame," : "")\(unit.keeps ? " keeps what waits" : "")"
        ]
        lines += scenario.pauses.map { "  stopped \(seconds($0.lowerBound)) to \(seconds($0.upperBound))" }
        lines += typing.outages.map { "  \($0.kind.rawValue) \(seconds($0.from)) to \(seconds($0.to))" }
        lines += typing.codes.enumerated().map {
            "  code \($0.offset) “\($0.element.text)” typed \(seconds($0.element.from)) to \(seconds($0.element.to))"
        }
        var rows = rows[...]
        for (index, entry) in log.enumerated() {
            lines.append("  [\(index)] \(text(entry))")
            while let row = rows.first, row.entry == index {
                rows.removeFirst()
                lines.append("        → \(text(row))")
            }
        }
        return lines.joined(separator: "\n")
    }

    private static func text(_ entry: Entry) -> String {
        switch entry {
        case .fed(let report, let since, let at):
            let bytes = report.bytes.map { String(format: "%02x", $0) }.joined()
            let late = report.isLate ? ", late" : ""
            let damage = report.damage == .short ? ", short" : ""
            return "\(seconds(since)) … \(seconds(at)) code \(report.code) \(report.role)\(late)\(damage) \(bytes)"
        case .quiet(let moment): return "quiet until \(seconds(moment))"
        case .interrupted(let interruption, let at): return "\(seconds(at)) \(interruption.rawValue)"
        case .attached(let at): return "\(seconds(at)) attached"
        case .disconnected(let at): return "\(seconds(at)) disconnected"
        case .restarted(let at): return "\(seconds(at)) restarted"
        }
    }

    private static func text(_ row: Row) -> String {
        switch row.what {
        case .accepted(let scan, let outcome):
            "accepted “\(String(decoding: scan.bytes, as: UTF8.self))” by \(scan.endedBy.rawValue): \(outcome.rawValue)"
        case .broken(let bytes, let reason):
            "broken “\(String(decoding: bytes, as: UTF8.self).replacing("\r", with: "⏎"))”: \(reason)"
        }
    }

    private static func seconds(_ microseconds: UInt64) -> String { String(format: "%.4f", Double(microseconds) / 1e6) }
}
