/// SplitMix64: the same numbers in every run.
struct Dice: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed &* 0x2545_F491_4F6C_DD1D }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }

    /// True once in `count` times.
    mutating func once(in count: UInt64) -> Bool { next() % count == 0 }

    mutating func from(_ low: UInt64, to high: UInt64) -> UInt64 { low + next() % (high - low + 1) }

    /// As often between 1 and 10 ms as between 1 and 10 s.
    mutating func anyLength(from low: UInt64, to high: UInt64) -> UInt64 {
        var value = low
        while value < high, !once(in: 4) { value *= 2 }
        return min(high, from(value, to: value * 2))
    }

    mutating func pick<Element>(_ elements: [Element]) -> Element { elements[Int(next() % UInt64(elements.count))] }
}
