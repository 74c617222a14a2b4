/// The pattern of a route's path, such as `/api/v1/hardware/:id/checkout`.
///
/// A segment `:name` or `{name}` matches any one segment, and a last segment `**` matches one or more. Empty segments
/// are ignored in patterns and in paths.
public struct PathPattern: Hashable, Sendable {
    private enum Segment: Hashable, Sendable {
        case text(String)
        case name(String)
        case rest
    }

    /// The name of the parameter that holds the segments matched by `**`.
    public static let rest = "**"

    private let segments: [Segment]

    /// Creates a pattern from its text.
    public init(_ pattern: String) {
        // Bytes, as in paths: a combining mark after a slash merges with it.
        segments = pattern.utf8.split(separator: UInt8(ascii: "/")).map { bytes in
            let part = pattern[bytes.startIndex..<bytes.endIndex]
            if part == Self.rest { return .rest }
            if part.hasPrefix(":") { return .name(String(part.dropFirst())) }
            if part.hasPrefix("{"), part.hasSuffix("}") { return .name(String(part.dropFirst().dropLast())) }
            return .text(String(part))
        }
    }

    /// Returns the path's segments by the names in the pattern, still percent-encoded, or nil if the path does not
    /// match. Segments matched by `**` are under ``rest``, with the slashes between them.
    public func parameters(of path: String) -> [String: Substring]? {
        // A combining mark after a slash would merge with it into another character, so bytes are compared.
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

    /// The pattern with its names replaced by positions, as in `/assets/:p1`: equal for all patterns that match the
    /// same paths.
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
