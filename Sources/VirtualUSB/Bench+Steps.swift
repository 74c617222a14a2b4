import CVirtualUSB
import Glibc

extension Bench {
    /// Performs a step and returns when it is complete.
    func perform(_ step: BenchStep, limit: Int) throws(BenchFailure) {
        switch step {
        case .plug(let plug): try add(plug)
        case .unplug(let name):
            guard let device = devices.removeValue(forKey: name) else { throw Self.unknown(name) }
            try device.unplug(from: bus)
        case .scan(let scan):
            let scanner = try scanner(scan.scanner)
            try scanner.send(try scanner.reports(for: scan), gapMicroseconds: scan.gapMicroseconds)
        case .reports(let name, let reports, let gap): try scanner(name).send(reports, gapMicroseconds: gap)
        case .fault(let name, let fault, let count): try scanner(name).arm(fault, count: count)
        case .release(let name): try scanner(name).releaseBusy()
        case .await(let name):
            let scanner = try scanner(name)
            try wait("await \(name)", limit: limit) { scanner.hasQueuedTransfer }
        case .drain(let name):
            let scanner = try scanner(name)
            // The script determines the time that the reports take; the limit applies to the command.
            try wait("drain \(name)", limit: nil) { scanner.hasSentAll }
            try wait("drain \(name)", limit: limit) { scanner.isDrained }
        case .written(let written):
            let scanner = try scanner(written.scanner)
            try wait("written \(written.scanner)", limit: limit) { scanner.removeWritten(written) }
        case .reattached(let name):
            let scanner = try scanner(name)
            // A command that is stopping may be gone before the condition is evaluated.
            try wait("reattached \(name)", limit: limit, needsCommand: false) { scanner.isReattached }
        case .start: try start()
        case .kill(let signal): try send(signal)
        case .wait(let expected): try awaitEnd(expected, limit: limit)
        case .restart:
            if command?.status == nil, command != nil {
                if !isExpectedToEnd { try send(SIGTERM) }
                // A stopped command would not handle the signal.
                try send(SIGCONT)
                try waitForEnd(limit: limit)
            }
            try start()
        case .exec(let arguments): try execute(arguments, limit: limit)
        case .say(let text): Self.write(text, to: STDERR_FILENO)
        case .pause(let milliseconds):
            let end = ContinuousClock.now + .milliseconds(milliseconds)
            while ContinuousClock.now < end {
                vusb_clear_event(bus)
                try pause(until: end, reading: nil)
            }
        }
    }

    private static func unknown(_ name: String) -> BenchFailure { .refused("no scanner \"\(name)\" is plugged in") }

    /// Returns the interface that a step names: `A` is the first one of the device, `A#1` the next.
    private func scanner(_ name: String) throws(BenchFailure) -> BenchInterface {
        let parts = name.split(separator: "#", omittingEmptySubsequences: false)
        let number = parts.count == 1 ? 0 : parts.count == 2 ? Int(parts[1]) : nil
        guard let device = devices[String(parts[0])] else { throw Self.unknown(name) }
        guard let number, let interface = device.interface(number) else {
            throw .refused("\"\(parts[0])\" has the interfaces 0 to \(device.plug.interfaces.count - 1)")
        }
        return interface
    }

    private func add(_ plug: BenchStep.Plug) throws(BenchFailure) {
        guard devices[plug.name] == nil else { throw .refused("\"\(plug.name)\" is plugged in already") }
        guard !hubs.contains(plug.port) else { throw .refused("a hub is in port \(plug.port)") }
        for other in devices.values {
            if other.plug.port == plug.port || plug.port.hasPrefix(other.plug.port + ".") {
                throw .refused("\"\(other.plug.name)\" is in port \(other.plug.port)")
            }
        }
        devices[plug.name] = try BenchDevice(plugging: plug, into: bus)
        for (index, character) in zip(plug.port.indices, plug.port) where character == "." {
            hubs.insert(String(plug.port[..<index]))
        }
    }

    private func send(_ signal: Int32) throws(BenchFailure) {
        guard let command, command.status == nil else { throw .refused("the command does not run") }
        // Set first, since the signal may end the command. HUP and USR1 do not end a daemon.
        if [SIGKILL, SIGTERM, SIGINT, SIGQUIT, SIGABRT].contains(signal) { isExpectedToEnd = true }
        command.send(signal)
    }

    private func awaitEnd(_ expected: Int32?, limit: Int) throws(BenchFailure) {
        guard command != nil else { throw .refused("the command was not started") }
        isExpectedToEnd = true
        try waitForEnd(limit: limit)
        if let expected, let status = command?.status, status != expected {
            throw .failed("wait: the command has ended with status \(status), not \(expected)")
        }
    }

    private func execute(_ arguments: [String], limit: Int) throws(BenchFailure) {
        var child = try ChildProcess(
            starting: arguments, environment: plainEnvironment, options: options)
        defer { child.send(SIGKILL) }
        try wait("exec \(arguments.first ?? "")", limit: limit, needsCommand: false) {
            child.update()
            return child.status != nil
        }
        if let status = child.status, status != 0 {
            throw .failed("exec: \(arguments.joined(separator: " ")) exited with \(status)")
        }
    }
}
