import DepotModel
import Testing

@testable import DepotStore

/// The judgement of a disk by the time that changes take.
struct WriteProgressTests {
    private func progress(_ took: [Int64]) -> (progress: WriteProgress, now: Int64) {
        var (progress, now) = (WriteProgress(), Int64(1000))
        for time in took {
            progress.begin(at: now)
            now += time
            progress.end(nil, pages: 4, transitions: 1, at: now)
        }
        return (progress, now)
    }

    @Test func aDiskIsSlowIfMostChangesAre() {
        let fast = [Int64](repeating: 2, count: 40)
        let slow = [Int64](repeating: 20, count: 16)
        for (took, isSlow) in [
            (fast, false), (fast + slow, true), (slow + fast, false), (Array(slow.dropLast()), false),
            (fast + slow.prefix(8), false), (fast + slow.prefix(9), true), (fast + [900], false),
        ] {
            let (progress, now) = progress(took)
            #expect(progress.isSlow(at: now) == isSlow, "\(took)")
            #expect(!progress.isSlow(at: now + 60_000))
        }
    }

    @Test func whatWroteNothingTellsNothing() {
        var (progress, now) = progress([Int64](repeating: 2, count: 16))
        for _ in 0..<32 {
            progress.begin(at: now)
            now += 500
            progress.end(nil, pages: 0, transitions: 0, at: now)
        }
        #expect(!progress.isSlow(at: now))
    }
}
