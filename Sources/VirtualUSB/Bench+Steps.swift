import CVirtualUSB
import Glibc

extension Bench {
    /// Does one step; returns when it is done.
    func perform(_ step: BenchStep, limit: Int) throws(BenchFailure) {
        switch step {
        case .plug(let plug): try add(plug)
        case .unplug(let name):
            let device = try device(name)
            devices[name] = nil
            try device.unplug(from: bus)
        case .scan(let scan):
            let device = try device(scan.scanner)
            try device.send(try device.reports(for: scan))
        case .reports(let name, let reports): try device(name).send(reports)
        case .fault(let name, let fault, let count): try device(name).arm(fault, count: count)
        case .release(let name): try device(name).releaseBusy()
        case .await(let name):
            let device = try device(name)
            try wait("await \(name)", limit: limit) { device.hasQueuedTransfer }
        case .drain(let name):
            let device = try device(name)
            try wait("drain \(name)", limit: limit) { device.isDrained }
        case .written(let written):
            let device = try device(written.scanner)
            try wait("written \(written.scanner)", limit: limit) { device.takeWritten(written) }
        case .reattached(let name):
            let device = try device(name)
            // A command that is stopping may be gone before this is looked at.
            try wait("reattached \(name)", limit: limit, needsCommand: false) { device.isReattached }
        case .start: try start()
        case .kill(let signal): try send(signal)
        case .wait(let expected): try awaitEnd(expected, limit: limit)
        case .restart:
            if command?.status == nil, command != nil {
                if !isExpectedToEnd { try send(SIGTERM) }
                // A stopped command would sit on the signal.
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

    private func device(_ name: String) throws(BenchFailure) -> BenchDevice {
        guard let device = devices[name] else { throw .refused("no scanner \"\(name)\" is plugged in") }
        return device
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
        // Set first: a command that ends by it has not ended unexpectedly. HUP and USR1 mean something else to a daemon.
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
