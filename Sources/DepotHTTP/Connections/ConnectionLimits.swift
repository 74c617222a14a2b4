/// The limits of the connections of one listener.
package struct ConnectionLimits: Sendable {
    /// The maximum number of connections of one IPv4 address or one IPv6 network of 64 bits.
    package var perAddress = 64
    /// The maximum number of connections from this machine.
    ///
    /// A reverse proxy here is one address for all its clients, so it gets nearly everything; what is left is for
    /// clients that reach the listener by another address.
    package var loopback = 480
    /// The maximum number of connections with requests in progress for one token.
    package var perToken = 128
    /// The time for a whole body, and for the next part of a body that is read as it arrives.
    package var body = Duration.seconds(30)
    /// The time for which nothing of an answer may go out while more of it waits.
    package var stall = Duration.seconds(30)
    /// The time without progress after which a connection may be closed to make room for another.
    package var patience = Duration.seconds(5)
    /// The time for which a body that is read as it arrives may be slower than ``slowest``.
    package var grace = Duration.seconds(60)
    /// The average rate, in bytes per second, that a body must have after ``grace``.
    package var slowest = 1024
    /// The size in bytes of the largest unread body that is skipped so that its connection can be used further.
    package var unread = 65_536
    /// The time for which a connection stays open after an answer that ends it, so that no reset loses the answer.
    package var closeDelay = Duration.seconds(2)
    /// The time for which answers may go on after the station began to stop.
    package var drain = Duration.seconds(3)
    /// The time for which nothing is accepted after the system had no descriptor left.
    package var pause = Duration.milliseconds(100)

    /// Creates the default limits.
    package init() {}
}
