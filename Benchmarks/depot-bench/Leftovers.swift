import Dispatch
import Glibc
import Synchronization

/// The processes and folders that must not remain after this program, however it ends.
enum Leftovers {
    private struct Kept {
        var daemons: Set<pid_t> = []
        var workspaces: [Workspace] = []
    }

    private static let kept = Mutex(Kept())

    /// Registers a running daemon.
    static func add(_ daemon: pid_t) { kept.withLock { _ = $0.daemons.insert(daemon) } }

    /// Removes a daemon that has ended.
    static func remove(_ daemon: pid_t) { kept.withLock { _ = $0.daemons.remove(daemon) } }

    /// Registers a workspace.
    static func add(_ workspace: Workspace) { kept.withLock { $0.workspaces.append(workspace) } }

    /// Handles Ctrl-C and SIGTERM: the daemons are ended, the folders removed, and the signal then ends this program. The
    /// handlers live as long as the returned value.
    static func removedOnSignals() -> [any DispatchSourceSignal] {
        [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global(qos: .userInitiated))
            source.setEventHandler { end(by: number) }
            source.resume()
            return source
        }
    }

    private static func end(by number: Int32) {
        // The lock is never released, so that no thread uses the removed folders.
        kept.withLock { kept in
            for daemon in kept.daemons { kill(daemon, SIGTERM) }
            // A daemon that still runs would create files again.
            for daemon in kept.daemons {
                var status: Int32 = 0
                while waitpid(daemon, &status, 0) < 0 && errno == EINTR {}
            }
            for workspace in kept.workspaces { workspace.remove() }
            signal(number, SIG_DFL)
            kill(getpid(), number)
            while true { pause() }
        }
    }
}
