import CLinuxShim

/// Returns the memory that a large import or export has left in the heap, which the allocator would keep.
struct MemoryReturn {
    /// The number of ticks between two looks.
    private static let interval = 5
    /// The growth in bytes that is worth the walk through the heap.
    private static let growth: UInt64 = 4 << 20
    private var ticks = 0
    /// The resident memory after the last return, or 0 before the first.
    private var resident: UInt64 = 0

    /// Counts one of the ticks, which come once a second.
    mutating func tick() {
        ticks += 1
        guard ticks.isMultiple(of: Self.interval) else { return }
        let now = linux_resident_memory()
        guard now > resident + Self.growth else { return }
        linux_return_memory()
        resident = linux_resident_memory()
    }
}
