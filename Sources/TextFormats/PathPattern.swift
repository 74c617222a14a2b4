/// The pattern of a route's path, such as `/api/v1/hardware/:id/checkout`.
///
/// A segment `:name` or `{name}` stands for any one segment, and a last segment `**` for one or more. Empty segments
/// count neither in patterns nor in paths.
public struct PathPattern: Hashable, Sendable {
    private enum Segment: Hashable, Sendable {
        case text(String)
        case name(String)
        case rest
    }

    /// The name of the segments that `**` stands for.
    public static let rest = "**"

    private let segments: [Segment]

    /// Creates the pattern.
    public init(_ pattern: String) {
        segments = pattern.split(separator: "/").map { part in
            if part == Self.rest { return .rest }
            if part.hasPrefix(":") { return .name(String(part.dropFirst())) }
            if part.hasPrefix("{"), part.hasSuffix("}") { return .name(String(part.dropFirst().dropLast())) }
            return .text(String(part))
        }
    }

    /// Returns the segments of the path that the pattern names, still percent-encoded, or nil where the path does not
    /// match. The rest of a `**` pattern stands under ``rest``, with its slashes.
    public func parameters(of path: String) -> [String: Substring]? {
        // by bytes: a combining mark after a slash makes another character of it
        let parts = path.utf8.split(separator: UInt8(ascii: "/"))
        guard segments.last == .rest ? parts.count >= segments.count : parts.count == segments.count else { return nil }
        var names: [String: Substring] = [:]
        for (segment, part) in zip(segments, parts) {
            switch segment {
            case .text(let text): guard text.utf8.elementsEqual(part) else { return nil }
            case .name(let name): names[name] = path[part.startIndex..<part.endIndex]
            case .rest: names[Self.rest] = path[part.startIndex..<(parts.last ?? part).endIndex]
            }
        }
        return names
    }

    /// The pattern with its names numbered, `/assets/:p1`: the same for all patterns that match the same paths.
    public var unnamed: String {
        segments.enumerated().map { index, segment in
            switch segment {
            case .text(let text): "/" + text
            case .name: "/:p\(index)"
            case .rest: "/" + Self.rest
            }
        }.joined()
    }
}
