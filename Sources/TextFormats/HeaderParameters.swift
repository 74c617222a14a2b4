/// A header's value with its parameters, such as `form-data; name="file"`.
public struct HeaderParameters: Hashable, Sendable {
    /// The value before the first parameter, in lower case.
    public let value: String
    private var parameters: [String: String] = [:]

    /// Reads a header's value. Parts that are no parameters are left out, and of two with one name the first counts.
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

    /// The value of a parameter; nil where it is absent.
    public subscript(name: String) -> String? { parameters[name] }
}
