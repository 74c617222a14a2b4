public import Foundation
import Glibc

/// A running virtual USB bench, driven step by step over its standard input; each step is awaited.
public final class VirtualBench: Sendable {
    private let child: Child
    private let input: FileHandle
    private let acknowledgements: LineReader

    /// Starts the bench, which starts the command at its `start` step.
    ///
    /// - Parameters:
    ///   - command: the program and its arguments.
    ///   - log: the file for the standard error of the bench and the command.
    public init(
        command: [String], environment: [String: String] = [:], log: FileHandle, keepsOpen: Bool = false
    ) throws {
        let (input, output) = (try Child.pipe(), try Child.pipe())
        child = try Child(
            Programs.path("virtual-usb"),
            ["--script", "-", "--ack", "--timeout", "60"] + (keepsOpen ? ["--keep-open"] : []) + ["--"] + command,
            environment: environment, input: input.reading.fileDescriptor, output: output.writing.fileDescriptor,
            errors: log.fileDescriptor)
        self.input = input.writing
        acknowledgements = LineReader(output.reading, named: "bench-acks")
        try? input.reading.close()
        try? output.writing.close()
    }

    /// Plays steps, each a JSON object, and waits for each.
    ///
    /// - Throws: the bench's error about the first step that failed.
    public func play(_ steps: String...) async throws(KitError) { try await play(contentsOf: steps) }

    /// Plays the steps of a list.
    public func play(contentsOf steps: [String]) async throws(KitError) {
        for step in steps {
            do {
                try input.write(contentsOf: Data((step + "\n").utf8))
            } catch {
                throw KitError("the bench takes no more steps: \(error)")
            }
            guard let line = await acknowledgements.lines.next() else { throw KitError("the bench ended at \(step)") }
            guard !line.contains("\"error\"") else { throw KitError("\(step): \(line)") }
        }
    }

    /// Ends the script: the command gets SIGTERM, and its status is returned.
    public func finish() async -> Int32 {
        try? input.close()
        return await child.ended.next() ?? -1
    }

    /// Kills the bench and the command without waiting for their ends.
    func abort() {
        _ = Glibc.kill(child.pid, SIGTERM)
    }

    /// Kills the bench and the command.
    public func kill() async {
        abort()
        try? input.close()
        _ = await child.ended.next()
    }
}

/// Bench steps as JSON lines.
public enum BenchStep {
    /// Returns the step that plugs a scanner in.
    public static func plug(
        _ name: String, kind: String, vid: String, pid: String, port: String, serial: String? = nil,
        extra: [String: Any] = [:]
    ) -> String {
        var plug: [String: Any] = ["name": name, "kind": kind, "vid": vid, "pid": pid, "port": port]
        plug["serial"] = serial ?? NSNull()
        return json(["plug": plug.merging(extra) { _, new in new }])
    }

    /// Returns the step in which a scanner reads a code.
    ///
    /// - Parameters:
    ///   - terminator: `enter`, `tab` or `none`, or nil for the default of the kind.
    ///   - gap: the milliseconds between two reports, which are then sent while later steps run, or nil for none.
    public static func scan(
        _ scanner: String, _ text: String, aim: String? = nil, terminator: String? = nil, gap: Int? = nil
    ) -> String {
        var scan: [String: Any] = ["scanner": scanner, "text": text]
        if let aim { scan["aim"] = aim }
        if let terminator { scan["terminator"] = terminator }
        if let gap { scan["gap_ms"] = gap }
        return json(["scan": scan])
    }

    /// Returns the step that sends raw reports in hexadecimal.
    public static func reports(_ scanner: String, _ hex: [String]) -> String {
        json(["reports": ["scanner": scanner, "hex": hex] as [String: Any]])
    }

    /// Returns the step that arms a fault for the next transfers of a scanner.
    public static func fault(_ scanner: String, _ status: String, count: Int = 1) -> String {
        json(["fault": ["scanner": scanner, "status": status, "count": count] as [String: Any]])
    }

    /// Returns a step with one argument, such as `unplug`, `await`, `drain`, `kill` or `release`.
    public static func word(_ word: String, _ argument: Any = true) -> String { json([word: argument]) }

    private static func json(_ object: [String: Any]) -> String {
        let data = (try? JSONSerialization.data(withJSONObject: object, options: [.sortedKeys])) ?? Data()
        return String(decoding: data, as: UTF8.self)
    }
}
