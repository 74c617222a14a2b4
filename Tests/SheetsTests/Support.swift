import DepotModel
import Foundation
import Sheets

/// A sheet as it was understood.
struct Read {
    var layout: SheetLayout
    var records: [SheetRecord]

    var rows: [SheetRow] { records.compactMap { if case .row(let row) = $0 { row } else { nil } } }
    var problems: [String] {
        records.compactMap {
            if case .wrong(let note) = $0 { "\(note.row)/\(note.line): \(note.message)" } else { nil }
        }
    }

    /// The texts of a field, with nil for blank cells.
    func texts(_ field: SheetField) -> [String?] { rows.map { $0.text(field) } }

    /// The days of a field.
    func days(_ field: SheetField) -> [String?] {
        rows.map { if case .day(let day)? = $0[field] { day.description } else { nil } }
    }

    /// The amounts of a field.
    func amounts(_ field: SheetField) -> [String?] {
        rows.map { if case .amount(let amount)? = $0[field] { amount.description } else { nil } }
    }
}

/// Reads a sheet as an import does, in pieces of a size.
func read(
    _ bytes: [UInt8], _ kind: SheetKind = .assets, piece: Int = 65_536,
    _ change: (inout SheetOptions) -> Void = { _ in }
) throws -> Read {
    var options = SheetOptions()
    change(&options)
    let pieces = stride(from: 0, to: bytes.count, by: piece).map { Array(bytes[$0..<min($0 + piece, bytes.count)]) }
    var inspection = SheetInspection()
    for piece in pieces { inspection.feed(piece[...]) }
    var survey = try SheetSurvey(kind, options, inspection)
    for piece in pieces { try survey.feed(piece) }
    let layout = try survey.finish()
    var reader = SheetReader(layout, options)
    let records = pieces.flatMap { reader.feed($0) } + reader.finish()
    return Read(layout: layout, records: records)
}

func read(
    _ text: String, _ kind: SheetKind = .assets, piece: Int = 65_536, _ change: (inout SheetOptions) -> Void = { _ in }
) throws -> Read {
    try read(Array(text.utf8), kind, piece: piece, change)
}

/// The error in which reading ends.
func refusal(_ bytes: [UInt8], _ change: (inout SheetOptions) -> Void = { _ in }) -> DepotError? {
    do {
        _ = try read(bytes, .assets, piece: 65_536, change)
        return nil
    } catch {
        return error as? DepotError
    }
}
