/// A sheet of labels. Lengths are in millimetres.
public struct SheetFormat: Hashable, Sendable {
    /// The name, such as `avery-l7160`, in lower case; never empty.
    public let name: String
    /// The page's name in CSS's `size` (CSS Paged Media 3 §3.1), or its lengths.
    public let page: String
    /// The page's width and height.
    public let pageSize: (width: Double, height: Double)
    /// Labels beside and below each other, at least one each.
    public let columns: Int, rows: Int
    /// One label's width and height.
    public let label: (width: Double, height: Double)
    /// From the page's edges to the first label.
    let left: Double, top: Double
    /// From one label's left or upper edge to the next one's.
    let pitch: (x: Double, y: Double)

    /// Labels on one page.
    public var count: Int { columns * rows }

    /// The upper left corner of a label on its page, counted from 0, row by row.
    func origin(of place: Int) -> (x: Double, y: Double) {
        (left + Double(place % columns) * pitch.x, top + Double(place / columns) * pitch.y)
    }

    /// Returns whether two sheets have one name.
    public static func == (left: SheetFormat, right: SheetFormat) -> Bool { left.name == right.name }
    /// Hashes the name.
    public func hash(into hasher: inout Hasher) { hasher.combine(name) }

    private init(
        _ name: String, _ page: Page, _ columns: Int, _ rows: Int, _ label: (Double, Double), left: Double,
        top: Double, pitch: (Double, Double)
    ) {
        (self.name, self.page, pageSize) = (name, page.rawValue, page.size)
        (self.columns, self.rows, self.label) = (columns, rows, label)
        (self.left, self.top, self.pitch) = (left, top, pitch)
    }

    private enum Page: String {
        case a4 = "A4"
        case letter

        var size: (Double, Double) { self == .a4 ? (210, 297) : (215.9, 279.4) }
    }

    /// The sheets that are known by name; measures are the makers' templates.
    public static let named: [SheetFormat] = [
        .init("avery-l7160", .a4, 3, 7, (63.5, 38.1), left: 7.25, top: 15.15, pitch: (66, 38.1)),
        .init("avery-l7159", .a4, 3, 8, (63.5, 33.9), left: 7.25, top: 12.9, pitch: (66, 33.9)),
        .init("avery-l7163", .a4, 2, 7, (99.1, 38.1), left: 4.65, top: 15.15, pitch: (101.6, 38.1)),
        .init("avery-l7165", .a4, 2, 4, (99.1, 67.7), left: 4.65, top: 13.1, pitch: (101.6, 67.7)),
        .init("avery-l7636", .a4, 4, 12, (45.7, 21.2), left: 9.7, top: 21.3, pitch: (48.3, 21.2)),
        .init("avery-l7651", .a4, 5, 13, (38.1, 21.2), left: 4.75, top: 10.7, pitch: (40.6, 21.2)),
        .init("avery-3475", .a4, 3, 8, (70, 36), left: 0, top: 4.5, pitch: (70, 36)),
        .init("avery-5160", .letter, 3, 10, (66.675, 25.4), left: 4.7625, top: 12.7, pitch: (69.85, 25.4)),
        .init("avery-5163", .letter, 2, 5, (101.6, 50.8), left: 3.97, top: 12.7, pitch: (106.36, 50.8)),
        .init("avery-5167", .letter, 4, 20, (44.45, 12.7), left: 7.14, top: 12.7, pitch: (52.39, 12.7)),
        .init("avery-22806", .letter, 3, 4, (50.8, 50.8), left: 15.9, top: 15.9, pitch: (66.675, 65.62)),
    ]

    /// The sheet for commands, badges and whatever nobody chose one for.
    public static let standard = "avery-l7160"

    /// Returns the sheet with the name, or the roll of single labels `WIDTHxHEIGHT` in millimetres, such as `62x29`;
    /// nil where there is none, or a side is not 10 to 300 mm.
    public init?(named name: String) {
        let name = name.lowercased()
        if let known = Self.named.first(where: { $0.name == name || $0.name.dropFirst(6) == name }) {
            self = known
            return
        }
        let sides = name.split(separator: "x", omittingEmptySubsequences: false).map { Double($0) }
        guard sides.count == 2, let width = sides[0], let height = sides[1], (10...300).contains(width),
            (10...300).contains(height)
        else { return nil }
        (self.name, page, pageSize) = (name, "\(width)mm \(height)mm", (width, height))
        (columns, rows, label, left, top) = (1, 1, (width, height), 0, 0)
        pitch = (width, height)
    }
}
