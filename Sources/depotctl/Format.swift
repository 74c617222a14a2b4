import DepotAPI
import DepotModel
import Glibc

/// The text forms of values for people.
enum Format {
    /// Returns the local time, such as `14:03:22` today and `2026-11-20 14:03` on another day.
    static func time(_ time: Timestamp?) -> String {
        guard let time, let then = local(time.milliseconds / 1000) else { return "" }
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        if let today = local(Int64(now.tv_sec)), today.tm_yday == then.tm_yday, today.tm_year == then.tm_year {
            return "\(two(then.tm_hour)):\(two(then.tm_min)):\(two(then.tm_sec))"
        }
        return "\(Int(then.tm_year) + 1900)-\(two(then.tm_mon + 1))-\(two(then.tm_mday)) "
            + "\(two(then.tm_hour)):\(two(then.tm_min))"
    }

    /// Returns a number of seconds as `12 s`, `5 min`, `3 h 12 min` or `4 d 3 h`.
    static func duration(_ seconds: Int64) -> String {
        switch seconds {
        case ..<60: "\(seconds) s"
        case ..<3600: "\(seconds / 60) min"
        case ..<86_400: "\(seconds / 3600) h \(seconds / 60 % 60) min"
        default: "\(seconds / 86_400) d \(seconds / 3600 % 24) h"
        }
    }

    /// Returns a number of bytes as `512 B`, `4.0 KiB` or `12.3 MiB`.
    static func bytes(_ count: Int64) -> String {
        var tenths = count.multipliedReportingOverflow(by: 10).partialValue
        guard count >= 1024 else { return "\(count) B" }
        for unit in ["KiB", "MiB", "GiB", "TiB"] {
            tenths /= 1024
            if tenths < 10_240 { return "\(tenths / 10).\(tenths % 10) \(unit)" }
        }
        return "\(tenths / 10_240) PiB"
    }

    /// Returns a candidate such as `asset IT-0042 (MacBook Pro)`.
    static func match(_ match: Match) -> String {
        Output.printable("\(match.kind) \(match.label)" + (match.detail.map { " (\($0))" } ?? ""))
    }

    /// Returns aligned lines of names and values; those without a value are left out.
    static func pairs(_ pairs: [(String, String?)]) -> String {
        let shown = pairs.compactMap { name, value in value.flatMap { $0.isEmpty ? nil : (name, $0) } }
        let width = shown.map { displayWidth($0.0) }.max() ?? 0
        return shown.map { name, value in
            name + String(repeating: " ", count: width - displayWidth(name) + 2) + Output.printable(value)
        }.joined(separator: "\n")
    }

    /// Returns the colour of an outcome, red if a person must look.
    static func colour(_ outcome: ScanOutcome) -> Output.Colour {
        switch outcome {
        case .applied: .green
        case .shown: .blue
        case .alreadySo, .duplicate: .yellow
        default: .red
        }
    }

    /// Returns an event on one line.
    static func event(_ event: LedgerEvent) -> String {
        let asset = event.asset.map { "\($0.tag): " } ?? ""
        let message =
            event.message ?? asset + [event.from?.name, event.to?.name].compactMap(\.self).joined(separator: " → ")
        let colour: Output.Colour? =
            switch event.kind {
            case .scannerFailed: .red
            default: event.outcome.map(colour)
            }
        return line(
            event.number.description, event.at, Table.Cell(event.outcome?.rawValue ?? event.kind.rawValue, colour),
            message)
    }

    /// Returns a row of the scan journal on one line.
    static func scan(_ scan: JournalledScan) -> String {
        // A code that silence ended may be incomplete.
        let end = scan.endedBy == "silence" ? " (silence)" : ""
        let length = scan.length.map { "… (\($0) bytes)" } ?? ""
        let repeats = scan.repeats.map { " (and \($0) more)" } ?? ""
        return line(
            scan.number.description, scan.at, Table.Cell(scan.outcome.rawValue, colour(scan.outcome)),
            "\(scan.text ?? "0x" + scan.raw)\(length)\(end)\(repeats)  \(scan.message)")
    }

    private static func line(_ number: String, _ at: Timestamp, _ word: Table.Cell, _ message: String) -> String {
        let start = pad(number, 6, right: true) + "  " + pad(time(at), 8) + "  "
        let kind = pad(truncated(word.text, to: 18), 14)
        let room = max(10, Table.width - displayWidth(start + kind) - 2)
        return start + Output.coloured(kind, word.colour) + "  " + truncated(Output.printable(message), to: room)
    }

    private static func pad(_ text: String, _ width: Int, right: Bool = false) -> String {
        let blanks = String(repeating: " ", count: max(0, width - displayWidth(text)))
        return right ? blanks + text : text + blanks
    }

    private static func local(_ seconds: Int64) -> tm? {
        var time = time_t(seconds)
        var result = tm()
        return localtime_r(&time, &result) == nil ? nil : result
    }

    private static func two(_ number: Int32) -> String { (number < 10 ? "0" : "") + String(number) }
}
