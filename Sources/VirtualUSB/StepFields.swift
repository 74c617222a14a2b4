import Glibc

/// A JSON value, whose members are checked by ``StepFields``.
enum JSONValue: Hashable, Decodable {
    case null
    case flag(Bool)
    case integer(Int)
    case number(Double)
    case text(String)
    case list([JSONValue])
    case object([String: JSONValue])

    init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if value.decodeNil() {
            self = .null
        } else if let flag = try? value.decode(Bool.self) {
            self = .flag(flag)
        } else if let integer = try? value.decode(Int.self) {
            self = .integer(integer)
        } else if let number = try? value.decode(Double.self) {
            self = .number(number)
        } else if let text = try? value.decode(String.self) {
            self = .text(text)
        } else if let list = try? value.decode([JSONValue].self) {
            self = .list(list)
        } else {
            self = .object(try value.decode([String: JSONValue].self))
        }
    }
}

/// An error in a step.
struct StepProblem: Error {
    let message: String

    init(_ message: String) { self.message = message }
}

/// The members of an object of a script. Each is read once, and a remaining one is an error.
struct StepFields {
    private let name: String
    private var members: [String: JSONValue]

    init(_ value: JSONValue?, of name: String) throws(StepProblem) {
        guard case .object(let members) = value else { throw StepProblem("\(name): not an object") }
        self.name = name
        self.members = members
    }

    /// The names of the members that were not read.
    var remaining: [String] { members.keys.sorted() }

    /// Throws if members remain.
    func finish() throws(StepProblem) {
        guard let unknown = remaining.first else { return }
        throw StepProblem("\(name): unknown member \"\(unknown)\"")
    }

    private func wrong(_ key: String, _ expected: String) -> StepProblem {
        StepProblem(name == "step" ? "\(key): \(expected) expected" : "\(name): \"\(key)\": \(expected) expected")
    }

    mutating func object(_ key: String) throws(StepProblem) -> StepFields {
        try StepFields(members.removeValue(forKey: key), of: key)
    }

    mutating func text(_ key: String) throws(StepProblem) -> String {
        guard case .text(let text) = members.removeValue(forKey: key) else { throw wrong(key, "a text") }
        return text
    }

    /// Returns the text of a member, `standard` if it is absent, or nil for `null`.
    mutating func optionalText(_ key: String, or standard: String?) throws(StepProblem) -> String? {
        switch members.removeValue(forKey: key) {
        case nil: return standard
        case .null: return nil
        case .text(let text): return text
        default: throw wrong(key, "a text or null")
        }
    }

    mutating func textList(_ key: String) throws(StepProblem) -> [String] {
        guard case .list(let values) = members.removeValue(forKey: key), !values.isEmpty else {
            throw wrong(key, "a list of texts")
        }
        var texts: [String] = []
        for value in values {
            guard case .text(let text) = value else { throw wrong(key, "a list of texts") }
            texts.append(text)
        }
        return texts
    }

    mutating func flag(_ key: String) throws(StepProblem) -> Bool {
        switch members.removeValue(forKey: key) {
        case nil: return false
        case .flag(let flag): return flag
        default: throw wrong(key, "true or false")
        }
    }

    mutating func yes(_ key: String, _ step: BenchStep) throws(StepProblem) -> BenchStep {
        guard try flag(key) else { throw wrong(key, "true") }
        return step
    }

