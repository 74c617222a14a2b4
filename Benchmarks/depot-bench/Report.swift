import DepotAPI
import Foundation

/// One figure: what was measured, against what.
struct ReportRow: Encodable, Sendable {
    /// On which side of its goal a ratio has to lie.
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
    /// What the machine, or the same server, can do at best; measured in the same run, except for fixed bounds.
    var limit: Quantity?
    /// Ours / limit.
    var ratio: Double?
    var goal: Goal
    var isMet: Bool
    /// Cores that other programs kept busy meanwhile.
    var othersCores: Double
    /// Everything else that was measured with it, by name with unit.
    var details: [String: Double]
    /// Why it could not be measured.
    var failure: String?

    /// A measured figure.
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

    /// A figure that could not be measured.
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

/// Everything that one run measured.
struct Report: Encodable, Sendable {
    var version = StationAPI.programVersion
    /// ISO 8601, UTC.
    var at: String
    var machine: Machine
    var assets: Int
    var rows: [ReportRow]

    /// Writes it as JSON with sorted keys, making the folder where there is none.
    func write(to path: String) throws {
        let file = URL(fileURLWithPath: path)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        try encoder.encode(self).write(to: file, options: .atomic)
    }

    /// For people: one line a figure, its details below.
    var table: String {
        let heads = ["figure", "ours", "limit", "ratio", "goal", "", "others"]
        let cells = rows.map(\.cells)
        let widths = heads.indices.map { column in
            ([heads[column]] + cells.map { $0[column] }).map(\.count).max() ?? 0
        }
        func line(_ cells: [String]) -> String {
            let padded = zip(cells, widths).enumerated().map { column, cell in
                let space = String(repeating: " ", count: max(0, cell.1 - cell.0.count))
                // Numbers stand at the right.
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
    /// Beyond this many cores kept busy by others a ratio says little: one thread and many suffer differently.
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

/// Three digits that count, without an exponent.
private func short(_ value: Double) -> String {
    let size = abs(value)
    return String(format: size >= 100 ? "%.0f" : size >= 10 ? "%.1f" : "%.2f", value)
}
