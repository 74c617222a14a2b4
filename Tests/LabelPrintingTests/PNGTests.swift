import Testing

@testable import LabelPrinting

@Suite struct PNGTests {
    @Test func everyChunkCarriesItsChecksum() {
        // RFC 2083's own IEND, and the check values of both algorithms
        #expect(PNG.crc32(Array("IEND".utf8)) == 0xAE42_6082)
        #expect(PNG.crc32(Array("123456789".utf8)) == 0xCBF4_3926)
        #expect(PNG.adler32(Array("Wikipedia".utf8)) == 0x11E6_0398)
    }
}
