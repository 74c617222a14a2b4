/// What the connections of one listener may use up.
package struct ConnectionLimits: Sendable {
    /// Connections of one IPv4 address or one IPv6 network of 64 bits.
    package var perAddress = 64
    /// Connections from this machine.
    ///
    /// A reverse proxy here is one address for all its clients, so it gets nearly everything; what is left is for
    /// clients that reach the listener by another address.
    package var loopback = 480
    /// Connections with requests in work for one token.
    package var perToken = 128
    /// How long a whole body may take, and the next part of one that is read as it comes.
    package var body = Duration.seconds(30)
    /// How long nothing of an answer may go out while more of it waits.
    package var stall = Duration.seconds(30)
    /// How long a connection may make no progress before it makes room for another.
    package var patience = Duration.seconds(5)
    /// How long a body that is read as it comes may be slower than ``slowest``.
    package var grace = Duration.seconds(60)
    /// Bytes in a second, on average, that a body must bring after that.
    package var slowest = 1024
    /// The largest body that is thrown away unread so that its connection can go on.
    package var unread = 65_536
    /// How long a connection stays open after an answer that ends it, so that the answer is not lost to a reset.
    package var closeDelay = Duration.seconds(2)
    /// How long nothing is accepted after the system had no descriptor left.
    package var pause = Duration.milliseconds(100)

    package init() {}
}
