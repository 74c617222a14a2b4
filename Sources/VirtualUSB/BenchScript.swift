import FoundationEssentials

/// An error in a line of a script.
public struct BenchScriptError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The number of the line, from 1.
    public let line: Int
    /// The member that is wrong, and the error.
    public let message: String

    /// The line and the error.
    public var description: String { "line \(line): \(message)" }
}

/// A script for the bench: JSON lines, described at ``BenchStep``. Reading a script never fails as a whole; its errors are
/// in ``errors``, and a script with errors must not be played.
public struct BenchScript: Hashable, Sendable {
    /// A step with its line.
    public struct Line: Hashable, Sendable {
        /// The number of the line, from 1.
        public let number: Int
        /// The step.
        public let step: BenchStep
        /// The step's own time limit in milliseconds, or nil.
        public let timeoutMilliseconds: Int?
    }

    /// The steps that could be read.
    public let lines: [Line]
    /// The errors.
    public let errors: [BenchScriptError]

    /// Reads a whole script.
    public init(parsing text: String) {
        var lines: [Line] = []
        var errors: [BenchScriptError] = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            switch Self.parse(line: String(line), number: index + 1) {
            case .success(let line?): lines.append(line)
            case .success(nil): break
            case .failure(let error): errors.append(error)
            }
        }
        self.lines = lines
        self.errors = errors
    }

    /// Reads one line; `nil` for a blank one and a comment.
    public static func parse(line: String, number: Int) -> Result<Line?, BenchScriptError> {
        let text = line.drop { $0 == " " || $0 == "\t" || $0 == "\r" || $0 == "\r\n" }
        guard let first = text.first, first != "#" else { return .success(nil) }
        do throws(StepProblem) {
            guard let value = try? JSONDecoder().decode(JSONValue.self, from: Data(text.utf8)) else {
                throw StepProblem("not a JSON object")
            }
            var fields = try StepFields(value, of: "step")
            let timeout = try fields.integer("timeout_ms", in: 1...3_600_000)
            let step = try fields.step()
            try fields.finish()
            return .success(Line(number: number, step: step, timeoutMilliseconds: timeout))
        } catch {
            return .failure(BenchScriptError(line: number, message: error.message))
        }
    }
}

extension StepFields {
    /// Returns the step that the only member besides `timeout_ms` names.
    fileprivate mutating func step() throws(StepProblem) -> BenchStep {
        let names = remaining
        guard let name = names.first else { throw StepProblem("no step") }
        guard names.count == 1 else {
            throw StepProblem("more than one step in a line: \(names.joined(separator: ", "))")
        }
        switch name {
        case "plug": return .plug(try plug(try object(name)))
        case "unplug": return .unplug(try text(name))
        case "scan": return .scan(try scan(try object(name)))
        case "reports":
            var fields = try object(name)
            let step = BenchStep.reports(
                scanner: try fields.text("scanner"), reports: try fields.hexList("hex"),
                gapMicroseconds: try fields.gap())
            try fields.finish()
            return step
        case "fault":
            var fields = try object(name)
            let step = BenchStep.fault(
                scanner: try fields.text("scanner"), fault: try fields.choice("status", or: nil),
                count: try fields.integer("count", in: 1...1000) ?? 1)
            try fields.finish()
            return step
        case "release": return .release(try text(name))
        case "await": return .await(try text(name))
        case "drain": return .drain(try text(name))
        case "written": return .written(try written(try object(name)))
        case "reattached": return .reattached(try text(name))
        case "start": return try yes(name, .start)
        case "restart": return try yes(name, .restart)
        case "kill": return .kill(try signal(name))
        case "wait":
            if let status = try? integer(name, in: 0...255) { return .wait(status: Int32(status)) }
            return try yes(name, .wait(status: nil))
        case "exec": return .exec(try textList(name))
        case "say": return .say(try text(name))
        case "pause_ms": return .pause(milliseconds: try integer(name, in: 0...3_600_000) ?? 0)
        default: throw StepProblem("unknown step \"\(name)\"")
        }
    }

    /// `"gap_ms"`.
    fileprivate mutating func gap() throws(StepProblem) -> Int { try microseconds("gap_ms", in: 0...60_000) ?? 0 }

