/// A usage with its page (HID Usage Tables 1.5 §3.1).
package struct Usage: Hashable, Sendable {
    /// The usage page.
    package var page: UInt16
    /// The usage id within its page.
    package var id: UInt16

    /// Creates a usage from its page and its id.
    package init(_ page: UInt16, _ id: UInt16) {
        self.page = page
        self.id = id
    }

    init(raw: UInt32) {
        self.init(UInt16(truncatingIfNeeded: raw >> 16), UInt16(truncatingIfNeeded: raw))
    }
}

/// Consecutive usages, kept as a range since a short descriptor may declare millions of them.
package struct UsageRange: Hashable, Sendable {
    /// Page in the upper 16 bits.
    var first: UInt32
    /// At least 1.
    var count: Int
}
