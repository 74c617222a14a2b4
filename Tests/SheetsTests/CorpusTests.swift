import DepotModel
import DepotTestKit
import Foundation
import Sheets
import Testing

/// The sheets of `Tests/Corpus/sheets`, as other programs save them, and the table of them in the documentation.
@Suite struct CorpusTests {
    private static let folder = Programs.repository.appendingPathComponent("Tests/Corpus/sheets")

    /// The kind of a sheet, and the columns that have to be mapped.
    private static let sheets: [(name: String, kind: SheetKind, map: [String: String])] = [
        ("snipe-it-report.csv", .assets, [:]), ("snipe-it-users.csv", .people, [:]),
        ("snipe-it-locations.csv", .locations, [:]), ("atech-export.csv", .assets, [:]),
        ("incident-iq-export.csv", .assets, [:]), ("homebox-export.csv", .assets, [:]),
        ("shelf-export.csv", .assets, [:]), ("excel-english.csv", .assets, [:]),
        ("excel-german.csv", .assets, ["Inv.-Nr.": "asset_tag", "Seriennummer": "serial"]),
        ("excel-unicode-text.txt", .assets, [:]), ("libreoffice-french.csv", .assets, [:]),
        ("library-people.csv", .people, [:]),
    ]

    private func sheet(_ name: String) throws -> Read {
        let sheet = try #require(Self.sheets.first { $0.name == name })
        let bytes = try Data(contentsOf: Self.folder.appendingPathComponent(name))
        return try read(Array(bytes), sheet.kind) { $0.map = sheet.map }
    }

    @Test func everySheetIsReadWithoutAnError() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
        #expect(Set(files) == Set(Self.sheets.map(\.name)))
        for (name, _, _) in Self.sheets {
            let sheet = try sheet(name)
            #expect(sheet.problems == [], "\(name)")
            #expect(sheet.rows.count == sheet.layout.rows && sheet.layout.rows > 1, "\(name)")
        }
    }

    @Test func theirCellsAreWhatTheyMean() throws {
        let german = try sheet("excel-german.csv")
        #expect(german.texts(.tag) == ["BÜ-001", "BÜ-002", "BÜ-003"])
        #expect(german.amounts(.purchaseCost) == ["1450.00", "299.90", "27.83"])
        #expect(german.days(.purchaseDate) == ["2023-01-15", "2023-02-03", "2022-12-11"])
        #expect(german.rows.map(\.warnings.count) == [0, 0, 1])
        let french = try sheet("libreoffice-french.csv")
        #expect(french.amounts(.purchaseCost) == ["1234.56", "27.83", "0.99"])
        #expect(french.days(.purchaseDate) == ["2022-10-23", "2024-06-05", "2022-10-06"])
        let incident = try sheet("incident-iq-export.csv")
        #expect(incident.days(.purchaseDate) == ["2023-08-15", "2023-09-02", "2023-10-11"])
        #expect(incident.texts(.assignee) == ["Chen, Sarah", nil, nil])
        #expect(incident.texts(.status) == ["In Use", "Available", "Broken"])
        let snipe = try sheet("snipe-it-report.csv")
        #expect(snipe.amounts(.purchaseCost) == ["3499.00", "1450.00", "749.90"])
        #expect(snipe.rows.map { $0[.warrantyMonths] } == [.months(36), .months(36), .months(24)])
        #expect(snipe.texts(.employeeNumber) == ["1007", nil, nil])
        let homebox = try sheet("homebox-export.csv")
        #expect(
            homebox.texts(.tag) == ["000-001", "000-002"] && homebox.texts(.modelNumber) == ["GSR 12V", "U2723QE"])
        #expect(homebox.rows[0].cells.contains { $0.target == .custom("Voltage") && $0.value == .text("12 V") })
        let shelf = try sheet("shelf-export.csv")
        #expect(
            shelf.texts(.tag) == ["clx0001abc", "clx0002abc"] && shelf.amounts(.purchaseCost) == ["2450.00", "120.00"])
        #expect(try sheet("excel-unicode-text.txt").days(.purchaseDate) == ["2022-10-23", "2022-10-24"])
    }

    @Test func theTableInTheDocumentationIsTheirs() throws {
        var lines = [
            "| sheet | kind | encoding | separator | rows | read | not read | found out |",
            "|---|---|---|---|---|---|---|---|",
        ]
        for (name, kind, map) in Self.sheets {
            let (layout, assumed) = (try sheet(name).layout, try sheet(name).layout.assumed)
            let columns = assumed.columns.map { $0.heading == $0.field ? $0.field : "\($0.heading) → `\($0.field)`" }
            let choices = (assumed.dates + assumed.decimals).map { "\($0.column ?? ""): \($0.value), \($0.reason)" }
            let mapped = map.isEmpty ? "" : " (mapped: \(map.keys.sorted().joined(separator: ", ")))"
            let cells = [
                "`\(name)`", kind.rawValue, assumed.encoding.value, assumed.separator.value, "\(layout.rows)",
                columns.joined(separator: ", ") + mapped, assumed.unused.joined(separator: ", "),
                choices.joined(separator: "; "),
            ]
            lines.append(
                "| " + cells.map { $0.replacingOccurrences(of: "|", with: "\\|") }.joined(separator: " | ") + " |")
        }
        let differences = try GeneratedSection.differences(in: "docs/sheets.md", from: lines.joined(separator: "\n"))
        #expect(differences.isEmpty, "make reference mends this: \(differences.joined(separator: "\n"))")
    }
}