    mutating func integer(_ key: String, in range: ClosedRange<Int>) throws(StepProblem) -> Int? {
        guard let value = members[key] else { return nil }
        guard case .integer(let integer) = value, range.contains(integer) else {
            throw wrong(key, "a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        members[key] = nil
        return integer
    }

    /// Returns a time in microseconds, which the member gives in milliseconds with or without a fraction.
    mutating func microseconds(_ key: String, in range: ClosedRange<Int>) throws(StepProblem) -> Int? {
        let milliseconds: Double
        switch members[key] {
        case nil: return nil
        case .integer(let whole): milliseconds = Double(whole)
        case .number(let number): milliseconds = number
        default: milliseconds = -1
        }
        guard milliseconds >= Double(range.lowerBound), milliseconds <= Double(range.upperBound) else {
            throw wrong(key, "a number from \(range.lowerBound) to \(range.upperBound)")
        }
        members[key] = nil
        return Int((milliseconds * 1000).rounded())
    }

    /// Returns a list of objects, empty if the member is absent.
    mutating func objects(_ key: String) throws(StepProblem) -> [StepFields] {
        guard let value = members.removeValue(forKey: key) else { return [] }
        guard case .list(let values) = value else { throw wrong(key, "a list of objects") }
        var objects: [StepFields] = []
        for (index, value) in values.enumerated() { objects.append(try StepFields(value, of: "\(key)[\(index)]")) }
        return objects
    }

    mutating func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ key: String, or standard: Choice?
    ) throws(StepProblem) -> Choice {
        guard let value = members.removeValue(forKey: key) else {
            guard let standard else {
                throw wrong(key, "one of \(Choice.allCases.map(\.rawValue).joined(separator: ", "))")
            }
            return standard
        }
        guard case .text(let text) = value, let choice = Choice(rawValue: text) else {
            throw wrong(key, "one of \(Choice.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return choice
    }

    mutating func hexNumber(_ key: String) throws(StepProblem) -> UInt16? {
        guard let text = try optionalText(key, or: nil) else { return nil }
        guard let number = UInt16(text, radix: 16), !text.hasPrefix("+") else {
            throw wrong(key, "a hexadecimal number of up to 4 digits, in quotes")
        }
        return number
    }

    mutating func hex(_ key: String) throws(StepProblem) -> [UInt8]? {
        guard let text = try optionalText(key, or: nil) else { return nil }
        guard let bytes = Self.bytes(hex: text) else { throw wrong(key, "bytes in hexadecimal") }
        return bytes
    }

    mutating func hex(_ key: String, bytes count: ClosedRange<Int>) throws(StepProblem) -> [UInt8]? {
        guard let bytes = try hex(key) else { return nil }
        guard count.contains(bytes.count) else { throw wrong(key, "\(count.lowerBound) to \(count.upperBound) bytes") }
        return bytes
    }

    mutating func hexList(_ key: String) throws(StepProblem) -> [[UInt8]] {
        var lists: [[UInt8]] = []
        for text in try textList(key) {
            guard let bytes = Self.bytes(hex: text), (1...4096).contains(bytes.count) else {
                throw wrong(key, "a list of reports, each 1 to 4096 bytes in hexadecimal")
            }
            lists.append(bytes)
        }
        return lists
    }

    mutating func signal(_ key: String) throws(StepProblem) -> Int32 {
        let signals = [
            "KILL": SIGKILL, "TERM": SIGTERM, "INT": SIGINT, "HUP": SIGHUP, "QUIT": SIGQUIT, "ABRT": SIGABRT,
            "USR1": SIGUSR1, "USR2": SIGUSR2, "STOP": SIGSTOP, "CONT": SIGCONT,
        ]
        guard let signal = signals[try text(key)] else {
            throw wrong(key, "one of \(signals.keys.sorted().joined(separator: ", "))")
        }
        return signal
    }

    /// Returns the bytes of pairs of hexadecimal digits with optional blanks between them, or nil for anything else.
    static func bytes(hex text: String) -> [UInt8]? {
        var bytes: [UInt8] = []
        var high: UInt8?
        for character in text where character != " " && character != "\n" && character != "\t" {
            guard let digit = character.hexDigitValue, character.isASCII else { return nil }
            if let first = high {
                bytes.append(first << 4 | UInt8(digit))
                high = nil
            } else {
                high = UInt8(digit)
            }
        }
        return high == nil ? bytes : nil
    }
}
