import Dispatch
import Glibc
import Synchronization

/// What this program must not leave behind, however it ends.
enum Leftovers {
    private struct Kept {
        var daemons: Set<pid_t> = []
        var workspaces: [Workspace] = []
    }

    private static let kept = Mutex(Kept())

    /// A daemon that runs from now on.
    static func add(_ daemon: pid_t) { kept.withLock { _ = $0.daemons.insert(daemon) } }

    /// A daemon that has ended.
    static func remove(_ daemon: pid_t) { kept.withLock { _ = $0.daemons.remove(daemon) } }

    /// A workspace that exists from now on.
    static func add(_ workspace: Workspace) { kept.withLock { $0.workspaces.append(workspace) } }

    /// Has Ctrl-C and SIGTERM end the daemons, remove the folders, and then end this program as they would have; for as
    /// long as what is returned is kept.
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
        // Never given back, so that nobody goes on with what is taken away here.
        kept.withLock { kept in
            for daemon in kept.daemons { kill(daemon, SIGTERM) }
            // A daemon that still writes would put files back.
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
