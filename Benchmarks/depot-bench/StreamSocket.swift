import Foundation
import Glibc

/// The address of a server.
enum Endpoint: Sendable {
    case socket(path: String)
    /// A TCP port on 127.0.0.1.
    case port(Int)
}

/// A blocking stream socket with a read buffer. One thread at a time.
final class StreamSocket {
    private let descriptor: Int32
    private var buffer = [UInt8](repeating: 0, count: 65_536)
    /// The bytes that were received but not read yet.
    private var unread = 0..<0

    /// Connects. A read without data for `timeout` seconds fails, so that a dead server does not block the run.
    init(_ endpoint: Endpoint, timeout: Int) throws(BenchError) {
        let stream = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let connected: Int32
        switch endpoint {
        case .socket(let path):
            descriptor = socket(AF_UNIX, stream, 0)
            var address = try unixAddress(path)
            connected = Self.connect(descriptor, &address)
        case .port(let port):
            descriptor = socket(AF_INET, stream, 0)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = UInt16(truncatingIfNeeded: port).bigEndian
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            connected = Self.connect(descriptor, &address)
            var on: Int32 = 1
            setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
        }
        guard connected == 0 else { throw .system("connect \(endpoint)") }
        var timeout = timeval(tv_sec: timeout, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    private static func connect<Address>(_ descriptor: Int32, _ address: inout Address) -> Int32 {
        withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<Address>.size))
            }
        }
    }

    /// Sends all bytes.
    func send(_ bytes: ArraySlice<UInt8>) throws(BenchError) {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress?.advanced(by: sent), bytes.count - sent, Int32(MSG_NOSIGNAL))
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw .system("send") }
            sent += count
        }
    }

    /// Reads up to and including a mark, and returns the bytes before it.
    func read(until mark: [UInt8]) throws(BenchError) -> [UInt8] {
        var searched = 0
        while true {
            if let at = position(of: mark, from: unread.lowerBound + searched) {
                let taken = Array(buffer[unread.lowerBound..<at])
                unread = (at + mark.count)..<unread.upperBound
                return taken
            }
            searched = max(0, unread.count - mark.count + 1)
            try fill()
        }
    }

    /// Reads a number of bytes.
    func read(_ count: Int) throws(BenchError) -> [UInt8] {
        while unread.count < count { try fill() }
        let taken = Array(buffer[unread.lowerBound..<(unread.lowerBound + count)])
        unread = (unread.lowerBound + count)..<unread.upperBound
        return taken
    }

    /// Skips a number of bytes without copying them.
    func skip(_ count: Int) throws(BenchError) {
        while unread.count < count { try fill() }
        unread = (unread.lowerBound + count)..<unread.upperBound
    }

    private func position(of mark: [UInt8], from start: Int) -> Int? {
        var from = start
        while let first = firstIndex(of: mark[0], from: from) {
            if first + mark.count > unread.upperBound { return nil }
            if buffer[first..<(first + mark.count)].elementsEqual(mark) { return first }
            from = first + 1
        }
        return nil
    }

    private func firstIndex(of byte: UInt8, from start: Int) -> Int? {
        guard start < unread.upperBound else { return nil }
        return buffer.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress,
                let found = memchr(base + start, Int32(byte), unread.upperBound - start)
            else { return nil }
            return UnsafeRawPointer(found) - base
        }
    }

    private func fill() throws(BenchError) {
        if unread.isEmpty {
            unread = 0..<0
        } else if unread.upperBound == buffer.count {
            if unread.lowerBound > 0 {
                buffer.removeSubrange(0..<unread.lowerBound)
                unread = 0..<unread.count
            }
            buffer.append(contentsOf: repeatElement(0, count: max(65_536, buffer.count)))
        }
        while true {
            let end = unread.upperBound
            let count = buffer.withUnsafeMutableBytes { bytes in
                recv(descriptor, bytes.baseAddress?.advanced(by: end), bytes.count - end, 0)
            }
            if count < 0 && errno == EINTR { continue }
            if count == 0 { throw BenchError("the server closed the connection") }
            guard count > 0 else {
                throw errno == EAGAIN ? BenchError("the server does not answer") : .system("recv")
            }
            unread = unread.lowerBound..<(end + count)
            return
        }
    }
}

/// Returns the address of a Unix socket, whose path has at most 107 bytes (unix(7)).
func unixAddress(_ path: String) throws(BenchError) -> sockaddr_un {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    guard path.utf8.count < MemoryLayout.size(ofValue: address.sun_path) else { throw BenchError("\(path): too long") }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
    return address
}
