import HIDDecoding
import Testing

/// A scanner that sends codes without end.
@Suite struct FloodTests {
    private func codes(_ decoded: [Outcome]) -> Int {
        decoded.count { if case .scan = $0 { true } else { false } }
    }

    /// How many codes were told not to be read.
    private func unread(_ decoded: [Outcome]) -> Int {
        decoded.reduce(0) { sum, item in
            guard case .broken(let reason, _) = item, reason.hasSuffix(" unread") else { return sum }
            return sum + (Int(reason.split(separator: " ")[0]) ?? 0)
        }
    }

    private func floods(_ decoded: [Outcome]) -> Int {
        decoded.count { if case .broken("flood", _) = $0 { true } else { false } }
    }

    /// Ten a second, each another one, for half an hour: as a scanner does that reads noise.
    @Test func codesWithoutEndAreReadForAWhileAndThenCounted() throws {
        var typist = try Typist()
        for number in 0..<18_000 {
            typist.type("\(number)")
            typist.enter()
            typist.pause(80_000)
        }
        #expect(codes(typist.decoded) < 2_600 && floods(typist.decoded) == 1)
        let told = typist.decoded.count - codes(typist.decoded)
        typist.silence(1_000_000)
        #expect(codes(typist.decoded) + unread(typist.decoded) == 18_000)
        // at most once a second
        #expect(told <= 1_900)
        typist.type("1047")
        typist.enter()
        #expect(typist.decoded.last == .text("1047"))
    }

    @Test func oneThatDoesSoAgainAfterEachPauseIsReadNoFaster() throws {
        var typist = try Typist()
        for _ in 0..<50 {
            for number in 0..<400 {
                typist.type("\(number)")
                typist.enter()
            }
            typist.silence(1_500_000)
        }
        #expect(codes(typist.decoded) < 2_400)
    }

    /// Who empties a memory, and then scans on as people do.
    @Test func aPersonIsNeverTakenForOne() throws {
        var typist = try Typist()
        for number in 0..<1_500 {
            typist.type("\(number)")
            typist.enter()
        }
        for number in 0..<2_000 {
            typist.pause(600_000)
            typist.type("\(number)")
            typist.enter()
        }
        #expect(codes(typist.decoded) == 3_500 && typist.decoded.count == 3_500)
    }
}
