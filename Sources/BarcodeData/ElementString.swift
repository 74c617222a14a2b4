/// A GS1 element string: AIs and values in a row, or `(01)…(21)…` as people read and type them.
struct ElementString {
    let elements: [GS1Element]
    private let isProven: Bool
    private let origin: String

    /// The largest number of elements, more than any label has, which bounds the work on hostile input.
    private static let maximumElements = 32
    /// The ways in which keyboard wedges send FNC1 (GS). GS1 values rarely hold these characters.
    private static let separators: [(text: String, byte: UInt8)] = [
        ("<GS>", .groupSeparator), ("{GS}", .groupSeparator), ("^]", .groupSeparator), ("|", .groupSeparator),
        ("~", .groupSeparator), ("^", .groupSeparator),
    ]

    /// Creates an element string, or returns nil if the content is none or might not be one.
    ///
    /// Without an AIM identifier that proves GS1, every element must be known and valid, and there must be evidence of
    /// GS1: parentheses, a check digit, a separator, or a GIAI that starts like GS1's company prefixes.
    init?(_ content: ScannedContent) {
        isProven = content.identifier?.provesGS1 == true
        guard let first = content.bytes.first, first.isDigit || first == UInt8(ascii: "(") else { return nil }
        let bytes = content.bytes.replacing(Self.separators)
        if first == UInt8(ascii: "(") {
            guard let readable = Self.readable(bytes) else { return nil }
            elements = readable
            origin = isProven ? "" : " in parentheses"
        } else if isProven {
            elements = Self.proven(bytes)
            origin = ""
        } else {
            guard let guess = Self.guess(bytes) else { return nil }
            elements = guess
            origin = " by its syntax"
        }
    }

    /// Creates an element string from the part of an ISO 15434 envelope that is declared to hold GS1 elements.
    init(enveloped bytes: ArraySlice<UInt8>) {
        elements = Self.proven(bytes)
        isProven = false
        origin = " from an ISO 15434 envelope"
    }

    func addIdentifiers(to list: inout IdentifierList) {
        elements.addIdentifiers(to: &list, origin: origin, isProven: isProven)
    }

    // MARK: - Parsing

    private enum Step {
        case element(GS1Element, rest: ArraySlice<UInt8>)
        case skipped(rest: ArraySlice<UInt8>)
    }

    /// Returns the first element, or the rest after it if it is unknown or wrong. Always advances.
    private static func step(_ bytes: ArraySlice<UInt8>) -> Step {
        guard let (ai, format) = knownAI(bytes) else { return .skipped(rest: afterUnknown(bytes)) }
        let rest = bytes.dropFirst(ai.utf8.count)
        if format.isPredefined || format.suffix == 0 {
            let value = rest.prefix(format.digits)
            let next = rest.dropFirst(format.digits)
            return format.accepts(value) ? .element(GS1Element(ai: ai, value: value), rest: next) : .skipped(rest: next)
        }
        let value = rest.prefix { $0 != .groupSeparator }
        let next = rest.dropFirst(value.count)
        return format.accepts(value) ? .element(GS1Element(ai: ai, value: value), rest: next) : .skipped(rest: next)
    }

    private static func knownAI(_ bytes: ArraySlice<UInt8>) -> (String, GS1Format)? {
        for length in 2...4 {
            let ai = bytes.prefix(length)
            guard ai.count == length, ai.allSatisfy(\.isDigit) else { return nil }
            if let format = GS1Format.of(ai.text) { return (ai.text, format) }
        }
        return nil
    }

    /// Returns the rest after an unknown element, whose length with its AI may follow from the first two digits (General
    /// Specifications §7.8.5).
    private static func afterUnknown(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        switch bytes.prefix(2).text {
        case "04": bytes.dropFirst(18)
        case "14", "18", "19": bytes.dropFirst(8)
        case "31", "32", "33", "34", "35", "36": bytes.dropFirst(10)
        case "41": bytes.dropFirst(16)
        default: bytes.drop { $0 != .groupSeparator }
        }
    }

    /// Returns the elements that can be read and skips wrong or unknown ones.
    private static func proven(_ bytes: ArraySlice<UInt8>) -> [GS1Element] {
        var elements: [GS1Element] = []
        var rest = bytes.drop { $0 == .groupSeparator }
        while !rest.isEmpty, elements.count < maximumElements {
            switch step(rest) {
            case .element(let element, let next):
                elements.append(element)
                rest = next
            case .skipped(let next): rest = next
            }
            rest = rest.drop { $0 == .groupSeparator }
        }
        return elements
    }

    private static func guess(_ bytes: ArraySlice<UInt8>) -> [GS1Element]? {
        var elements: [GS1Element] = []
        var rest = bytes
        while !rest.isEmpty {
            guard elements.count < maximumElements, case .element(let element, let next) = step(rest) else {
                return nil
            }
            elements.append(element)
            rest = next.first == .groupSeparator ? next.dropFirst() : next
        }
        let isLikely =
            bytes.contains(.groupSeparator)
            || elements.contains { GS1Format.of($0.ai)?.checked ?? 0 > 0 }
            || elements.contains { $0.ai == "8004" && $0.value.count >= 8 && $0.value.prefix(6).allSatisfy(\.isDigit) }
        guard isLikely else { return nil }
        // A serial number belongs to a product (AI 21 requires 01, 03 or 8006).
        let hasProduct = elements.contains { ["01", "03", "8006"].contains($0.ai) }
        return hasProduct ? elements : elements.filter { $0.ai != "21" }
    }

    /// Returns the elements of `(01)…(21)…`, or nil unless every one is known and valid.
    private static func readable(_ bytes: ArraySlice<UInt8>) -> [GS1Element]? {
        var elements: [GS1Element] = []
        var rest = bytes
        while !rest.isEmpty {
            guard elements.count < maximumElements, let ai = parenthesised(rest), let format = GS1Format.of(ai.text)
            else { return nil }
            rest = rest.dropFirst(ai.count + 2)
            // A value may hold parentheses and ends only at an AI in them; people type a space on either side.
            let limit = rest.prefix(format.digits + format.suffix + 3)
            let end = limit.indices.first { rest[$0] == UInt8(ascii: "(") && parenthesised(rest[$0...]) != nil }
            let value = rest[..<(end ?? rest.endIndex)].trimming { $0 == .space || $0 == .groupSeparator }
            guard format.accepts(value) else { return nil }
            elements.append(GS1Element(ai: ai.text, value: value))
            rest = rest[(end ?? rest.endIndex)...]
        }
        return elements
    }

    private static func parenthesised(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard bytes.first == UInt8(ascii: "(") else { return nil }
        let ai = bytes.dropFirst().prefix(4).prefix(while: \.isDigit)
        guard ai.count >= 2, bytes.dropFirst(1 + ai.count).first == UInt8(ascii: ")") else { return nil }
        return ai
    }
}
