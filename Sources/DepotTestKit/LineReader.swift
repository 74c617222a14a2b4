import Foundation

/// Reads a pipe line by line on a thread of its own, so that no task is blocked in a system call.
final class LineReader: Sendable {
    let lines = Inbox<String>()

    init(_ handle: FileHandle, named name: String, alsoTo log: FileHandle? = nil) {
        let lines = lines
        let descriptor = dup(handle.fileDescriptor)
        let thread = Thread {
            var pending: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: 65_536)
            while true {
                let count = read(descriptor, &buffer, buffer.count)
                if count < 0 && errno == EINTR { continue }
                guard count > 0 else { break }
                try? log?.write(contentsOf: Data(buffer[0..<count]))
                pending.append(contentsOf: buffer[0..<count])
                while let end = pending.firstIndex(of: UInt8(ascii: "\n")) {
                    lines.push(String(decoding: pending[..<end], as: UTF8.self))
                    pending.removeFirst(end - pending.startIndex + 1)
                }
            }
            close(descriptor)
            if !pending.isEmpty { lines.push(String(decoding: pending, as: UTF8.self)) }
            lines.finish()
        }
        thread.name = name
        thread.start()
    }
}
