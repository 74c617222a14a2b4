import DepotAPI
import DepotModel
import DepotTestKit
import Foundation
import Testing

/// What a station prints it also reads: the first day at a counter begins with `depotctl print commands`.
@Suite struct PrintTests {
    @Test func whatIsPrintedIsReadAtTheCounter() async throws {
        try await DaemonFixture.with(options: Stock.options) { daemon in
            #expect(try await daemon.depotctl("location", "add", "Depot", "--code", "D-1").status == 0)
            #expect(try await daemon.depotctl("location", "add", "Attic").status == 0)
            #expect(try await daemon.depotctl("person", "add", "Sarah Chen", "--badge", "4711").status == 0)
            #expect(try await daemon.depotctl("asset", "add", "IT-0042", "--name", "MacBook Pro 16").status == 0)
            // the tag is the first asset's id
            #expect(try await daemon.depotctl("asset", "add", "1").status == 0)
            let folder = FileManager.default.temporaryDirectory.appending(path: "print-\(UUID().uuidString)")
            defer { try? FileManager.default.removeItem(at: folder) }
            var read: Set<String> = []
            for kind in PrintKind.allCases {
                let own = folder.appending(path: kind.rawValue).path
                try FileManager.default.createDirectory(atPath: own, withIntermediateDirectories: true)
                let isOne = kind == .badges || kind == .locations
                let made = try await daemon.depotctl(
                    "print", kind.rawValue, "--format", "png", "--output", isOne ? own + "/only.png" : own)
                #expect(made.status == 0, "\(made.errors)")
                #expect(made.errors.contains("“Attic” has no code") == (kind == .locations))
                for file in try FileManager.default.contentsOfDirectory(atPath: own) {
                    let image = try await Shell.run("zbarimg", ["-q", "--raw", own + "/" + file])
                    read.formUnion(image.output.split(separator: "\n").map(String.init))
                }
            }
            #expect(read.isSuperset(of: ["IT-0042", "1", "BADGE:4711", "LOC:D-1", "DEPOT:UNDO", "Grüße 東京 ✓"]))
            for code in read where code.hasPrefix("DEPOT:") || code.hasPrefix("LOC:") || code.hasPrefix("BADGE:") {
                let scanned = try await daemon.depotctl("scan", code)
                #expect(
                    !scanned.output.contains("no command") && !scanned.output.contains("nobody"), "\(scanned.output)")
            }
            #expect(read.count { $0.hasPrefix("DEPOT:MODE:") } == LaneMode.allCases.count)
        }
    }

    @Test func whatCannotBePrintedIsSaid() async throws {
        try await DaemonFixture.with(options: Stock.options) { daemon in
            let empty = try await daemon.depotctl("print", "badges")
            #expect(empty.status == 3 && empty.errors.contains("nothing to print"), "\(empty.errors)")
            let sheet = try await daemon.depotctl("print", "commands", "--sheet", "avery-0")
            #expect(sheet.status == 8 && sheet.errors.contains("avery-l7160"), "\(sheet.errors)")
            let images = try await daemon.depotctl("print", "commands", "--format", "svg")
            #expect(images.status == 8 && images.errors.contains("--output FOLDER"), "\(images.errors)")
            let one = try await daemon.depotctl("print", "commands", "undo", "--format", "svg")
            #expect(one.status == 0 && one.output.hasPrefix("<svg "))
            let unknown = try await daemon.depotctl("print", "assets", "IT-9")
            #expect(unknown.status == 3 && unknown.errors.contains("IT-9"), "\(unknown.errors)")
            let listed = try await daemon.depotctl("print", "commands", "undo", "--format", "json")
            #expect(listed.output.contains("DEPOT:UNDO"))
            let page = try await daemon.depotctl("print", "commands")
            #expect(page.output.hasPrefix("<!doctype html>") && page.output.contains("DEPOT:MODE:AUDIT"))
        }
    }
}
