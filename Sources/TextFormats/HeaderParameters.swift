/// A header field's value with its parameters, such as `form-data; name="file"`.
public struct HeaderParameters: Hashable, Sendable {
    /// The value before the first parameter, in lowercase.
    public let value: String
    private var parameters: [String: String] = [:]

    /// Reads a header field's value. Malformed parameters are ignored, and the first of several with the same name
    /// counts.
    public init(_ text: String) {
        var parts: [String] = []
        var part = ""
        var isQuoted = false
        var isEscaped = false
        for character in text {
            if isEscaped {
                part.append(character)
                isEscaped = false
            } else if isQuoted, character == "\\" {
                isEscaped = true
            } else if character == "\"" {
                isQuoted.toggle()
            } else if character == ";", !isQuoted {
                parts.append(part)
                part = ""
            } else {
                part.append(character)
            }
        }
        parts.append(part)
        value = trimmingWhiteSpace(parts[0]).lowercased()
        for part in parts.dropFirst() {
            let halves = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard halves.count == 2 else { continue }
            let name = trimmingWhiteSpace(String(halves[0])).lowercased()
            if parameters[name] == nil { parameters[name] = trimmingWhiteSpace(String(halves[1])) }
        }
    }

    /// The value of the parameter with this name in lowercase, or nil if it is absent.
    public subscript(name: String) -> String? { parameters[name] }
}
