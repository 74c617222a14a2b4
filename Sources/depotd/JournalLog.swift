import Foundation
import Logging
import Synchronization

/// Writes each message as a line to standard error: for journald with its priority (sd-daemon(3)), otherwise with the
/// time.
struct JournalLog: LogHandler {
    /// The level of all loggers, which a reload may change.
    static let level = Mutex(Logger.Level.info)

    private static let toJournal = ProcessInfo.processInfo.environment["JOURNAL_STREAM"] != nil

    var metadata: Logger.Metadata = [:]

    init() {}

    /// The level below which this copy logs nothing, such as a library's. It can be quieter than the others, never louder.
    private var floor = Logger.Level.trace

    var logLevel: Logger.Level {
        get { max(floor, Self.level.withLock { $0 }) }
        set { floor = newValue }
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var line = Self.start(event.level) + oneLine("\(event.message)")
        let fields = metadata.merging(event.metadata ?? [:]) { _, new in new }
        for (key, value) in fields.sorted(by: { $0.key < $1.key }) { line += " \(key)=\(oneLine("\(value)"))" }
        LogOutput.standardError.write(line + "\n")
    }

    /// Returns the line that reports the number of lost lines.
    static func loss(_ count: Int) -> String {
        start(.warning) + "lines of the log were lost: standard error did not take them lines=\(count)\n"
    }

    private static func start(_ level: Logger.Level) -> String {
        toJournal ? "<\(level.priority)>" : "\(Date.now.formatted(.iso8601)) \(level) "
    }

    /// Returns the text on one line, so that scanned or received text cannot forge a log line.
    private func oneLine(_ text: String) -> String {
        String(text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : Character($0) })
    }
}

extension Logger.Level {
    /// The priority of syslog(3).
    fileprivate var priority: Int {
        switch self {
        case .trace, .debug: 7
        case .info: 6
        case .notice: 5
        case .warning: 4
        case .error: 3
        case .critical: 2
        }
    }
}
