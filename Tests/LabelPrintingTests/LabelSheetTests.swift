import DepotTestKit
import Foundation
import Testing

@testable import LabelPrinting

/// What is printed is read back by zbarimg, from the page as librsvg draws it at 600 dots per inch.
///
/// One after the other: each drawing takes a processor to itself, and other suites run beside them.
@Suite(.serialized) struct LabelSheetTests {
    private static let labels = [
        Label(code: "IT-0042", title: "MacBook Pro 16", detail: "SN C02ZK1ABMD6T"),
        Label(code: "DEPOT:MODE:CHECKOUT", title: "Checkout", detail: "Mode: everything goes to the holder"),
        Label(code: "BADGE:4711", title: String(repeating: "Wolfeschlegelsteinhausenbergerdorff ", count: 3)),
        Label(code: "LOC:Grüße 東京", title: #"<img src=x onerror="alert(1)"> & 'room'"#),
    ]

    private func codes(in image: URL) async throws -> Set<String> {
        let read = try await Shell.run("zbarimg", ["-q", "--raw", image.path])
        return Set(read.output.split(separator: "\n").map(String.init))
    }

    private func drawn(_ svg: String, in folder: URL, _ name: String) async throws -> URL {
        let (source, image) = (folder.appending(path: "\(name).svg"), folder.appending(path: "\(name).png"))
        try Data(svg.utf8).write(to: source)
        let result = try await Shell.run(
            "rsvg-convert", ["--dpi-x", "300", "--dpi-y", "300", "-o", image.path, source.path])
        try #require(result.status == 0, "\(result.errors)")
        return image
    }

    /// Returns the page's drawing with nothing but one label in view.
    private func cut(_ page: String, to place: Int, of format: SheetFormat) -> String {
        let ((x, y), (width, height)) = (format.origin(of: place), format.label)
        return page.replacing(
            /^<svg (xmlns="[^"]*") width="[^"]*" height="[^"]*" viewBox="[^"]*"/
        ) { match in
            "<svg \(match.output.1) width=\"\(width)mm\" height=\"\(height)mm\" viewBox=\"\(x) \(y) \(width) \(height)\""
        }
    }

    private func withFolder(_ body: (URL) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "labels-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try await body(folder)
    }

    @Test(arguments: SheetFormat.named.map(\.name) + ["62x29", "25x25"])
    func everyCodeOfAPageIsRead(sheet: String) async throws {
        let format = try #require(SheetFormat(named: sheet))
        try await withFolder { folder in
            for codes in Label.Codes.allCases {
                let page = LabelSheet(Self.labels, on: format, codes: codes)
                let pages = page.html(title: "Labels").components(separatedBy: "<svg ").dropFirst()
                    .map { "<svg " + $0.components(separatedBy: "</html>")[0] }
                try #require(pages.count == (Self.labels.count + format.count - 1) / format.count)
                for (number, label) in Self.labels.enumerated() {
                    // what is outside of the label's edges is on its neighbour
                    let cut = self.cut(pages[number / format.count], to: number % format.count, of: format)
                    #expect(
                        try await self.codes(in: drawn(cut, in: folder, "label")) == [label.code], "\(sheet) \(codes)")
                }
            }
        }
    }

    @Test(arguments: Label.Codes.allCases) func everyImageOfALabelIsRead(codes: Label.Codes) async throws {
        let format = try #require(SheetFormat(named: SheetFormat.standard))
        let page = LabelSheet(Self.labels, on: format, codes: codes)
        try await withFolder { folder in
            for label in Self.labels {
                let drawing = try await drawn(page.svg(label), in: folder, "drawing")
                #expect(try await self.codes(in: drawing) == [label.code])
                let image = folder.appending(path: "image.png")
                try Data(try #require(page.png(label))).write(to: image)
                #expect(try await self.codes(in: image) == [label.code])
            }
        }
    }

    @Test func noTextSteersThePage() throws {
        let format = try #require(SheetFormat(named: "5160"))
        let hostile = Label(code: "<script>", title: "</title><script>alert(1)</script>", detail: "\u{0}\u{1b}[31m\"x")
        let page = LabelSheet([hostile], on: format).html(title: "</title><script>", language: "\"><script>")
        #expect(!page.contains("<script"))
        #expect(!page.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" })
    }

    @Test func aSheetThatWasBegunIsGoneOnWith() throws {
        let format = try #require(SheetFormat(named: "avery-l7160"))
        func places(skipping: Int) -> Int {
            LabelSheet(Self.labels, on: format, skipping: skipping).html(title: "x").components(separatedBy: "<svg ")
                .count - 1
        }
        #expect(places(skipping: 17) == 1)
        #expect(places(skipping: 18) == 2)
        #expect(LabelSheet([], on: format).html(title: "x").contains("<svg "))
    }

    @Test(arguments: ["", "x", "9x20", "20x301", "20x30x40", "nanx20", "infx20", "avery-1", "-20x30", "20x"])
    func noSuchSheet(name: String) { #expect(SheetFormat(named: name) == nil) }

    @Test func noLabelLeavesItsPage() {
        for format in SheetFormat.named {
            let right = format.left + Double(format.columns - 1) * format.pitch.x + format.label.width
            let bottom = format.top + Double(format.rows - 1) * format.pitch.y + format.label.height
            #expect(right <= format.pageSize.width + 0.01 && bottom <= format.pageSize.height + 0.01, "\(format.name)")
            #expect(format.pitch.x >= format.label.width && format.pitch.y >= format.label.height || format.count == 1)
        }
    }
}
