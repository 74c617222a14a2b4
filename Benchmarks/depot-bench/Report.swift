import DepotAPI
import Foundation

/// A figure with its limit.
struct ReportRow: Encodable, Sendable {
    /// The bound of a ratio.
    enum Goal: Encodable, Sendable {
        case atMost(Double), atLeast(Double)

        func isMet(by value: Double) -> Bool {
            switch self {
            case .atMost(let bound): value <= bound
            case .atLeast(let bound): value >= bound
            }
        }

        /// `{"at_most": 2}`.
        func encode(to encoder: any Encoder) throws {
            switch self {
            case .atMost(let bound): try ["at_most": bound].encode(to: encoder)
            case .atLeast(let bound): try ["at_least": bound].encode(to: encoder)
            }
        }
    }

    /// A number with its unit.
    struct Quantity: Encodable, Sendable {
        var value: Double
        var unit: String

        init(_ value: Double, _ unit: String) {
            self.value = value
            self.unit = unit
        }
    }

    var figure: String
    var ours: Quantity?
    /// The limit of the machine or of the same server, measured in the same run except for fixed bounds.
    var limit: Quantity?
    /// The ratio of the figure to the limit.
    var ratio: Double?
    var goal: Goal
    var isMet: Bool
    /// The number of cores that other programs kept busy during the measurement.
    var othersCores: Double
    /// The other quantities of the measurement, by name with unit.
    var details: [String: Double]
    /// The reason for which the figure could not be measured, or nil.
    var failure: String?

    /// Creates a measured figure.
    init(
        _ figure: String, ours: Quantity, limit: Quantity, goal: Goal, othersCores: Double,
        details: [String: Double] = [:]
    ) {
        self.figure = figure
        self.ours = ours
        self.limit = limit
        self.goal = goal
        self.othersCores = othersCores
        self.details = details
        let ratio = limit.value > 0 ? ours.value / limit.value : 0
        self.ratio = ratio
        isMet = limit.value > 0 && goal.isMet(by: ratio)
    }

    /// Creates a figure that could not be measured.
    init(_ figure: String, goal: Goal, failure: any Error) {
        self.figure = figure
        self.goal = goal
        self.failure = "\(failure)"
        isMet = false
        othersCores = 0
        details = [:]
    }

    enum CodingKeys: String, CodingKey {
        case figure, ours, limit, ratio, goal, details, failure
        case isMet = "met"
        case othersCores = "others_cores"
    }
}

/// The figures of one run.
struct Report: Encodable, Sendable {
    var version = StationAPI.programVersion
    /// The time of the run in ISO 8601, UTC.
    var at: String
    var machine: Machine
    var assets: Int
    var rows: [ReportRow]

    /// Writes the report as JSON with sorted keys, and creates the folder if it does not exist.
    func write(to path: String) throws {
        let file = URL(fileURLWithPath: path)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        try encoder.encode(self).write(to: file, options: .atomic)
    }

    /// Returns the report as text: one line per figure, with its details below.
    var table: String {
        let heads = ["figure", "ours", "limit", "ratio", "goal", "", "others"]
        let cells = rows.map(\.cells)
        let widths = heads.indices.map { column in
            ([heads[column]] + cells.map { $0[column] }).map(\.count).max() ?? 0
        }
        func line(_ cells: [String]) -> String {
            let padded = zip(cells, widths).enumerated().map { column, cell in
                let space = String(repeating: " ", count: max(0, cell.1 - cell.0.count))
                // Numbers are right-aligned.
                return (1...3).contains(column) ? space + cell.0 : cell.0 + space
            }
            let text = padded.joined(separator: "  ")
            return String(text.prefix(text.count - text.reversed().prefix { $0 == " " }.count)) + "\n"
        }
        var text = "\ndepotd \(version) on \(machine.cores) cores, \(machine.processor), \(machine.fileSystem), \(at)\n"
        if !machine.isOptimised { text += "Built without optimisation: these figures mean nothing.\n" }
        text += "\n" + line(heads) + line(widths.map { String(repeating: "-", count: $0) })
        for (row, cells) in zip(rows, cells) {
            text += line(cells)
            if let failure = row.failure { text += "    not measured: \(failure)\n" }
            for (name, value) in row.details.sorted(by: { $0.key < $1.key }) {
                text += "    \(name): \(short(value))\n"
            }
        }
        let (unknown, met) = (rows.count { $0.failure != nil }, rows.count { $0.isMet })
        text += "\n\(met) of \(rows.count) figures meet their goal"
        text += unknown == 0 ? ".\n" : "; \(unknown) could not be measured.\n"
        text += "others: cores that other programs kept busy meanwhile; a noisy figure proves nothing, repeat it.\n"
        return text
    }
}

extension ReportRow {
    /// The number of cores kept busy by other programs beyond which a ratio is unreliable, since they affect one thread and
    /// many threads differently.
    private static let noise = 0.2

    private var verdict: String {
        guard failure == nil else { return "?" }
        return (isMet ? "met" : "MISSED") + (othersCores > Self.noise ? ", noisy" : "")
    }

    fileprivate var cells: [String] {
        let bound =
            switch goal {
            case .atMost(let value): "≤ \(short(value))"
            case .atLeast(let value): "≥ \(short(value))"
            }
        return [
            figure, ours?.text ?? "–", limit?.text ?? "–", ratio.map(short) ?? "–", bound,
            verdict,
            "\(short(othersCores)) cores",
        ]
    }
}

extension ReportRow.Quantity {
    fileprivate var text: String { "\(short(value)) \(unit)" }
}

/// Returns a number with three significant digits, without an exponent.
private func short(_ value: Double) -> String {
    let size = abs(value)
    return String(format: size >= 100 ? "%.0f" : size >= 10 ? "%.1f" : "%.2f", value)
}
