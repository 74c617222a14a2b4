/// The format of labels.
public enum PrintFormat: String, Hashable, Sendable, Codable, CaseIterable {
    /// A page to print.
    case html
    /// A drawing of one label.
    case svg
    /// An image of one label's codes at 300 dots per inch.
    case png
    /// The content of the labels as data.
    case json
}

/// The kinds of labels; the raw values are the names in the route.
public enum PrintKind: String, Hashable, Sendable, CaseIterable {
    case commands, badges, locations, assets, calibration
}

/// The content of one label.
public struct PrintedLabel: Hashable, Sendable, Codable {
    /// The row's id, or the command.
    public var id: String
    /// The content of the codes.
    public var code: String
    /// The large text.
    public var title: String
    /// The small text, or nil if there is none.
    public var detail: String?

    /// Creates a label.
    public init(id: String, code: String, title: String, detail: String?) {
        (self.id, self.code, self.title, self.detail) = (id, code, title, detail)
    }
}

/// The reply of `GET print/{kind}?format=json`.
public struct PrintReply: Hashable, Sendable, Codable {
    /// The labels, in the order of the list.
    public var labels: [PrintedLabel]
    /// The names of people or locations without a code to print.
    public var withoutCode: [String]
    /// The number of matching people, locations, assets or commands on all pages.
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
