import Foundation
import Glibc

/// A watch over the files of a folder (inotify(7)).
final class FolderWatch: Sendable {
    private let descriptor: Int32
    private let changes = Inbox<Void>()

    /// Starts to watch.
    init(_ path: String) throws(KitError) {
        let descriptor = inotify_init1(Int32(IN_CLOEXEC))
        let events = UInt32(IN_CREATE | IN_MODIFY | IN_MOVED_TO | IN_DELETE | IN_CLOSE_WRITE)
        guard descriptor >= 0, inotify_add_watch(descriptor, path, events) >= 0 else {
            throw KitError("inotify: \(String(cString: strerror(errno)))")
        }
        self.descriptor = descriptor
        let thread = Thread { [changes] in
            var buffer = [UInt8](repeating: 0, count: 4096)
            // No change takes this long; a test must not hang.
            var watched = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            while poll(&watched, 1, 300_000) > 0, read(descriptor, &buffer, buffer.count) > 0 { changes.push(()) }
            changes.finish()
            _ = Glibc.close(descriptor)
        }
        thread.name = "folder-watch"
        thread.start()
    }

    /// Waits for a change; false if none came within five minutes.
    func next() async -> Bool { await changes.next() != nil }

    /// Ends the watch.
    func close() {
        // The removal is the last event that the thread reads.
        inotify_rm_watch(descriptor, 1)
    }
}
