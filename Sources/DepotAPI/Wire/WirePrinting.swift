/// How labels are given.
public enum PrintFormat: String, Hashable, Sendable, Codable, CaseIterable {
    /// A page to print.
    case html
    /// One label as a drawing.
    case svg
    /// One label's codes as an image at 300 dots per inch.
    case png
    /// What would be on the labels.
    case json
}

/// Kinds of things that labels are printed for; the raw values are the routes' names.
public enum PrintKind: String, Hashable, Sendable, CaseIterable {
    case commands, badges, locations, assets, calibration
}

/// What is on one label.
public struct PrintedLabel: Hashable, Sendable, Codable {
    /// The row's id, or the command.
    public var id: String
    /// What the codes hold.
    public var code: String
    /// The large text.
    public var title: String
    /// The small text; nil: none.
    public var detail: String?

    /// Creates a label.
    public init(id: String, code: String, title: String, detail: String?) {
        (self.id, self.code, self.title, self.detail) = (id, code, title, detail)
    }
}

/// `GET print/{kind}?format=json`.
public struct PrintReply: Hashable, Sendable, Codable {
    /// The labels, in the order of the list.
    public var labels: [PrintedLabel]
    /// Names of people or locations that have no code to print.
    public var withoutCode: [String]
    /// People, locations, assets or commands in all.
    public var total: Int

    /// Creates a reply.
    public init(labels: [PrintedLabel], withoutCode: [String], total: Int) {
        (self.labels, self.withoutCode, self.total) = (labels, withoutCode, total)
    }

    enum CodingKeys: String, CodingKey {
        case labels, total
        case withoutCode = "without_code"
    }
}