    private func plug(_ object: StepFields) throws(StepProblem) -> BenchStep.Plug {
        var fields = object
        let name = try fields.text("name")
        guard !name.contains("#") else { throw StepProblem("plug: \"name\" has no #: A#1 is an interface of A") }
        let port = try fields.text("port")
        guard Self.isPort(port) else { throw StepProblem("plug: \"port\" is no port path like \"3\" or \"4.2\"") }
        let first = try fields.interface(kind: .wedge, layout: .us)
        let plain = try fields.flag("plain")
        let standard: (UInt16, UInt16) =
            plain ? (0x046D, 0xC31C) : first.kind == .pos ? (0x0C2E, 0x0DB3) : (0x05E0, 0x1200)
        let productName = plain ? "USB Keyboard" : first.kind == .pos ? "POS Scanner" : "Wedge Scanner"
        var plug = BenchStep.Plug(
            name: name, port: port,
            vendor: try fields.hexNumber("vid") ?? standard.0,
            product: try fields.hexNumber("pid") ?? standard.1,
            release: try fields.hexNumber("release") ?? 0x0100,
            serial: try fields.optionalText("serial", or: nil),
            manufacturer: try fields.optionalText("manufacturer", or: "Virtual"),
            productName: try fields.optionalText("product", or: productName),
            interfaces: [first], noStrings: try fields.flag("no_strings"), plain: plain)
        for var further in try fields.objects("interfaces") {
            plug.interfaces.append(try further.interface(kind: nil, layout: first.layout))
            try further.finish()
        }
        guard plug.interfaces.count <= 8 else { throw StepProblem("plug: a device has at most 8 interfaces") }
        try fields.finish()
        return plug
    }

    /// Reads the members of an interface and leaves the others. `kind` is the default.
    private mutating func interface(
        kind standard: BenchStep.Kind?, layout: TypingLayout
    ) throws(StepProblem) -> BenchStep.Interface {
        let kind: BenchStep.Kind = try choice("kind", or: standard)
        let interfaceClass = UInt8(try integer("class", in: 0...255) ?? 3)
        return BenchStep.Interface(
            kind: kind, descriptor: try hex("descriptor", bytes: 1...4096) ?? StandardDescriptor.bytes(for: kind),
            layout: try choice("layout", or: layout), interfaceClass: interfaceClass,
            interfaceProtocol: UInt8(try integer("protocol", in: 0...255) ?? (kind == .wedge ? 1 : 0)),
            maxPacket: UInt16(try integer("max_packet", in: 1...1024) ?? (kind == .wedge ? 8 : 64)),
            hasOutEndpoint: try flag("out_endpoint"), busy: try flag("busy"))
    }

    private func scan(_ object: StepFields) throws(StepProblem) -> BenchStep.Scan {
        var fields = object
        let scanner = try fields.text("scanner")
        let content: BenchStep.Scan.Content
        if let bytes = try fields.hex("hex") {
            content = .bytes(bytes)
        } else {
            content = .text(try fields.text("text"))
        }
        let terminator: BenchStep.Scan.Terminator? =
            fields.remaining.contains("terminator")
            ? try fields.choice("terminator", or: nil) : nil
        let aim = try fields.optionalText("aim", or: nil)
        guard aim.map({ $0.isEmpty || $0.utf8.count == 3 }) ?? true else {
            throw StepProblem("scan: \"aim\" has 3 characters")
        }
        let gap = try fields.gap()
        try fields.finish()
        return BenchStep.Scan(
            scanner: scanner, content: content, aim: aim, terminator: terminator, gapMicroseconds: gap)
    }

    private func written(_ object: StepFields) throws(StepProblem) -> BenchStep.Written {
        var fields = object
        var written = BenchStep.Written(scanner: try fields.text("scanner"))
        written.request = try fields.choice("request", or: .setReport)
        written.bytes = try fields.hex("hex")
        written.value = try fields.integer("value", in: 0...0xFFFF).map { UInt16($0) }
        switch try fields.optionalText("type", or: nil) {
        case nil: break
        case "output": written.reportType = 2
        case "feature": written.reportType = 3
        default: throw StepProblem("written: \"type\" is output or feature")
        }
        try fields.finish()
        return written
    }

    /// Returns whether the text is a port: at most 5 numbers (USB 2.0 §4.1.1: seven tiers with the root hub and the device),
    /// joined by dots.
    private static func isPort(_ text: String) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return (1...5).contains(parts.count)
            && parts.allSatisfy { part in
                part.allSatisfy { "0123456789".contains($0) } && part.first != "0" && (1...127).contains(Int(part) ?? 0)
            }
    }
}
