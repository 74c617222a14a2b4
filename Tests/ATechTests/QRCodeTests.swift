import DepotDialect
import DepotModel
import DepotStore
import DialectTestKit
import HTTPTypes
import Testing
import TextFormats

@testable import ATech
@testable import LabelPrinting

@Suite struct QRCodeTests {
    @Test func theImageIsA200PixelPNGThatAnyoneMayHave() async throws {
        let fixture = try Fixture()
        let id = await fixture.asset("IT-0042")
        for scope in [Call.Scope.tenant(.standard), .everything] {
            let reply = await fixture.send(.get, "/api/assets/\(id)/qr", scope: scope, access: .anyone)
            #expect(reply.status == 200)
            #expect(reply.headers[.contentType] == "image/png")
            let image = try #require(Image(reply.bytes))
            #expect(image.width == 200)
            #expect(image.height == 200)
            #expect(image.isFramedInWhite(by: 4))
        }
        #expect(await fixture.send(.get, "/api/assets/999/qr", access: .anyone).status == 404)
    }

    @Test func theCodeStandsInTheMiddleInWholePixels() throws {
        let symbol = try #require(Symbol("IT-0042", .qr))
        let modules = symbol.rows
        #expect(modules.count == 21)
        #expect(modules.allSatisfy { $0.count == 21 })
        // the three finder patterns, ISO/IEC 18004 §6.3.3
        for (row, column) in [(0, 0), (0, 14), (14, 0)] {
            let ring = (0..<7).map { modules[row][column + $0] }
            #expect(ring == Array(repeating: true, count: 7))
            #expect((1...5).map { modules[row + 1][column + $0] } == Array(repeating: false, count: 5))
        }
        let pixels = QRCode.pixels(symbol)
        // 21 modules of 6 pixels, 37 pixels of white around
        #expect(pixels.count == 200)
        #expect(!pixels[36].contains(true))
        #expect(pixels[37][37] && pixels[37][42])
        #expect(symbol != Symbol("IT-0043", .qr))
    }

    @Test func theContentIsASetting() async throws {
        let fixture = try Fixture()
        let id = await fixture.asset("{id} & Zoë")
        let asset = try #require(try fixture.tenant.asset(AssetID(rawValue: id))).asset
        #expect(QRCode.text(asset, "{tag}") == "{id} & Zoë")
        #expect(
            QRCode.text(asset, "https://x/{id}?t={tag}&u={uuid}{") == "https://x/\(id)?t={id} & Zoë&u=\(asset.uuid){")
        let plain = await fixture.send(.get, "/api/assets/\(id)/qr")
        let link = await fixture.send(.get, "/api/assets/\(id)/qr", dialect: ATech(qr: "https://depot.example/a/{id}"))
        #expect(link.status == 200)
        #expect(link.bytes != plain.bytes)
        let long = ATech(qr: String(repeating: "{uuid}", count: 80))
        #expect(await fixture.send(.get, "/api/assets/\(id)/qr", dialect: long).status == 400)
    }

    @Test func aLongTextStillFits() throws {
        let symbol = try #require(Symbol(String(repeating: "x", count: 2331), .qr))
        #expect(symbol.width == 177)
        let pixels = QRCode.pixels(symbol)
        #expect(pixels.count == 200 && pixels.allSatisfy { $0.count == 200 })
        #expect(Symbol(String(repeating: "x", count: 2332), .qr) == nil)
    }
}

/// As much of a PNG reader as the tests need.
private struct Image {
    let width: Int
    let height: Int
    private let rows: [[UInt8]]

    init?(_ file: [UInt8]) {
        guard file.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) else { return nil }
        func word(_ index: Int) -> Int { file[index..<(index + 4)].reduce(0) { $0 << 8 | Int($1) } }
        var index = 8
        var chunks: [String: [UInt8]] = [:]
        while index + 12 <= file.count {
            let length = word(index)
            guard index + 12 + length <= file.count else { return nil }
            let body = Array(file[(index + 4)..<(index + 8 + length)])
            guard PNG.crc32(body) == UInt32(word(index + 8 + length)) else { return nil }
            chunks[String(decoding: body.prefix(4), as: UTF8.self)] = Array(body.dropFirst(4))
            index += 12 + length
        }
        guard let head = chunks["IHDR"], let data = chunks["IDAT"], chunks["IEND"] == [], head.count == 13,
            Array(head[8...]) == [1, 0, 0, 0, 0]
        else { return nil }
        (width, height) = (word(16), word(20))
        // one stored block
        let length = Int(data[3]) | Int(data[4]) << 8
        let pixels = Array(data[7..<(7 + length)])
        guard data.count == length + 11, data[2] == 1, length == height * (1 + (width + 7) / 8) else { return nil }
        let stride = length / height
        rows = (0..<height).map { Array(pixels[($0 * stride)..<(($0 + 1) * stride)]) }
    }

    func isFramedInWhite(by pixels: Int) -> Bool {
        (0..<height).allSatisfy { y in
            (0..<width).allSatisfy { x in
                let isFrame = y < pixels || x < pixels || y >= height - pixels || x >= width - pixels
                return !isFrame || rows[y][1 + x / 8] >> (7 - x % 8) & 1 == 1
            }
        }
    }
}
